"""Retiring a track: it leaves every list and is not played any more, its page leads to its successor.

Nothing is erased: what was heard of it stays known, and its speaker can bring it back.
"""

from collections.abc import Callable
from datetime import datetime

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import errors, times
from chalicelib.activity import log
from chalicelib.auth import audience
from chalicelib.reviews import forwarding, reviewing
from chalicelib.reviews.changing import Change, change
from chalicelib.reviews.views import RetirementView, SuccessorView
from chalicelib.tracks import consent, uploads
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

on_retired: list[Callable[[Track], object]] = []
"""Told of a track that was retired or brought back, before that is answered; app.py says who is."""


def shown(me: Member, track_id: str, *, now: datetime) -> RetirementView:
    """Since when a track is retired, and the track that it leads the caller to.

    Raises `NotFound`, also of one that is not retired.
    """
    track = uploads.heard_by(me, track_id, now=now)
    if track.retired_at is None:
        raise errors.NotFound
    ends = forwarding.open_to(me, [track.successor_id] if track.successor_id else [])
    end = ends.get(track.successor_id or "")
    return RetirementView(track.retired_at, SuccessorView.of(end) if end else None)


def retire(
    me: Member, track_id: str, successor_id: str | None, *, expected_version: int | None, now: datetime
) -> Track:
    """A track of one's own, retired, leading to this one or nowhere; one that is retired gets this successor.

    Raises `NoSuccessor` where the other is retired itself, or not for everybody whom this one is for,
    `NotFound` where the caller may not hear it, and what `changing.change` does.
    """

    def decide(track: Track) -> Change | None:
        if track.is_retired and track.successor_id == successor_id:
            return None
        successor = _successor(me, track, successor_id, now) if successor_id else None
        actions: list[Action] = [
            Track.successor_id.set(successor_id) if successor_id else Track.successor_id.remove()
        ]
        if not track.is_retired:
            actions += [
                *consent.placed(track, str(track.meant_audience), retired=True),
                *consent.carried(track, now),
                Track.retired_at.set(now),
                Track.changed_at.set(now),
                Track.review_on.remove(),
                Track.asked_for.remove(),
            ]
        return Change(actions, lambda transaction: _noted(transaction, track, successor, now))

    return _told(change(me, track_id, decide, expected_version=expected_version, now=now))


def bring_back(me: Member, track_id: str, *, now: datetime) -> None:
    """Have a retired track of one's own heard again by whom it is for; it is asked about in a year.

    One that is not retired stays as it is. Raises what `changing.change` does.
    """
    next_day = times.in_years(now.date(), 1)

    def decide(track: Track) -> Change | None:
        if not track.is_retired:
            return None

        def also(transaction: TransactWrite) -> None:
            _noted(transaction, track, None, now)
            reviewing.plan(transaction, track, next_day, now)

        return Change(
            [
                *consent.placed(track, str(track.meant_audience), retired=False),
                *consent.carried(track, now),
                Track.changed_at.set(now),
                Track.review_on.set(next_day),
                Track.retired_at.remove(),
                Track.successor_id.remove(),
            ],
            also,
        )

    _told(change(me, track_id, decide, now=now))


def _successor(me: Member, track: Track, successor_id: str, now: datetime) -> Track:
    """The track that is to take the place of another."""
    successor = uploads.heard_by(me, successor_id, now=now)
    if (
        successor.track_id == track.track_id
        or not successor.is_ready
        or successor.is_retired
        or not _is_for_all_of(successor, track)
    ):
        raise errors.NoSuccessor
    return successor


def _is_for_all_of(successor: Track, track: Track) -> bool:
    """Whether everybody whom a track is for may hear another one."""
    key = str(track.meant_audience)
    alone = key == track.own_key
    return alone or audience.covers(successor.audience_key, key, track.workspace_id)


def _noted(transaction: TransactWrite, track: Track, successor: Track | None, now: datetime) -> None:
    """Note the change for the stream's reader; and that the successor is still as it was seen."""
    log.record(
        transaction,
        "track_changed",
        f"m#{track.speaker_id}",
        workspace_id=track.workspace_id,
        actor_id=track.speaker_id,
        now=now,
        track_id=track.track_id,
    )
    if successor is not None:
        transaction.condition_check(
            Track,
            successor.workspace_id,
            successor.track_id,
            condition=Track.retired_at.does_not_exist() & (Track.audience_key == successor.audience_key),
        )


def _told(track: Track) -> Track:
    for tell in on_retired:
        tell(track)
    return track
