"""Feedback as a stage of the loop: given while listening in a playlist, or received on what one has tried."""

from collections.abc import Collection, Iterator
from datetime import datetime

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.conversations.feedback_models import Feedback, Given
from chalicelib.conversations.loop_models import Stages
from chalicelib.playlists import library
from chalicelib.workspaces.models import Member


def check(me: Member, playlist_id: str, track_id: str) -> None:
    """Raise `NotFound` where the caller may not open the playlist, or the track is not in it."""
    playlist = library.opened(me, playlist_id)
    if track_id not in {entry.track_id for entry in playlist.entries.values()}:
        raise errors.NotFound


def count(
    transaction: TransactWrite, giver_id: str, playlist_id: str, feedback_id: str, *, now: datetime
) -> None:
    """Add to a transaction that the giver's loop has feedback, where it has none."""
    transaction.update(Stages(giver_id, Stages.note_of(playlist_id)), actions=_first(feedback_id, now))


def uncount(transaction: TransactWrite, giver_id: str, playlist_id: str, withdrawn: Collection[str]) -> None:
    """Add to a transaction that the giver's loop has what else they gave or got first, or no feedback."""
    stages = aws.found(Stages, giver_id, Stages.note_of(playlist_id))
    if stages is None:
        return
    if stages.feedback_id in withdrawn:
        first = min(_left(stages, withdrawn), default=None)
        if first is None:
            actions: list[Action] = [Stages.feedback_at.remove(), Stages.feedback_id.remove()]
        else:
            actions = [Stages.feedback_at.set(first[0]), Stages.feedback_id.set(first[1])]
        transaction.update(
            Stages(giver_id, stages.note),
            actions=actions,
            condition=Stages.feedback_id == stages.feedback_id,
        )


def receive(receiver_id: str, track_id: str, feedback_id: str, *, now: datetime) -> None:
    """Count feedback on a track that tells what its speaker has tried, in the loops it belongs to."""
    for stages in Stages.of_member(receiver_id):
        if stages.applied_track_id == track_id and stages.feedback_at is None:
            _count(stages, feedback_id, now)


def _left(stages: Stages, withdrawn: Collection[str]) -> Iterator[tuple[datetime, str]]:
    """What belongs to a loop beside what is withdrawn, by when it was given or came."""
    for given in Given.in_playlist(stages.member_id, stages.playlist_id):
        if given.feedback_id not in withdrawn:
            yield given.given_at, given.feedback_id
    if stages.applied_track_id is not None:
        for got in Feedback.delivered_on(stages.member_id, stages.applied_track_id):
            yield got.delivered_at, got.feedback_id


def _count(stages: Stages, feedback_id: str, now: datetime) -> None:
    loop = Stages(stages.member_id, stages.note)
    aws.patiently(lambda: loop.update(actions=_first(feedback_id, now)))


def _first(feedback_id: str, now: datetime) -> list[Action]:
    return [
        Stages.feedback_at.set(Stages.feedback_at | now),
        Stages.feedback_id.set(Stages.feedback_id | feedback_id),
    ]
