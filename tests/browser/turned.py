"""Earshot on one machine with a clock that a test turns.

Each line of its input is a moment: what is due until then is done, and the line comes back.
"""

import sys
import threading
from datetime import datetime
from functools import partial

from infra import local


def _same(moment: datetime) -> datetime:
    return moment


def _turn() -> None:
    """Do what is due until each moment asked for."""
    for line in sys.stdin:
        from chalicelib import duties  # not before Earshot has started: settings.py reads its variables
        from chalicelib.due import running, slots
        from chalicelib.due.models import Checkpoint

        moment = datetime.fromisoformat(line.strip())
        Checkpoint.advance(slots.begin(moment))
        running.run(duties.BY_KIND, now=partial(_same, moment))
        print(line, end="", flush=True)


if __name__ == "__main__":
    threading.Thread(target=_turn, daemon=True).start()
    sys.exit(local.main())
