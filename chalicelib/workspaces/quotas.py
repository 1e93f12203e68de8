"""How often a member may do something on one day, in UTC."""

from datetime import UTC, datetime, time, timedelta

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.workspaces.models import Member, Quota


def count(
    transaction: TransactWrite, me: Member, counter: NumberAttribute, most: int, *, now: datetime, by: int = 1
) -> None:
    """Add to a transaction that the member does so many more of these today, on condition that they may."""
    transaction.update(today(me, now), actions=more(counter, by, now), condition=room(counter, most, by))


def counted(me: Member, counter: NumberAttribute, most: int, *, now: datetime) -> bool:
    """Note that the member does one more of these today; False where they may not."""
    return aws.updated(today(me, now), more(counter, 1, now), room(counter, most, 1))


def check(me: Member, counter: NumberAttribute, most: int, sentence: str, *, now: datetime) -> None:
    """Raises `QuotaReached` with this sentence where the member has done as many today as one may."""
    there = aws.found(Quota, me.member_id, now.date().isoformat())
    if there is not None and (getattr(there, counter.attr_name) or 0) >= most:
        raise reached(sentence, now)


def reached(sentence: str, now: datetime) -> errors.QuotaReached:
    """What to raise for a quota that is used up, until midnight UTC."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=UTC)
    return errors.QuotaReached(sentence, int((tomorrow - now).total_seconds()) + 1)


def today(me: Member, now: datetime) -> Quota:
    """Where it is noted what the member does today."""
    return Quota(me.member_id, now.date().isoformat())


def more(counter: NumberAttribute, by: int, now: datetime) -> list[Action]:
    """What counts so many more, until it matters no longer."""
    return [counter.add(by), Quota.expires_at.set(times.epoch(now + timedelta(days=2)))]


def room(counter: NumberAttribute, most: int, by: int) -> Condition:
    """That so many more are no more than one may do in a day."""
    condition: Condition = counter.does_not_exist() | (counter <= most - by)
    return condition
