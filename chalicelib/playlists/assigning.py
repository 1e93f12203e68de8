"""Assigning playlists to members, and taking that back.

Admins and the owner of a playlist assign it to anybody who may open it, mentors to those of their new hires
who may. Nobody learns by it who has listened to what.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity import log
from chalicelib.auth import audience, membership
from chalicelib.aws import failed_conditions, patiently, transact
from chalicelib.playlists import library
from chalicelib.playlists.assignment_models import LATEST_DAYS, MOST_A_DAY, Assignment
from chalicelib.playlists.models import Playlist
from chalicelib.playlists.views import Assignees
from chalicelib.workspaces import quotas
from chalicelib.workspaces.models import Member, Quota

TOGETHER = 4
"""Assignments in one transaction: each is two actions, the day's count is one more."""

MOST_NAMES = 3
"""Names that a refusal says."""


def assignees(me: Member, playlist: Playlist) -> Assignees | None:
    """To whom the caller may assign a playlist that they may open; None to nobody."""
    if me.is_admin or playlist.owner_id == me.member_id:
        return "all"
    return "new_hires" if me.mentees else None


def assign(
    me: Member, playlist_id: str, member_ids: Sequence[str], *, planned_for: date | None, now: datetime
) -> None:
    """Ask these members to hear a playlist; those who were asked before get this day, or none, instead.

    Raises `NotFound` of what the caller may not open, or people to whom they may not assign it,
    `PlaylistNotForThem`, `InvalidRequest` of a day that is over or too far ahead, and `QuotaReached`.
    """
    _check_day(planned_for, now)
    present = membership.refreshed(me)
    playlist = library.opened(present, playlist_id)
    wanted = list(dict.fromkeys(member_ids))
    people = _people(present, wanted)
    if len(people) < len(wanted) or not all(_may_assign(present, playlist, each) for each in people):
        raise errors.NotFound
    strangers = [each.name for each in people if not audience.may_open(each, playlist.audience_key)]
    if strangers:
        more = len(strangers) - MOST_NAMES
        raise errors.PlaylistNotForThem(strangers[:MOST_NAMES] + ([f"and {more} more"] if more > 0 else []))
    for begin in range(0, len(wanted), TOGETHER):
        _assign(present, playlist_id, wanted[begin : begin + TOGETHER], planned_for, now)


def take_back(me: Member, playlist_id: str, member_id: str) -> None:
    """Ask a member no more to hear a playlist. Raises `NotFound`."""
    present = membership.refreshed(me)
    playlist = library.opened(present, playlist_id)
    member = next(iter(_people(present, [member_id], active=False)), None)
    assignment = _found(member_id, playlist_id)
    is_mine = assignment is not None and assignment.assigned_by == me.member_id
    if member is None or not (is_mine or _may_assign(present, playlist, member)):
        raise errors.NotFound
    if assignment is not None:
        patiently(assignment.delete)


def assigned_to(
    me: Member, playlist_id: str, *, limit: int, after: dict[str, Any] | None
) -> tuple[list[Assignment], dict[str, Any] | None]:
    """To whom a playlist is assigned, as far as the caller may assign it, and the position behind them.

    Raises `NotFound`.
    """
    present = membership.refreshed(me)
    playlist = library.opened(present, playlist_id)
    walk = Assignment.holders(playlist_id, limit=limit, after=after)
    holders = [found.member_id for found in walk]
    people = {each.member_id: each for each in _people(present, holders)}
    keys = [(each, Assignment.slot_of(playlist_id)) for each in holders if each in people]
    found = [
        each
        for each in Assignment.batch_get(keys, consistent_read=True)
        if each.assigned_by == me.member_id or _may_assign(present, playlist, people[each.member_id])
    ]
    return sorted(found, key=lambda each: each.member_id), walk.last_evaluated_key


def _may_assign(me: Member, playlist: Playlist, member: Member) -> bool:
    whom = assignees(me, playlist)
    return whom == "all" or (
        whom == "new_hires" and member.mentor is not None and member.mentor.member_id == me.member_id
    )


def _people(me: Member, member_ids: Sequence[str], *, active: bool = True) -> list[Member]:
    """These members of the caller's workspace, as of now."""
    found = Member.batch_get([(me.workspace_id, each) for each in member_ids], consistent_read=True)
    return [member for member in found if member.is_active or not active]


def _found(member_id: str, playlist_id: str) -> Assignment | None:
    return aws.found(Assignment, member_id, Assignment.slot_of(playlist_id))


def _check_day(planned_for: date | None, now: datetime) -> None:
    """Raises `InvalidRequest`. The day before counts: somewhere it still is that day."""
    if planned_for is None:
        return
    if planned_for < now.date() - timedelta(days=1):
        raise errors.InvalidRequest("This day is over. Choose a day to come, or none.")
    if planned_for > now.date() + timedelta(days=LATEST_DAYS):
        raise errors.InvalidRequest(f"Choose a day within the next {LATEST_DAYS} days, or none.")


def _assign(
    me: Member, playlist_id: str, member_ids: Sequence[str], planned_for: date | None, now: datetime
) -> None:
    for _ in range(library.TRIES):
        keys = [(each, Assignment.slot_of(playlist_id)) for each in member_ids]
        there = {each.member_id: each for each in Assignment.batch_get(keys, consistent_read=True)}
        new = [each for each in member_ids if each not in there]
        moved = [_planned(each, me, planned_for) for each in there.values()]
        if all(moved) and (not new or _added(me, playlist_id, new, planned_for, now)):
            return
    raise errors.Unavailable


def _planned(assignment: Assignment, me: Member, planned_for: date | None) -> bool:
    """Whether what was assigned before is planned for this day from now on; it may have been taken back."""
    if assignment.day == planned_for:
        return True
    day = Assignment.planned_for
    actions: list[Action] = [
        day.remove() if planned_for is None else day.set(planned_for.isoformat()),
        Assignment.assigned_by.set(me.member_id),
    ]
    return aws.updated(assignment, actions, Assignment.assigned_at.exists())


def _added(
    me: Member, playlist_id: str, member_ids: Sequence[str], planned_for: date | None, now: datetime
) -> bool:
    """Whether none of them was assigned it meanwhile, and all are now and hear of it."""
    told = [each for each in member_ids if each != me.member_id]

    def fill(transaction: TransactWrite) -> None:
        for member_id in member_ids:
            transaction.save(
                Assignment(
                    member_id,
                    Assignment.slot_of(playlist_id),
                    assigned_by=me.member_id,
                    assigned_at=now,
                    planned_for=planned_for.isoformat() if planned_for else None,
                ),
                condition=Assignment.slot.does_not_exist(),
            )
        for member_id in told:
            log.record(
                transaction,
                "playlist_assigned",
                f"m#{member_id}",
                workspace_id=me.workspace_id,
                actor_id=me.member_id,
                now=now,
                playlist_id=playlist_id,
            )
        quotas.count(transaction, me, Quota.assignments, MOST_A_DAY, now=now, by=len(member_ids))

    try:
        transact(fill)
    except TransactWriteError as error:
        failed = failed_conditions(error)
        if len(member_ids) + len(told) in failed:
            sentence = f"You may assign playlists {MOST_A_DAY} times a day. Go on tomorrow."
            raise quotas.reached(sentence, now) from error
        if not failed:
            raise
        return False
    return True
