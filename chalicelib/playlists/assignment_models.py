"""Playlists assigned to members.

Access patterns:

- what is assigned to a member: `Assignment.of_member`; one of it: `Assignment` by member and slot
- to whom a playlist is assigned: `Assignment.holders`
"""

from datetime import date
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import settings
from chalicelib.aws import TableMeta

SLOT: Final = "#assigned#"
"""Stands before the playlist, where a way through it has the playlist alone; no id has a ``#``."""

MOST_AT_ONCE: Final = 50
"""Members to whom one request assigns a playlist."""

MOST_A_DAY: Final = 500
"""Assignments that one member makes in a day."""

LATEST_DAYS: Final = 730
"""How far ahead a date may be."""


class HoldersIndex(GlobalSecondaryIndex["Assignment"]):
    """The assignments of one playlist; the index that tells who follows a playlist has these as well."""

    class Meta:
        index_name = "playlist"
        projection = IncludeProjection(["following"])

    slot = UnicodeAttribute(hash_key=True, attr_name="playlist_id")
    member_id = UnicodeAttribute(range_key=True)


class Assignment(Model):
    """A playlist that somebody is asked to hear, until ``planned_for`` where a day is said.

    It stands beside the member's way through the playlist (`progress.models.Loop`). ``put_away_at`` is when
    the member said "not now"; ``done_at`` when they were first seen to have completed it.
    """

    class Meta(TableMeta):
        table_name = settings.table("loops")

    member_id = UnicodeAttribute(hash_key=True)
    slot = UnicodeAttribute(range_key=True, attr_name="playlist_id")
    assigned_by = UnicodeAttribute()
    assigned_at = UTCDateTimeAttribute()
    planned_for = UnicodeAttribute(null=True)
    put_away_at = UTCDateTimeAttribute(null=True)
    done_at = UTCDateTimeAttribute(null=True)

    holders_index = HoldersIndex()

    @staticmethod
    def slot_of(playlist_id: str) -> str:
        """Where a playlist stands in the partition of those to whom it is assigned."""
        return f"{SLOT}{playlist_id}"

    @classmethod
    def of_member(
        cls, member_id: str, *, limit: int | None = None, after: dict[str, Any] | None = None
    ) -> ResultIterator["Assignment"]:
        """What is assigned to a member, as of now, the newest playlists first."""
        return cls.query(
            member_id,
            cls.slot.startswith(SLOT),
            scan_index_forward=False,
            consistent_read=True,
            limit=limit,
            last_evaluated_key=after,
        )

    @classmethod
    def holders(
        cls, playlist_id: str, *, limit: int, after: dict[str, Any] | None = None
    ) -> ResultIterator["Assignment"]:
        """To whom a playlist is assigned; their keys alone."""
        return cls.holders_index.query(cls.slot_of(playlist_id), limit=limit, last_evaluated_key=after)

    @property
    def playlist_id(self) -> str:
        return str(self.slot.removeprefix(SLOT))

    @property
    def day(self) -> date | None:
        return None if self.planned_for is None else date.fromisoformat(self.planned_for)

    @property
    def is_open(self) -> bool:
        """Whether it still waits: neither put away nor completed."""
        return self.put_away_at is None and self.done_at is None


def in_order(assignments: list[Assignment], today: date) -> list[Assignment]:
    """Those with a day to come first, the soonest first, and then the newest assigned.

    A day that is over says nothing any more.
    """

    def days_ahead(assignment: Assignment) -> tuple[bool, str]:
        day = assignment.day
        is_ahead = day is not None and day >= today
        return not is_ahead, str(day) if is_ahead else ""

    newest_first = sorted(assignments, key=lambda each: each.assigned_at, reverse=True)
    return sorted(newest_first, key=days_ahead)
