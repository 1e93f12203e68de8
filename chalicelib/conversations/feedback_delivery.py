"""Delivering feedback: when it can be withdrawn no more, in its receiver's working hours."""

from datetime import datetime
from functools import partial
from typing import Final

from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.activity import log
from chalicelib.conversations import loop_feedback
from chalicelib.conversations.feedback_models import Feedback
from chalicelib.due import planning
from chalicelib.due.models import Due
from chalicelib.workspaces import hours, members
from chalicelib.workspaces.models import Member

DELIVERY: Final = "feedback_delivery"
"""Kind in the due table."""


def plan(
    transaction: TransactWrite,
    receiver: Member,
    together: list[Feedback],
    *,
    not_before: datetime,
    now: datetime,
) -> None:
    """Add to a transaction that what was given together is delivered when its receiver is at work."""
    ids = [feedback.feedback_id for feedback in together]
    _plan(transaction, receiver, ids, hours.of_member(receiver, not_before), now)


def deliver(due: Due, *, now: datetime) -> None:
    """Deliver what was given together and is there still; what is due of the kind `DELIVERY`.

    A receiver who is not at work by now gets it when they are.
    """
    try:
        receiver = members.get(due.workspace_id, due.details["member_id"])
    except errors.NotFound:
        return
    if receiver.is_active:
        aws.repeat(partial(_delivered, receiver, due.details["feedback_ids"], now))


def _delivered(receiver: Member, ids: list[str], now: datetime) -> bool:
    found = Feedback.batch_get([(receiver.member_id, each) for each in ids], consistent_read=True)
    waiting = [feedback for feedback in found if feedback.delivered_at is None]
    if not waiting:
        return True
    at = hours.of_member(receiver, now)
    if at > now:
        return aws.written(lambda transaction: _plan(transaction, receiver, ids, at, now))

    for feedback in waiting:
        loop_feedback.receive(receiver.member_id, feedback.track_id, feedback.feedback_id, now=now)

    def fill(transaction: TransactWrite) -> None:
        for feedback in waiting:
            transaction.update(
                Feedback(receiver.member_id, feedback.feedback_id),
                actions=[
                    Feedback.delivered_at.set(now),
                    Feedback.delivered_to.set(receiver.member_id),
                ],
                condition=Feedback.receiver_id.exists() & Feedback.delivered_at.does_not_exist(),
            )
        log.record(
            transaction,
            "feedback_delivered",
            receiver.own_key,
            workspace_id=receiver.workspace_id,
            actor_id=waiting[0].giver_id,
            now=now,
        )

    return aws.written(fill)


def _plan(transaction: TransactWrite, receiver: Member, ids: list[str], at: datetime, now: datetime) -> None:
    planning.plan(
        transaction,
        DELIVERY,
        f"{ids[0]}#{times.epoch_ms(at)}",
        at=at,
        workspace_id=receiver.workspace_id,
        now=now,
        details={"member_id": receiver.member_id, "feedback_ids": ids},
    )
