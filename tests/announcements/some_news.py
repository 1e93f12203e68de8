"""Things that have happened, for what is made of them."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.announcements.wording import Event, News

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
URL = "https://earshot.example.com/#/w/0190f6a0-0000-7000-8000-000000000001/playlist/p"
MORE = "https://earshot.example.com/#/w/0190f6a0-0000-7000-8000-000000000001/activity"

EACH: dict[str, dict[str, Any]] = {
    "A new playlist": {"event": "playlist_created", "playlist": "How to sell"},
    "A track added": {"event": "track_added", "track": "A pitch", "playlist": "How to sell"},
    "An open call": {"event": "open_call", "playlist": "Clause nine", "question": "What did it cost?"},
    "A voice in it": {"event": "open_call", "playlist": "Clause nine", "track": "Two weeks", "seats_left": 2},
    "What a new hire knows": {
        "event": "expertise_shared",
        "track": "My first day",
        "playlist": "What Ben knows",
    },
    "A question": {"event": "question_asked", "track": "A pitch"},
    "A question in a group": {"event": "question_asked", "group": "Selling better"},
    "An answer": {"event": "question_answered", "track": "A pitch"},
    "A round": {"event": "round_opened", "topic": "Cold calls", "group": "Selling better", "who": None},
    "A round's end": {
        "event": "round_closed",
        "group": "Selling better",
        "who": None,
        "summary": "2 said something on “Cold calls”: Ann (1:02) and Ben.",
    },
}


def happened(event: Event = "playlist_created", **more: Any) -> News:
    """Something of Ben's that happened."""
    given: dict[str, Any] = {"activity_id": "a-1", "at": NOW, "url": URL, "who": "Ben"} | more
    if event == "playlist_created":
        given.setdefault("playlist", "How to sell")
    return News(event=event, **given)


def each(name: str, **more: Any) -> News:
    """One of each kind."""
    return happened(**(EACH[name] | more))


def longest(name: str, character: str) -> News:
    """The same with every text of a person as long as it may be, of this character."""
    texts = {
        field: character * 200
        for field in ("who", "track", "playlist", "question", "group", "topic")
        if EACH[name].get(field, "Ben" if field == "who" else None)
    }
    summary = {"summary": character * 2000} if "summary" in EACH[name] else {}
    return each(name, **texts, **summary)
