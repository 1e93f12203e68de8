"""A group's check-ins: when its rounds open, what they are about at first, and who is away."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import uuid6
from pynamodb.expressions.condition import size
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.groups import finding, prompts, turns
from chalicelib.groups.models import CheckIns, Group, Wish, at
from chalicelib.groups.rounds import Cadence, Every
from chalicelib.workspaces.models import Member

USUAL_WEEKDAY: Final = 1
USUAL_TIME: Final = time(10)
"""Tuesday at ten."""

LONGEST_SNOOZE: Final = timedelta(days=366)


@dataclass(frozen=True)
class Wanted:
    """When a group wants its rounds, from today on."""

    every: Every
    weekday: int
    nth: int
    at: time
    time_zone: str

    def cadence(self, now: datetime) -> Cadence:
        return Cadence(
            self.every, self.weekday, self.at, self.time_zone, _today(self.time_zone, now), self.nth
        )


def begin(me: Member, group_id: str, wanted: Wanted, *, now: datetime) -> Group:
    """The group of the caller's with rounds of this cadence from now on. Raises `NotFound`."""
    aws.repeat(partial(_begun, me, group_id, wanted, now))
    return finding.opened(me, group_id)


def stop(me: Member, group_id: str) -> None:
    """Open no more rounds in a group of the caller's; the one that is open closes as planned.

    Raises `NotFound`.
    """

    def stopped() -> bool:
        group = finding.owned(me, group_id)
        actions: list[Action] = [Group.check_ins.remove(), Group.next_at.remove()]
        return aws.written(
            lambda transaction: transaction.update(
                group, actions=actions, condition=Group.owner_id == me.member_id
            )
        )

    aws.repeat(stopped)


def snooze(me: Member, group_id: str, back_on: Any, *, now: datetime) -> Group:
    """The group in whose rounds nobody waits for the caller until this day; None is being back.

    Raises `NotFound`, and `InvalidRequest` where the day is past or more than a year away.
    """
    finding.opened(me, group_id)
    if back_on is not None and not now.date() < back_on <= now.date() + LONGEST_SNOOZE:
        raise errors.InvalidRequest(f"`until` must be a day to come, within {LONGEST_SNOOZE.days} days.")
    place = at(Group.members, me.member_id, "back_on")
    action = place.remove() if back_on is None else place.set(back_on.isoformat())

    def snoozed() -> bool:
        group = finding.opened(me, group_id)
        return aws.written(
            lambda transaction: transaction.update(
                group, actions=[action], condition=at(Group.members, me.member_id).exists()
            )
        )

    aws.repeat(snoozed)
    return finding.opened(me, group_id)


def ramp(time_zone: str, now: datetime) -> Cadence:
    """The cadence of new hires, from today: weekly, then biweekly, then every four weeks."""
    return Cadence("ramp", USUAL_WEEKDAY, USUAL_TIME, time_zone, _today(time_zone, now))


def first_topics(group: Group, now: datetime) -> dict[str, dict[str, Any]]:
    """What a group talks about until its members add topics of their own."""
    return {
        str(uuid6.uuid7()): msgspec.to_builtins(Wish(text, group.owner_id, times.epoch_ms(now)))
        for text in prompts.TOPICS[group.kind]
    }


def _begun(me: Member, group_id: str, wanted: Wanted, now: datetime) -> bool:
    group = finding.owned(me, group_id)
    cadence = wanted.cadence(now)
    moment = turns.next_turn(cadence, now, not_before=turns.busy_until(group))

    def fill(transaction: TransactWrite) -> None:
        actions: list[Action] = [Group.check_ins.set(CheckIns.of(cadence)), Group.next_at.set(moment)]
        condition = (Group.owner_id == me.member_id) & turns.still_busy(group)
        if not group.wishes:
            actions.append(Group.topics.set(first_topics(group, now)))
            condition &= size(Group.topics) == 0
        transaction.update(group, actions=actions, condition=condition)
        turns.plan_turn(transaction, group, moment, now)

    return aws.written(fill)


def _today(time_zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()
