"""The rounds of a group as they open, remind, and close or roll over, each at its time.

What must happen stands in the due table and may be done twice or late: each step is one transaction that
holds only on the state it belongs to.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.due import planning
from chalicelib.due.models import Due
from chalicelib.groups import belonging, finding, prompts, rounds
from chalicelib.groups.models import Group, Round, at
from chalicelib.groups.rounds import Cadence, Turn

TURN: Final = "group_turn"
REMINDER: Final = "round_reminder"
CLOSING: Final = "round_closing"
"""Kinds in the due table."""


def next_turn(cadence: Cadence, now: datetime, *, not_before: datetime | None) -> datetime:
    """The next opening from now on; at this moment at the earliest, such as when the open round closes."""
    after = now if not_before is None else max(now, not_before - timedelta.resolution)
    return rounds.next_opening(cadence, after)


def plan_turn(transaction: TransactWrite, group: Group, moment: datetime, now: datetime) -> None:
    """Add to a transaction that the group's turn comes at this moment."""
    planning.plan(
        transaction,
        TURN,
        f"{group.group_id}#{times.epoch(moment)}",
        at=moment,
        workspace_id=group.workspace_id,
        now=now,
        details={"group_id": group.group_id},
    )


def still_busy(group: Group) -> Condition:
    """That the same round is open as when the group was read, or none as then."""
    if group.open_round_at is None:
        return Group.open_round_at.does_not_exist()
    same: Condition = Group.open_round_at == group.open_round_at
    return same


def busy_until(group: Group) -> datetime | None:
    """When the open round closes, None where there is none."""
    if group.open_round_at is None:
        return None
    return Round.get(group.group_id, group.open_round_at, consistent_read=True).closes_at


def take_turn(due: Due, *, now: datetime) -> None:
    """Open the group's round, or wait for its next turn; what is due of the kind `TURN`."""
    aws.repeat(partial(_turn_taken, due, now))


def remind(due: Due, *, now: datetime) -> None:
    """Remind those whom an open round still waits for, each once; what is due of the kind `REMINDER`."""
    found = _round(due)
    group = _group(due.workspace_id, due.details["group_id"])
    if found is None or group is None or found.status != "open" or found.closes_at <= now:
        return
    there = rounds.expected(group.snoozes, now.date())
    for member_id in sorted(found.waits_for & there - set(found.reminded or ())):

        def fill(transaction: TransactWrite, member_id: str = member_id) -> None:
            transaction.update(
                found,
                actions=[Round.reminded.add({member_id})],
                condition=(Round.status == "open")
                & at(Round.contributions, member_id).does_not_exist()
                & (Round.reminded.does_not_exist() | ~Round.reminded.contains(member_id)),
            )
            belonging.tell(
                transaction,
                "round_reminder",
                group,
                actor_id=group.owner_id,
                now=now,
                to=member_id,
                round_id=found.round_id,
            )

        aws.written(fill)  # who has contributed meanwhile is not reminded


def close(due: Due, *, now: datetime) -> None:
    """Close a round, or let it roll over; what is due of the kind `CLOSING`."""
    opens_at = _opening(due)
    aws.repeat(partial(_closed, due.workspace_id, due.details["group_id"], opens_at, now))


def _turn_taken(due: Due, now: datetime) -> bool:
    group = _group(due.workspace_id, due.details["group_id"])
    if group is None or group.check_ins is None or group.next_at != due.due_at:
        return True
    closes_at = busy_until(group)
    if closes_at is not None and closes_at <= now:
        _closed(group.workspace_id, group.group_id, group.open_round_at, now)
        return False  # and look again
    cadence = group.check_ins.cadence
    if closes_at is None:
        turn = rounds.turn(cadence, due.due_at, group.snoozes, now)
    else:
        turn = Turn(None, next_turn(cadence, now, not_before=closes_at))
    return aws.written(lambda transaction: _take(transaction, group, turn, now))


def _take(transaction: TransactWrite, group: Group, turn: Turn, now: datetime) -> None:
    actions: list[Action] = [Group.next_at.set(turn.next_at)]
    condition = (Group.status == "active") & (Group.next_at == group.next_at) & still_busy(group)
    if turn.window:
        round_ = _opening_round(group, turn.window)
        actions.append(Group.open_round_at.set(round_.opens_at))
        transaction.save(round_, condition=Round.group_id.does_not_exist())
        belonging.tell(
            transaction,
            "round_opened",
            group,
            actor_id=group.owner_id,
            now=now,
            round_id=round_.round_id,
        )
        _plan(transaction, REMINDER, round_, round_.remind_at, now)
        _plan(transaction, CLOSING, round_, round_.closes_at, now)
    transaction.update(group, actions=actions, condition=condition)
    plan_turn(transaction, group, turn.next_at, now)


def _opening_round(group: Group, window: rounds.Window) -> Round:
    wishes = group.wishes
    topic = rounds.next_topic(group.candidates)
    day = window.opens_at.astimezone(ZoneInfo(group.check_ins.time_zone)).date()
    return Round(
        group.group_id,
        window.opens_at,
        workspace_id=group.workspace_id,
        topic=wishes[topic.topic_id].text if topic else prompts.TOPICS[group.kind][0],
        topic_id=topic.topic_id if topic else None,
        remind_at=window.remind_at,
        closes_at=window.closes_at,
        expected=rounds.expected(group.snoozes, day),
    )


def _closed(workspace_id: str, group_id: str, opens_at: datetime, now: datetime) -> bool:
    round_ = aws.found(Round, group_id, opens_at)
    if round_ is None:
        return True
    if round_.status != "open":
        return True
    group = _group(workspace_id, group_id)
    outcome = rounds.outcome(len(round_.given))

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            round_,
            actions=[Round.status.set(outcome), Round.closed_at.set(now)],
            condition=(Round.status == "open") & (size(Round.contributions) == len(round_.given)),
        )
        if group is None:
            return
        actions: list[Action] = [Group.open_round_at.remove()]
        condition = Group.open_round_at == opens_at
        if outcome == "closed" and round_.topic_id in group.wishes:
            wish = at(Group.topics, round_.topic_id)
            actions += [wish["used_ms"].set(times.epoch_ms(opens_at)), wish["votes"].set({})]
            condition &= wish.exists()
        transaction.update(group, actions=actions, condition=condition)
        belonging.tell(
            transaction,
            "round_closed" if outcome == "closed" else "round_rolled_over",
            group,
            actor_id=group.owner_id,
            now=now,
            round_id=round_.round_id,
        )

    return aws.written(fill)


def _plan(transaction: TransactWrite, kind: str, round_: Round, moment: datetime, now: datetime) -> None:
    planning.plan(
        transaction,
        kind,
        f"{round_.group_id}#{round_.round_id}",
        at=moment,
        workspace_id=round_.workspace_id,
        now=now,
        details={"group_id": round_.group_id, "round_id": round_.round_id},
    )


def _group(workspace_id: str, group_id: str) -> Group | None:
    try:
        return finding.current(workspace_id, group_id)
    except errors.NotFound:
        return None


def _round(due: Due) -> Round | None:
    return aws.found(Round, due.details["group_id"], _opening(due))


def _opening(due: Due) -> datetime:
    opens_at = Round.opening_of(due.details["round_id"])
    assert opens_at is not None, "an id that a round gave itself"
    return opens_at
