"""Doing what is due: from the last checkpoint to now, as often as the scheduler likes.

What is due is deleted once it is done, and doing it twice has one effect: that is kept by each kind's own
conditional writes. So a scheduler that fires twice, late or not at all for a day, and a run that is killed in
the middle, come to the same. What takes long is done piece by piece, the next one planned before the last one
is deleted.
"""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from pynamodb.transactions import TransactWrite

from chalicelib.aws import transact
from chalicelib.due import slots
from chalicelib.due.models import Checkpoint, Due

log = logging.getLogger(__name__)

SETTLES_IN: Final = timedelta(minutes=30)
"""The checkpoint stays so far behind: what is planned for a slot may be written after it has passed."""

FIRST_LOOK_BACK: Final = timedelta(days=1)
"""How far back the first run of all looks."""

BUDGET: Final = timedelta(minutes=4)
"""A run that takes longer leaves the rest to the next; the function's timeout is five minutes."""

MOST_ATTEMPTS: Final = 8
FIRST_PAUSE: Final = timedelta(minutes=15)
"""Before the second attempt; each further pause is twice as long."""

GIVEN_UP: Final = "given-up"
"""The slot in which stands what was given up."""


class SomeFailed(Exception):
    """Something due could not be done; it is tried again later, or was given up. Raised for the alarm."""


class OutOfTime(Exception):
    """A run has taken as long as it may; the next goes on. Raised for the alarm."""


class Duty(Protocol):
    """Does what is due of one kind; twice has the effect of once.

    One that has more to do than it takes at a time gives back what it has planned for that, a slot later: the
    same run goes on with it once everything else is done, while there is time.
    """

    def __call__(self, due: Due, *, now: datetime) -> Due | None: ...


def run(duties: Mapping[str, Duty], *, now: Callable[[], datetime]) -> None:
    """Do everything that is due, by kind.

    What raises is tried again later and keeps nothing else waiting. Raises `SomeFailed` at the end, and
    `OutOfTime` before it.
    """
    begun = now()
    failures = 0
    unfinished: deque[Due] = deque()
    settled = slots.begin(begun - SETTLES_IN)
    first = Checkpoint.read() or begun - FIRST_LOOK_BACK
    for slot in slots.between(min(first, settled), begun):
        found = [due for key in slots.keys(slot) for due in Due.of_slot(key) if due.due_at <= begun]
        for due in found:
            if now() - begun > BUDGET:
                raise OutOfTime(f"The rest of what is due waits for the next run, from {slot} on.")
            failures += not _done(due, duties, unfinished, now)
        if found and slot < settled:
            Checkpoint.advance(slot + slots.SLOT)
    Checkpoint.advance(settled)
    while unfinished and now() - begun <= BUDGET:
        failures += not _done(unfinished.popleft(), duties, unfinished, now)
    if failures:
        raise SomeFailed(f"{failures} of what was due could not be done.")


def _done(due: Due, duties: Mapping[str, Duty], unfinished: deque[Due], now: Callable[[], datetime]) -> bool:
    """Do one thing and delete it; False where that failed and it stands elsewhere now."""
    try:
        rest = duties[due.kind](due, now=now())
    except Exception:
        log.exception("something due failed", extra={"kind": due.kind, "id": due.id})
        _postpone(due, now())
        return False
    due.finish()
    if rest is not None:
        unfinished.append(rest)
    return True


def _postpone(due: Due, now: datetime) -> None:
    attempts = int(due.attempts) + 1
    given_up = attempts >= MOST_ATTEMPTS
    later = Due(
        GIVEN_UP if given_up else slots.key(now + FIRST_PAUSE * 2 ** (attempts - 1), due.id),
        due.name,
        kind=due.kind,
        id=due.id,
        workspace_id=due.workspace_id,
        due_at=due.due_at,
        details=due.details,
        attempts=attempts,
    )
    if given_up:
        log.error("something due is given up", extra={"kind": due.kind, "id": due.id})

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(due)
        transaction.save(later)

    transact(fill)
