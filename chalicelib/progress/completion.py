"""Completing a track: once, by listening, by reading its transcript, or by saying that one knows it."""

from datetime import datetime
from typing import Literal

from pynamodb.exceptions import UpdateError

from chalicelib import errors
from chalicelib.aws import is_failed_condition
from chalicelib.progress import coverage, revisions, standing
from chalicelib.progress.models import Progress
from chalicelib.progress.standing import Standing
from chalicelib.tracks import uploads
from chalicelib.workspaces.models import LOWEST_COMPLETION_PERCENT, Member

Source = Literal["listened", "transcript", "self_declared"]


def reach(me: Member, reached: Standing, duration_ms: int, *, now: datetime) -> Standing:
    """The standing, completed where enough was heard for the first time; replaying undoes nothing."""
    whole = coverage.buckets(duration_ms)
    if (
        reached.completed_at is None
        and coverage.is_covered(reached.heard, whole, LOWEST_COMPLETION_PERCENT)
        and coverage.is_covered(reached.heard, whole, revisions.completion_percent(me.workspace_id))
    ):
        return _complete(me, reached.track_id, reached.revision, "listened", now)
    return reached


def declare(me: Member, track_id: str, revision: int, source: Source, *, now: datetime) -> None:
    """Complete a track without having heard it; one that is completed stays as it was.

    Raises `NotFound`.
    """
    _duration_ms(me, track_id, revision, now)
    _complete(me, track_id, revision, source, now)


def take_back(me: Member, track_id: str, revision: int, *, now: datetime) -> None:
    """Know a track no longer, where that was only said; what was heard of it counts again.

    Raises `NotFound`, `NotSelfDeclared` where it was completed in another way.
    """
    duration_ms = _duration_ms(me, track_id, revision, now)
    progress = Progress(me.member_id, Progress.key_of(track_id, revision))
    try:
        answer = progress.update(
            actions=[Progress.completed_at.remove(), Progress.source.remove()],
            condition=Progress.source == "self_declared",
        )
    except UpdateError as error:
        if not is_failed_condition(error):
            raise
        if standing.of_revision(me, track_id, revision).completed_at is not None:
            raise errors.NotSelfDeclared from error
        return
    reach(me, Standing.of_item(answer["Attributes"]), duration_ms, now=now)


def _complete(me: Member, track_id: str, revision: int, source: Source, now: datetime) -> Standing:
    """What is completed stays as it was: the first time counts."""
    answer = Progress(me.member_id, Progress.key_of(track_id, revision)).update(
        actions=[
            Progress.completed_at.set(Progress.completed_at | now),
            Progress.source.set(Progress.source | source),
        ]
    )
    return Standing.of_item(answer["Attributes"])


def _duration_ms(me: Member, track_id: str, revision: int, now: datetime) -> int:
    lengths = revisions.lengths(uploads.heard_by(me, track_id, now=now))
    if revision not in lengths:
        raise errors.NotFound
    return lengths[revision]
