"""Shares: links for people without an account.

Access patterns:

- the share of a link: `Share` by the hash of its token
- the shares of a track or playlist: `Share.of_item`
"""

from datetime import datetime, timedelta
from typing import Any, Final, Literal

from pynamodb.attributes import (
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from chalicelib import settings
from chalicelib.aws import TableMeta

MOST_SHARES: Final = 20
"""Of one track or playlist, at a time."""

MOST_ORIGINS: Final = 10
"""Sites that one share may be embedded in."""

LONGEST_DAYS: Final = 365
USUAL_DAYS: Final = 30
Kind = Literal["track", "playlist"]

TIDIED_AFTER: Final = timedelta(days=30)
"""A share that has run out is shown for so long, so that its owner sees why the link does not work."""


class ItemIndex(GlobalSecondaryIndex["Share"]):
    """Shares by what they are of."""

    class Meta:
        index_name = "item"
        projection = AllProjection()

    item_key = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class Share(Model):
    """A link to one track or playlist. ``token_hash`` is the SHA-256 of its token, which nobody keeps.

    ``visits`` counts how often somebody has begun to play.
    """

    class Meta(TableMeta):
        table_name = settings.table("shares")

    token_hash = UnicodeAttribute(hash_key=True)
    workspace_id = UnicodeAttribute()
    item_key = UnicodeAttribute()
    kind = UnicodeAttribute()
    item_id = UnicodeAttribute()
    label = UnicodeAttribute(null=True)
    start_ms = NumberAttribute(default=0)
    origins: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    created_by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    ends_at = UTCDateTimeAttribute()
    visits = NumberAttribute(default=0)
    expires_at = NumberAttribute()

    item = ItemIndex()

    @classmethod
    def of_item(cls, item_key: str) -> list["Share"]:
        """The shares of a track or playlist, newest first."""
        return list(cls.item.query(item_key, scan_index_forward=False))

    def is_over(self, now: datetime) -> bool:
        """Whether the link has run out."""
        return bool(self.ends_at <= now)


def key_of(workspace_id: str, kind: Kind, item_id: str) -> str:
    """What a share is of, as the index has it."""
    return f"{workspace_id}#{kind}#{item_id}"
