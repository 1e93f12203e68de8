"""What erasing somebody is made of: steps, each of which says now and then how far it has come."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.tracks.models import FORMER
from chalicelib.workspaces.models import Member

TRIES = 5


class StillChanging(Exception):
    """Something changes all the time; the step is done again later."""


@dataclass(frozen=True)
class Done:
    """So much was changed since the last time. A step that is taken up again goes on behind ``after``."""

    changes: int
    after: str | None = None


@dataclass(frozen=True)
class Erasing:
    """Who is being erased, and where a step that was stopped goes on."""

    member: Member
    after: str | None
    now: datetime


Step = Callable[[Erasing], Iterator[Done]]
"""Takes some of what is a member's away; what is away already it leaves as it is."""


def nobody() -> str:
    """An id of somebody who is not to be known any more: another one each time, so that nothing links."""
    return FORMER + uuid.uuid4().hex


def repeat(change: Callable[[], bool], tries: int = TRIES) -> None:
    """Make a change until it was made on what is there. Raises `StillChanging`."""
    for _ in range(tries):
        if change():
            return
    raise StillChanging
