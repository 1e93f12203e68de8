"""Telling that something was asked or answered: with who did, or, of an anonymous question, with nobody."""

from datetime import datetime
from typing import Literal

from pynamodb.transactions import TransactWrite

from chalicelib.activity import log
from chalicelib.conversations.question_models import OF_TWO, Question


def tell(
    transaction: TransactWrite,
    kind: Literal["question_asked", "question_answered"],
    question: Question,
    *,
    speaker_id: str | None,
    actor_id: str | None,
    now: datetime,
) -> None:
    """Add to a transaction that this happened, which everybody hears who can read the question.

    Where these are only two, a speaker and their mentor, the one hears it who did not do it.
    """
    heard_in = str(question.audience_key)
    if heard_in.startswith(OF_TWO) and heard_in == f"m#{actor_id}":
        heard_in = f"m#{speaker_id}"
    log.record(
        transaction,
        kind,
        heard_in,
        workspace_id=question.workspace_id,
        actor_id=actor_id,
        now=now,
        track_id=question.track_id,
        group_id=question.group_id,
        question_id=question.question_id,
    )
