"""Asking speakers, a year after they said something, whether it is still true.

Only the speaker is asked, and only by what stands on their own pages and in their own digest. Nothing happens
to a track whose speaker does not answer.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.activity import log
from chalicelib.activity.models import Activity
from chalicelib.due import planning
from chalicelib.due.models import Due
from chalicelib.reviews.changing import Change, change
from chalicelib.tracks.models import Track
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member

KIND: Final = "track_review"
"""In the due table."""

MOST_YEARS: Final = 3
"""How far away a speaker may put the review of a track."""

MOST_SHOWN: Final = 20
"""Tracks that wait for a review, in one answer."""


def waiting(me: Member, *, now: datetime) -> list[Track]:
    """The caller's tracks whose review date has come, longest waiting first; of each its title."""
    return list(Track.to_review(me.member_id, now.date(), limit=MOST_SHOWN))


def set_day(
    me: Member, track_id: str, review_on: date, *, expected_version: int | None, now: datetime
) -> Track:
    """A track of one's own that its speaker is asked about on this day.

    Raises `InvalidRequest` for a day that is not between tomorrow and `MOST_YEARS` years from now,
    `TrackRetired`, and what `changing.change` does.
    """
    first, last = now.date() + timedelta(days=1), times.in_years(now.date(), MOST_YEARS)
    if not first <= review_on <= last:
        raise errors.InvalidRequest(f"Choose a day from {first} to {last}, {MOST_YEARS} years from now.")

    def decide(track: Track) -> Change | None:
        if track.is_retired:
            raise errors.TrackRetired
        return None if track.review_on == review_on else _on(track, review_on, now)

    return change(me, track_id, decide, expected_version=expected_version, now=now)


def confirm(me: Member, track_id: str, *, expected_version: int | None, now: datetime) -> Track:
    """A track of one's own that is still true: listeners see that, and in a year its speaker is asked again.

    Saying it twice on one day is saying it once. Raises `TrackRetired`, and what `changing.change` does.
    """
    today = now.date()
    next_day = times.in_years(today, 1)

    def decide(track: Track) -> Change | None:
        if track.is_retired:
            raise errors.TrackRetired
        if (track.still_true_on, track.review_on) == (today, next_day):
            return None
        return _on(track, next_day, now, Track.still_true_on.set(today))

    return change(me, track_id, decide, expected_version=expected_version, now=now)


def begin(activity: Activity) -> None:
    """Plan the asking about a track, after it was published or recorded anew."""
    track = aws.found(Track, activity.workspace_id, activity.track_id)
    if track is None:
        return
    day = track.reviewed_on
    if day is not None:
        aws.transact(lambda transaction: plan(transaction, track, day, activity.at))


def plan(transaction: TransactWrite, track: Track, day: date, now: datetime) -> None:
    """Add to a transaction that a track's speaker is asked about it on a day."""
    planning.plan(
        transaction,
        KIND,
        track.track_id,
        at=datetime.combine(day, time(), now.tzinfo),
        workspace_id=track.workspace_id,
        now=now,
    )


def ask(due: Due, *, now: datetime) -> None:
    """Ask a speaker whether a track is still true; what is due of `KIND`.

    Once for each day that it was to be asked on; not where it was put off, retired or taken back since, nor
    somebody who has left.
    """
    try:
        track = Track.get(due.workspace_id, due.id, consistent_read=True)
        speaker = members.get(due.workspace_id, track.speaker_id)
    except (DoesNotExist, errors.NotFound):
        return
    day = track.review_on
    if day is None or day > now.date() or track.waits_for_review or not speaker.is_active:
        return

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=[Track.asked_for.set(day)],
            condition=(Track.review_on == day)
            & (Track.asked_for.does_not_exist() | (Track.asked_for != day)),
        )
        log.record(
            transaction,
            "review_asked",
            speaker.own_key,
            workspace_id=track.workspace_id,
            actor_id=None,
            now=now,
            track_id=track.track_id,
        )

    aws.written(fill)  # else answered at this moment, or asked by another run


def _on(track: Track, day: date, now: datetime, *actions: Action) -> Change:
    return Change(
        [Track.review_on.set(day), Track.asked_for.remove(), *actions],
        lambda transaction: plan(transaction, track, day, now),
    )
