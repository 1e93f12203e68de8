"""Earshot on one machine, in a past that is turned to the present: what `make demo` fills a company in.

python -m infra.turned 2026-03-02T07:00:00+00:00

It starts at this moment. Each line of its input is a later one: what is due on the way is done as a
scheduler does it that comes by every few hours, and the line comes back once it is that moment. The last is
the present.
"""

import sys
import threading
from datetime import UTC, datetime, timedelta

from chalicelib import times
from infra import local

STEP = timedelta(hours=4)
"""How often what is due is done on the way: often enough for somebody who works half a day."""


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
        from chalicelib.due.models import Checkpoint, Due

        wanted = datetime.fromisoformat(line.strip())
        while (now := clock.now()) < min(wanted, datetime.now(UTC)):
            clock.turn(min(now + STEP, wanted))
            moment = clock.now()
            if next(Due.scan(Due.due_at <= moment), None):
                running.run(duties.BY_KIND, now=clock.now)
            else:  # nothing but empty slots, each of them two queries
                Checkpoint.advance(slots.begin(moment))
        print(line, end="", flush=True)


def main() -> int:
    """Start at the moment that the command names, and stop on SIGINT or SIGTERM. The exit code."""
    clock = Clock(datetime.fromisoformat(sys.argv[1]))
    times.now = clock.now
    threading.Thread(target=_turn, args=(clock,), daemon=True).start()
    return local.main()


if __name__ == "__main__":
    sys.exit(main())
