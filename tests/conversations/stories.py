"""What stories about feedback and the loop need again and again."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from chalicelib import times
from chalicelib.workspaces.models import Member
from tests.groups.company import clock_strikes, id_of
from tests.world import Answer, Person

KEEP = {"kind": "keep", "at_ms": 500, "heard": "A question at the start", "effect": "I listened up"}
TRY = {
    "kind": "try",
    "at_ms": 900,
    "heard": "Three numbers in one sentence",
    "effect": "I lost the thread",
    "would_try": "One number a sentence",
}
TOGETHER = TRY | {"keep": {name: KEEP[name] for name in ("at_ms", "heard", "effect")}}


def track_path(person: Person, track_id: str, *more: str) -> str:
    return "/".join([f"{person.place}/tracks/{track_id}", *more])


def asks(speaker: Person, track_id: str, about: str = "The opening") -> Answer:
    """Ask for feedback on a track of one's own."""
    return speaker.call("PUT", track_path(speaker, track_id, "feedback-door"), {"about": about})


def gives(person: Person, track_id: str, said: dict[str, Any] = KEEP, **headers: str) -> Answer:
    """Give feedback on a track."""
    return person.call("POST", track_path(person, track_id, "feedback"), said, **headers)


def received(person: Person, which: str = "open") -> list[dict[str, Any]]:
    """The feedback that a person has received."""
    found: list[dict[str, Any]] = person.get(f"{person.place}/feedback?which={which}").expect(200)["items"]
    return found


def given(person: Person) -> list[dict[str, Any]]:
    """The feedback that a person has given."""
    found: list[dict[str, Any]] = person.get(f"{person.place}/given-feedback").expect(200)["items"]
    return found


def days_pass(days: int = 5) -> None:
    """Let everybody have been at work: what is due within these days is done."""
    clock_strikes(times.now() + timedelta(days=days))


def responds(person: Person, feedback_id: str, **said: bool) -> Answer:
    """Do something with feedback that one has received."""
    return person.patch(f"{person.place}/feedback/{feedback_id}", **said)


def withdraws(person: Person, feedback_id: str) -> Answer:
    return person.delete(f"{person.place}/given-feedback/{feedback_id}")


def answered_with(person: Person, ids: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every path of the API that can be read with these ids, and what is answered to a person there."""
    for route, methods in person.world.app.app.routes.items():
        parameters = {part[1:-1] for part in route.split("/") if part.startswith("{")}
        if route.startswith("/v1/") and "GET" in methods and parameters <= ids.keys():
            path = route.format_map(ids)
            yield path, json.dumps(person.get(path).body, default=str)


def member(person: Person) -> Member:
    """A person as they are stored now."""
    return Member.get(person.workspace_id, id_of(person), consistent_read=True)
