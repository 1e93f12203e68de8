"""What an export of one's own data says of what one was asked to hear, and of what one has read."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from chalicelib import aws
from chalicelib.activity.inbox_models import INBOX, Read
from chalicelib.exports.packing import Packing, listed, one, parted
from chalicelib.groups.views import ColleagueView, People
from chalicelib.playlists import library as playlists
from chalicelib.playlists.assignment_models import Assignment


class AssignedRecord(msgspec.Struct, kw_only=True):
    """A playlist that one was asked to hear; its title while one may open it."""

    playlist_id: str
    title: str | None
    assigned_by: ColleagueView
    assigned_at: datetime
    planned_for: date | None
    put_away_at: datetime | None
    done_at: datetime | None


class InboxRecord(msgspec.Struct):
    """What one has read of the inbox: everything until an activity, and later ones one by one."""

    read_until: str | None
    read_apart: list[str]


PAGE = 100
"""What is read at once."""


def assigned(packing: Packing) -> Iterator[bytes]:
    """What the member was asked to hear."""
    found = Assignment.of_member(packing.me.member_id)
    return listed(record for some in parted(found, PAGE) for record in _assigned(packing, some))


def inbox(packing: Packing) -> Iterator[bytes]:
    """What the member has read of their inbox."""
    read = aws.found(Read, packing.me.member_id, INBOX)
    if read is None:
        return one(InboxRecord(None, []))
    return one(InboxRecord(read.until, sorted(read.apart or ())))


def _assigned(packing: Packing, found: list[Assignment]) -> Iterator[AssignedRecord]:
    opened = playlists.visible(packing.me, [each.playlist_id for each in found])
    people = People(packing.workspace_id, [each.assigned_by for each in found])
    for each in found:
        playlist = opened.get(each.playlist_id)
        yield AssignedRecord(
            playlist_id=each.playlist_id,
            title=playlist.title if playlist else None,
            assigned_by=people[each.assigned_by],
            assigned_at=each.assigned_at,
            planned_for=each.day,
            put_away_at=each.put_away_at,
            done_at=each.done_at,
        )
