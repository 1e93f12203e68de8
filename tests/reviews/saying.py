"""What people do with tracks as time passes, for tests of it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib import duties, times
from chalicelib.due.models import Due
from chalicelib.tracks.models import Track
from tests import policies
from tests.tracks.audio import mp3
from tests.world import Answer, Person, World, upload


def today() -> date:
    return datetime.now(UTC).date()


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def in_a_year() -> str:
    return times.in_years(today(), 1).isoformat()


def reviews(who: Person, track_id: str, day: str, **headers: str) -> Answer:
    return who.call("PUT", f"{who.place}/tracks/{track_id}/review", {"review_on": day}, **headers)


def confirms(who: Person, track_id: str, **headers: str) -> Answer:
    return who.call("PUT", f"{who.place}/tracks/{track_id}/still-true", **headers)


def retires(who: Person, track_id: str, successor_id: str | None = None, **headers: str) -> Answer:
    body = {"successor_id": successor_id}
    return who.call("PUT", f"{who.place}/tracks/{track_id}/retirement", body, **headers)


def brings_back(who: Person, track_id: str) -> Answer:
    return who.delete(f"{who.place}/tracks/{track_id}/retirement")


def led(who: Person, track_id: str) -> dict[str, Any] | None:
    """Where a retired track leads somebody."""
    shown = who.get(f"{who.place}/tracks/{track_id}/retirement").expect(200)
    successor: dict[str, Any] | None = shown["successor"]
    return successor


def anew(who: Person, track_id: str, seconds: float = 2) -> None:
    """Record a track anew."""
    audio = mp3(seconds)
    file = {"content_type": "audio/mpeg", "size_bytes": len(audio)}
    form = who.post(f"{who.place}/tracks/{track_id}/uploads", **file).expect(201)["upload"]
    upload(form, audio)
    who.world.settle()


def revisions(who: Person, track_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = who.get(f"{who.place}/tracks/{track_id}/revisions").expect(200)["items"]
    return found


def has_come(who: Person, track_id: str, days_ago: int = 0) -> date:
    """Let a track's review date have come, as it does a year later."""
    day = today() - timedelta(days=days_ago)
    Track(who.workspace_id, track_id).update(actions=[Track.review_on.set(day)])
    return day


def asks(world: World, track_ids: Iterable[str], now: datetime) -> None:
    """What is due of these tracks until a moment."""
    world.settle()
    found = [each for each in Due.scan() if each.kind == "track_review" and each.id in set(track_ids)]
    with policies.held_to("run_due"):
        for due in found:
            if due.due_at <= now:
                duties.BY_KIND[due.kind](due, now=now)
    world.settle()


def asked(who: Person) -> list[str]:
    """The tracks about which somebody was asked, as their activity has it."""
    items = who.get(f"{who.place}/activity").expect(200)["items"]
    return [item["track_id"] for item in items if item["kind"] == "review_asked"]
