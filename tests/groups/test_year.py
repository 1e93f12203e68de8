"""Check-ins with a bad scheduler: a thousand groups for a year in the calendar, a few through the tables.

The calendar, its slots and its conditions are the real ones; for a thousand groups the tables are
dictionaries, because a year of theirs is half a million calls of DynamoDB.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from chalicelib import aws
from chalicelib.due import running, slots
from chalicelib.due.models import Checkpoint, Due
from chalicelib.groups import rounds, turns
from chalicelib.groups.models import CheckIns, Group, Round
from chalicelib.groups.rounds import Cadence
from tests.groups import company
from tests.world import World

QUARTER = slots.SLOT
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
YEAR = timedelta(days=365)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago")


def cadence(chance: Random) -> Cadence:
    """Any cadence, in a year in which all of these zones change their clocks but one."""
    return Cadence(
        chance.choice(("weekly", "biweekly", "every4weeks", "monthly", "ramp")),
        chance.randrange(7),
        time(chance.randrange(24), chance.choice((0, 15, 30, 45))),
        chance.choice(ZONES),
        date(2026, 1, 1) + timedelta(days=chance.randrange(60)),
        chance.choice((1, 2, 3, 4, rounds.LAST)),
    )


@dataclass
class Shelf:
    """The due table as a dictionary, and a group's row of the groups table for each of many."""

    cadences: list[Cadence]
    slots: defaultdict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    next_at: list[datetime] = field(default_factory=list)
    opened: Counter[tuple[int, datetime]] = field(default_factory=Counter)
    done_before: datetime = BEGIN
    lookups: int = 0

    def begin(self) -> None:
        for number, each in enumerate(self.cadences):
            self.next_at.append(rounds.next_opening(each, BEGIN))
            self.plan(number, BEGIN)

    def plan(self, number: int, now: datetime) -> None:
        moment = self.next_at[number]
        self.slots[slots.key(max(moment, now), f"{number}#{moment}")][f"{number}#{moment}"] = moment

    def run(self, now: datetime, *, dies_after: int | None = None) -> None:
        """What `running.run` and `turns.take_turn` do, step by step; it may die between two of them."""
        settled = slots.begin(now - running.SETTLES_IN)
        for slot in slots.between(min(self.done_before, settled), now):
            for key in slots.keys(slot):
                self.lookups += 1
                for name, planned in [*self.slots.get(key, {}).items()]:
                    if planned > now:
                        continue
                    self.take_turn(int(name.partition("#")[0]), planned, now)
                    if dies_after is not None and not (dies_after := dies_after - 1):
                        return
                    del self.slots[key][name]
            if slot < settled:
                self.done_before = max(self.done_before, slot + QUARTER)
        self.done_before = max(self.done_before, settled)

    def take_turn(self, number: int, planned: datetime, now: datetime) -> None:
        if self.next_at[number] != planned:  # the condition of the transaction
            return
        turn = rounds.turn(self.cadences[number], planned, dict.fromkeys("abcd"), now)
        if turn.window:
            self.opened[number, turn.window.opens_at] += 1
        self.next_at[number] = turn.next_at
        self.plan(number, now)


def test_in_a_year_of_a_thousand_groups_each_round_opens_once() -> None:
    chance = Random(2026)
    shelf = Shelf([cadence(chance) for _ in range(1000)])
    shelf.begin()
    now, fired = BEGIN, Counter[str]()
    while now < BEGIN + YEAR:
        now += QUARTER
        match chance.random():
            case luck if luck < 0.1:
                shelf.run(now)
                shelf.run(now)
                fired["twice"] += 1
            case luck if luck < 0.15:
                shelf.run(now + timedelta(minutes=chance.randrange(1, 14)))
                fired["late"] += 1
            case luck if luck < 0.2:
                shelf.run(now, dies_after=1)
                fired["killed"] += 1
            case luck if luck < 0.201:
                now += timedelta(days=1, minutes=chance.randrange(60))
                fired["not for a day"] += 1
            case _:
                shelf.run(now)
    shelf.run(now)
    assert min(fired.values()) >= 20, fired
    expected = set()
    for number, each in enumerate(shelf.cadences):
        opening = rounds.next_opening(each, BEGIN)
        while opening <= now:
            expected.add((number, opening))
            opening = rounds.next_opening(each, opening)
    assert len(expected) > 20_000
    assert shelf.opened == Counter(expected)
    assert {number for number, _ in expected} == set(range(1000))


def test_through_the_tables_a_bad_scheduler_opens_and_closes_each_round_once(world: World) -> None:
    chance = Random(7)
    cadences = [
        Cadence("weekly", number, time(10), zone, date(2026, 3, 1)) for number, zone in enumerate(ZONES)
    ]
    begin = datetime(2026, 3, 27, tzinfo=UTC)
    for number, each in enumerate(cadences):
        keep(f"g{number}", each, begin)
    Checkpoint.advance(begin)
    now = begin
    while now < begin + timedelta(days=10):  # in which three of the zones change their clocks
        now += chance.choice((timedelta(hours=6), timedelta(hours=20), timedelta(days=1, hours=7)))
        for _ in range(chance.choice((1, 2))):
            company.fires(now)
    for number, each in enumerate(cadences):
        found = sorted(Round.query(f"g{number}"), key=lambda one: one.opens_at)
        opening, expected = rounds.next_opening(each, begin), []
        while opening <= now:
            expected.append(opening)
            opening = rounds.next_opening(each, opening)
        assert [one.opens_at for one in found] == expected
        assert [one.status for one in found[:-1]] == ["rolled_over"] * (len(expected) - 1)
    assert all(due.due_at > now for due in Due.scan() if due.slot != "checkpoint")


def keep(group_id: str, cadence: Cadence, now: datetime) -> None:
    """A group of three with rounds of this cadence, as the tables have it."""
    group = Group(
        "w",
        group_id,
        kind="circle",
        purpose="Selling better",
        owner_id="a",
        created_at=now,
        members={member: {"joined_ms": 0} for member in "abc"},
        check_ins=CheckIns.of(cadence),
        next_at=rounds.next_opening(cadence, now),
    )
    group.save()
    aws.transact(lambda transaction: turns.plan_turn(transaction, group, group.next_at, now))
