"""Earshot on one machine, in a past that is turned to the present: what `make demo` fills a company in.

python -m infra.turned 2026-03-02T07:00:00+00:00

It starts at this moment. Each line of its input is a later one: what is due on the way is done as a
scheduler does it that comes by half an hour later, and the line comes back once it is that moment. The
last is the present.
"""

import re
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from chalicelib import times
from infra import local

COMES_BY_IN = timedelta(minutes=30)
"""How long after it was due something is done, and all that was due meanwhile with it."""

SLOT = re.compile("[0-9]{4}-")
"""How the key of a slot begins; beside them stand the checkpoint and what was given up."""


class Clock:
    """The time in this Earshot: behind the present, or the present."""

    def __init__(self, moment: datetime) -> None:
        self._ahead = min(moment - datetime.now(UTC), timedelta())

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def turn(self, moment: datetime) -> None:
        """Let it be this moment now, or the present where that comes first; it never goes back."""
        self._ahead = max(self._ahead, min(moment - datetime.now(UTC), timedelta()))


def _turn(clock: Clock) -> None:
    """Come to each moment asked for."""
    for line in sys.stdin:
        from chalicelib import duties  # not before Earshot has started: settings.py reads its variables
        from chalicelib.due import running, slots
        from chalicelib.due.models import Checkpoint

        wanted = datetime.fromisoformat(line.strip())
        while (due := _next_due()) is not None and due < wanted:
            clock.turn(min(due + COMES_BY_IN, wanted))
            Checkpoint.advance(slots.begin(due))  # before it are nothing but empty slots, of two queries each
            with suppress(running.SomeFailed):  # which it has told, and tries again later
                running.run(duties.BY_KIND, now=clock.now)
        clock.turn(wanted)
        Checkpoint.advance(slots.begin(clock.now()))
        print(line, end="", flush=True)


def _next_due() -> datetime | None:
    """When the next of what is due is to be done; None where nothing is."""
    from chalicelib.due.models import Due

    waiting = [due for due in Due.scan() if SLOT.match(due.slot)]
    return min((max(due.due_at, _begin(due.slot)) for due in waiting), default=None)


def _begin(slot: str) -> datetime:
    return datetime.strptime(slot.partition("#")[0], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def main() -> int:
    """Start at the moment that the command names, and stop on SIGINT or SIGTERM. The exit code."""
    clock = Clock(datetime.fromisoformat(sys.argv[1]))
    times.now = clock.now
    threading.Thread(target=_turn, args=(clock,), daemon=True).start()
    return local.main()


if __name__ == "__main__":
    sys.exit(main())
