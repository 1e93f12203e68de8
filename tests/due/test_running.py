"""Doing what is due: once, whatever the scheduler does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.test import Client

from chalicelib import aws, times
from chalicelib.due import planning, running, slots
from chalicelib.due.models import Checkpoint, Due
from tests.world import World

EIGHT = datetime(2026, 10, 6, 8, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


class Diary:
    """A duty that writes down what it did, fails where it is told to, and knows what time it is."""

    def __init__(self) -> None:
        self.now = EIGHT
        self.did: list[str] = []
        self.fails: set[str] = set()
        self.takes = timedelta()
        self.pieces: dict[str, int] = {}

    def plans(self, id_: str, at: datetime, *, written_at: datetime | None = None) -> Due:
        return aws.transact(
            lambda transaction: planning.plan(
                transaction, "note", id_, at=at, workspace_id="w", now=written_at or self.now
            )
        )

    def runs(self, now: datetime | None = None) -> list[str]:
        """What is done in one run."""
        self.now, before = now or self.now, len(self.did)
        running.run({"note": self._do}, now=lambda: self.now)
        return sorted(self.did[before:])

    def _do(self, due: Due, *, now: datetime) -> Due | None:
        self.did.append(due.id)
        self.now += self.takes
        if due.id in self.fails:
            raise ValueError("cannot")
        left = self.pieces.get(due.id, 1) - 1
        self.pieces[due.id] = left
        return self.plans(due.id, now + QUARTER) if left > 0 else None


@pytest.fixture
def diary(world: World) -> Diary:
    return Diary()


def waiting() -> list[tuple[str, int]]:
    """What stands in the table, with its attempts."""
    return sorted((due.id, int(due.attempts)) for due in Due.scan() if due.slot != "checkpoint")


def test_what_is_due_is_done_once_and_what_is_not_yet_waits(diary: Diary) -> None:
    diary.plans("now", EIGHT)
    diary.plans("soon", EIGHT + timedelta(minutes=1))
    diary.plans("later", EIGHT + timedelta(days=1))
    assert diary.runs() == ["now"]
    assert diary.runs() == []
    assert diary.runs(EIGHT + QUARTER) == ["soon"]
    assert diary.runs(EIGHT + timedelta(hours=23)) == []
    assert diary.runs(EIGHT + timedelta(days=1)) == ["later"]
    assert waiting() == []


def test_planning_the_same_twice_is_planning_it_once(diary: Diary) -> None:
    diary.plans("a", EIGHT)
    diary.plans("a", EIGHT)
    assert diary.runs() == ["a"]


def test_a_scheduler_that_did_not_fire_for_days_leaves_nothing_out(diary: Diary) -> None:
    diary.runs()
    for hour in range(0, 72, 5):
        diary.plans(f"{hour:02}", EIGHT + timedelta(hours=hour))
    assert diary.runs(EIGHT + timedelta(days=3)) == [f"{hour:02}" for hour in range(0, 72, 5)]


def test_the_first_run_of_all_looks_a_day_back(diary: Diary) -> None:
    diary.plans("yesterday", EIGHT - running.FIRST_LOOK_BACK, written_at=EIGHT - timedelta(days=3))
    assert diary.runs() == ["yesterday"]


def test_what_is_planned_for_the_past_is_done_at_once(diary: Diary) -> None:
    diary.runs()
    diary.plans("missed", EIGHT - timedelta(days=20))
    assert diary.runs(EIGHT + timedelta(minutes=1)) == ["missed"]


def test_what_was_written_late_into_a_slot_that_had_passed_is_found(diary: Diary) -> None:
    diary.runs(EIGHT + timedelta(hours=1))
    diary.plans("slow", EIGHT + timedelta(minutes=31), written_at=EIGHT + timedelta(minutes=31))
    assert diary.runs(EIGHT + timedelta(hours=1)) == ["slow"]
    checkpoint = Checkpoint.read()
    assert checkpoint == EIGHT + timedelta(hours=1) - running.SETTLES_IN


def test_a_run_killed_in_the_middle_is_taken_up_by_the_next(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        diary.plans(str(number), EIGHT + number * timedelta(hours=1))
    deleted = Due.delete

    def killed(due: Due, *arguments: Any, **named: Any) -> Any:
        if len(diary.did) == 3:
            raise KeyboardInterrupt
        return deleted(due, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Due, "delete", killed)
        with pytest.raises(KeyboardInterrupt):
            diary.runs(EIGHT + timedelta(days=1))
    assert diary.runs(EIGHT + timedelta(days=1)) == ["2", "3", "4", "5"]
    assert waiting() == []


def test_what_fails_is_tried_again_later_and_keeps_nothing_waiting(diary: Diary) -> None:
    diary.fails = {"bad"}
    for name in ("bad", "good", "other"):
        diary.plans(name, EIGHT)
    with pytest.raises(running.SomeFailed, match=r"^1 of what was due"):
        diary.runs()
    assert sorted(diary.did) == ["bad", "good", "other"]
    assert waiting() == [("bad", 1)]
    diary.fails = set()
    assert diary.runs(EIGHT + QUARTER) == ["bad"]
    assert waiting() == []


def test_what_fails_eight_times_is_given_up_and_kept(diary: Diary) -> None:
    diary.fails = {"bad"}
    diary.plans("bad", EIGHT)
    tried, now = [], EIGHT
    while now < EIGHT + timedelta(days=3):
        try:
            diary.runs(now)
        except running.SomeFailed:
            tried.append(round((now - EIGHT) / QUARTER))
        now += QUARTER
    assert tried == [0, 1, 3, 7, 15, 31, 63, 127]
    [given_up] = Due.of_slot(running.GIVEN_UP)
    assert (given_up.id, given_up.attempts, given_up.due_at) == ("bad", running.MOST_ATTEMPTS, EIGHT)


def test_a_kind_that_nobody_knows_yet_waits_for_the_code_that_does(diary: Diary) -> None:
    aws.transact(
        lambda transaction: planning.plan(transaction, "new", "x", at=EIGHT, workspace_id="w", now=EIGHT)
    )
    with pytest.raises(running.SomeFailed):
        diary.runs()
    assert waiting() == [("x", 1)]


def test_a_run_out_of_time_leaves_the_rest_to_the_next(diary: Diary) -> None:
    diary.takes = running.BUDGET / 2
    for number in range(5):
        diary.plans(str(number), EIGHT + number * timedelta(hours=1))
    with pytest.raises(running.OutOfTime):
        diary.runs(EIGHT + timedelta(days=1))
    assert len(diary.did) == 3
    diary.runs(EIGHT + timedelta(days=1) + QUARTER)
    assert sorted(diary.did) == ["0", "1", "2", "3", "4"]


def test_what_takes_long_goes_on_in_the_same_run_once_everything_else_is_done(diary: Diary) -> None:
    diary.pieces = {"long": 4, "longer": 3}
    for name in ("long", "longer", "short"):
        diary.plans(name, EIGHT)
    diary.runs()
    assert sorted(diary.did[:3]) == ["long", "longer", "short"]
    assert sorted(diary.did[3:]) == ["long", "long", "long", "longer", "longer"]
    assert diary.did[3] != diary.did[4], "one in turn with the other"
    assert waiting() == []


def test_what_there_is_no_time_for_in_a_run_stands_in_the_calendar(diary: Diary) -> None:
    diary.pieces, diary.takes = {"long": 9}, running.BUDGET / 2
    diary.plans("long", EIGHT)
    assert diary.runs() == ["long"] * 3
    assert waiting() == [("long", 0)]
    assert diary.runs(EIGHT + QUARTER + running.BUDGET) == ["long"] * 3


def test_what_is_planned_anew_while_it_is_done_is_done_again(diary: Diary) -> None:
    diary.plans("a", EIGHT)
    [read] = Due.of_slot(slots.key(EIGHT, "a"))
    diary.plans("a", EIGHT)
    read.finish()
    assert diary.runs() == ["a"]
    assert waiting() == []


def test_the_checkpoint_never_goes_back(diary: Diary) -> None:
    diary.runs(EIGHT + timedelta(hours=2))
    diary.runs(EIGHT)
    assert Checkpoint.read() == EIGHT + timedelta(hours=2) - running.SETTLES_IN
    diary.plans("late", EIGHT + timedelta(hours=1, minutes=45))
    assert diary.runs(EIGHT + timedelta(hours=3)) == ["late"]


def test_a_quiet_day_costs_few_reads(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    diary.runs()
    asked: list[str] = []
    of_slot = Due.of_slot

    def counted(key: str) -> Any:
        asked.append(key)
        return of_slot(key)

    monkeypatch.setattr(Due, "of_slot", counted)
    diary.runs(EIGHT + QUARTER)
    assert len(asked) == slots.SHARDS * (1 + (QUARTER + running.SETTLES_IN) / slots.SLOT)


def test_the_schedule_of_the_app_does_what_is_due(world: World) -> None:
    event = Client(world.app.app).events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
    world.app.run_due(event, None)
    checkpoint = Checkpoint.read()
    assert checkpoint is not None
    assert times.now() - checkpoint <= running.SETTLES_IN + QUARTER
