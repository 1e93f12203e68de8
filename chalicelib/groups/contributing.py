"""Contributing to a round by voice or text, taking that back, and stepping out of it without a reason."""

from datetime import datetime
from typing import Any

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import aws, errors, times
from chalicelib.groups import finding
from chalicelib.groups.models import LONGEST_CONTRIBUTION_MS, PADDING_MS, Contribution, Group, Round, at
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

Found = tuple[list[Round], dict[str, Any] | None]


def rounds_of(me: Member, group_id: str, *, limit: int, after: dict[str, Any] | None) -> tuple[Group, Found]:
    """A group of the caller's and some of its rounds, newest first, with the position behind them.

    Raises `NotFound`.
    """
    group = finding.opened(me, group_id)
    there = Round.of_group(group_id, limit=limit, after=after)
    shown = list(there)
    return group, (shown, aws.behind(there, shown))


def opened(me: Member, group_id: str, round_id: str) -> tuple[Group, Round]:
    """A round of a group of the caller's, as of now. Raises `NotFound`."""
    group = finding.opened(me, group_id)
    opens_at = Round.opening_of(round_id)
    if opens_at is None:
        raise errors.NotFound
    round_ = aws.found(Round, group_id, opens_at)
    if round_ is None:
        raise errors.NotFound
    return group, round_


def contribute(
    me: Member, group_id: str, round_id: str, *, text: str | None, track_id: str | None, now: datetime
) -> tuple[Group, Round]:
    """The round with the caller's contribution, in place of an earlier one.

    Raises `NotFound` where the track is not the caller's own, `TrackNotReady`, `TrackNotForTheGroup`,
    `ContributionTooLong`, `RoundClosed`.
    """
    group, _ = opened(me, group_id, round_id)
    if track_id is not None:
        _check(uploads.of_speaker(me, track_id, now=now), group)
    given = msgspec.to_builtins(Contribution(times.epoch_ms(now), text, track_id))
    _change(me, group_id, round_id, at(Round.contributions, me.member_id).set(given), now)
    return opened(me, group_id, round_id)


def take_back(me: Member, group_id: str, round_id: str, *, now: datetime) -> None:
    """Take the caller's contribution back, where there is one. Raises `NotFound`, `RoundClosed`."""
    _change(me, group_id, round_id, at(Round.contributions, me.member_id).remove(), now)


def step_out(me: Member, group_id: str, round_id: str, *, now: datetime) -> tuple[Group, Round]:
    """The round, which waits for the caller no more; nobody is told. Raises `NotFound`, `RoundClosed`."""
    _change(me, group_id, round_id, Round.stepped_out.add({me.member_id}), now)
    return opened(me, group_id, round_id)


def step_in(me: Member, group_id: str, round_id: str, *, now: datetime) -> None:
    """Take part in a round after all. Raises `NotFound`, `RoundClosed`."""
    _change(me, group_id, round_id, Round.stepped_out.delete({me.member_id}), now)


def _check(track: Track, group: Group) -> None:
    if not track.is_ready:
        raise errors.TrackNotReady
    if track.audience_key != group.key:
        raise errors.TrackNotForTheGroup
    if track.duration_ms > LONGEST_CONTRIBUTION_MS + PADDING_MS:
        raise errors.ContributionTooLong(LONGEST_CONTRIBUTION_MS)


def _change(me: Member, group_id: str, round_id: str, action: Action, now: datetime) -> None:
    """Change an open round."""
    is_open: Condition = (Round.status == "open") & (Round.closes_at > now)

    def changed() -> bool:
        _, round_ = opened(me, group_id, round_id)
        if round_.status != "open" or round_.closes_at <= now:
            raise errors.RoundClosed
        return aws.written(
            lambda transaction: transaction.update(round_, actions=[action], condition=is_open)
        )

    aws.repeat(changed)
