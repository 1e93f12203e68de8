"""The log of what happened.

Access patterns: what happened for one audience, newest first (`Activity.of_audience`), or since some moment
(`Activity.since`); some of it, by its ids (`Activity.of_ids`); the table's stream.
"""

from collections.abc import Collection
from datetime import datetime
from itertools import takewhile
from typing import Any

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.models import Model

from chalicelib import settings
from chalicelib.aws import TableMeta


class Activity(Model):
    """Something that happened, for everybody who may read ``audience_key``.

    It names its subject and nothing of it: what a track, playlist or group is called, and whether the reader
    may still open it, is looked up when the log is read. It has no actor where nobody is to know who did it.
    ``details`` are for the readers of the stream and never shown.
    """

    class Meta(TableMeta):
        table_name = settings.table("activity")

    audience_key = UnicodeAttribute(hash_key=True)
    activity_id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    workspace_id = UnicodeAttribute()
    actor_id = UnicodeAttribute(null=True)
    at = UTCDateTimeAttribute()
    track_id = UnicodeAttribute(null=True)
    playlist_id = UnicodeAttribute(null=True)
    group_id = UnicodeAttribute(null=True)
    round_id = UnicodeAttribute(null=True)
    question_id = UnicodeAttribute(null=True)
    details: JSONAttribute = JSONAttribute(null=True)
    expires_at = NumberAttribute()

    @classmethod
    def of_audience(
        cls, audience_key: str, *, before: str | None, limit: int, after: str | None = None
    ) -> list["Activity"]:
        """What happened for an audience before this activity, or else after that one, newest first."""
        condition = cls.activity_id < before if before else cls.activity_id > after if after else None
        return list(cls.query(audience_key, condition, scan_index_forward=False, limit=limit))

    @classmethod
    def since(cls, audience_key: str, moment: datetime, *, limit: int) -> list["Activity"]:
        """What happened for an audience later than a moment, newest first and at most ``limit``."""
        found = cls.query(audience_key, scan_index_forward=False, limit=limit)
        return list(takewhile(lambda activity: activity.at > moment, found))

    @classmethod
    def of_ids(cls, audience_key: str, activity_ids: Collection[str]) -> list["Activity"]:
        """These activities of an audience, as of now, oldest first."""
        keys = [(audience_key, activity_id) for activity_id in activity_ids]
        found = cls.batch_get(keys, consistent_read=True)
        return sorted(found, key=lambda activity: activity.activity_id)

    @classmethod
    def of_image(cls, image: dict[str, Any]) -> "Activity":
        """The activity in a stream record's ``NewImage``."""
        activity = cls()
        activity.from_dynamodb_dict(image)
        return activity
