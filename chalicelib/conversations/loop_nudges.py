"""Asking, a while after a playlist was gained, whether it was of use."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity import log
from chalicelib.conversations.loop_models import Stages
from chalicelib.due import planning
from chalicelib.due.models import Due
from chalicelib.playlists import library
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member

NUDGE: Final = "use_question"
"""Kind in the due table."""

DAYS: Final = (7, 30)
"""After gaining."""


def plan(transaction: TransactWrite, member: Member, playlist_id: str, *, now: datetime) -> None:
    """Add to a transaction that a member who gains a playlist now is asked whether it was of use."""
    for days in DAYS:
        planning.plan(
            transaction,
            NUDGE,
            f"{member.member_id}#{playlist_id}#{days}",
            at=now + timedelta(days=days),
            workspace_id=member.workspace_id,
            now=now,
            details={"member_id": member.member_id, "playlist_id": playlist_id, "days": days},
        )


def ask(due: Due, *, now: datetime) -> None:
    """Ask once whether a playlist was of use; what is due of the kind `NUDGE`.

    Who has said yes, has left or may not open the playlist any more is not asked.
    """
    aws.repeat(partial(_asked, due, now))


def _asked(due: Due, now: datetime) -> bool:
    member_id, playlist_id, days = (due.details[name] for name in ("member_id", "playlist_id", "days"))
    try:
        member = members.get(due.workspace_id, member_id)
        stages = Stages.get(member_id, Stages.note_of(playlist_id), consistent_read=True)
    except (errors.NotFound, DoesNotExist):
        return True
    if stages.used or days in (stages.asked or ()) or not member.is_active:
        return True
    if not library.visible(member, [playlist_id]):
        return True

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Stages(member_id, stages.note),
            actions=[Stages.asked.add({days}), Stages.asked_at.set(now)],
            condition=Stages.gained_at.exists()
            & (Stages.asked.does_not_exist() | ~Stages.asked.contains(days)),
        )
        log.record(
            transaction,
            "use_asked",
            member.own_key,
            workspace_id=member.workspace_id,
            actor_id=None,
            now=now,
            playlist_id=playlist_id,
        )

    return aws.written(fill)
