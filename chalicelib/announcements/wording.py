"""What is announced, in words: pure, and the same for every place that it is posted to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

Event = Literal[
    "playlist_created",
    "track_added",
    "open_call",
    "expertise_shared",
    "question_asked",
    "question_answered",
    "round_opened",
    "round_closed",
]
"""What can be switched on and off."""

EVENTS: Final[tuple[Event, ...]] = get_args(Event)

OF_WORKSPACES: Final[tuple[Event, ...]] = (
    "playlist_created",
    "track_added",
    "open_call",
    "expertise_shared",
    "question_asked",
    "question_answered",
)
OF_GROUPS: Final[tuple[Event, ...]] = (
    "playlist_created",
    "track_added",
    "open_call",
    "question_asked",
    "question_answered",
    "round_opened",
    "round_closed",
)
"""Rounds are groups' alone, and what a new hire teaches is everybody's."""

SOMEBODY: Final = "Somebody"


@dataclass(frozen=True)
class Name:
    """What something is called by a person: hostile text, which each place writes in its own safe way."""

    text: str
    leads: bool = False
    """Whether it is what the announcement leads to."""


Part = str | Name


@dataclass(frozen=True, kw_only=True)
class News:
    """Something that happened, as everybody in an audience may know of it.

    There is no field for who asked: ``who`` is a name that may be told, or None where nobody is to know.
    """

    activity_id: str
    event: Event
    at: datetime
    url: str
    who: str | None = None
    track: str | None = None
    playlist: str | None = None
    question: str | None = None
    group: str | None = None
    topic: str | None = None
    summary: str | None = None
    seats_left: int | None = None


def headline(news: Sequence[News]) -> str:
    """What a post is called."""
    if len(news) > 1:
        return f"{len(news)} things are new in Earshot"
    [one] = news
    match one.event:
        case "playlist_created":
            return "A new playlist"
        case "track_added":
            return "A new track in a playlist"
        case "open_call":
            return "An open call" if one.track is None else "A new voice in an open call"
        case "expertise_shared":
            return "Somebody new shares what they know"
        case "question_asked":
            return "A question"
        case "question_answered":
            return "An answer"
        case "round_opened":
            return "A round has opened"
        case "round_closed":
            return "A round is over"


def sentence(news: News) -> tuple[Part, ...]:
    """What happened, as text and names in turn."""
    return (*_sentence(news), *_place(news))


def plain(news: News) -> str:
    """The sentence as plain text."""
    return "".join(part if isinstance(part, str) else f"“{part.text}”" for part in sentence(news))


def _sentence(news: News) -> Iterator[Part]:
    who = SOMEBODY if news.who is None else news.who
    match news.event:
        case "playlist_created":
            yield from (f"{who} began the playlist ", _leading(news.playlist))
        case "track_added":
            yield from (f"{who} added ", _named(news.track), " to the playlist ", _leading(news.playlist))
        case "open_call" if news.track is None:
            yield from (f"{who} asks everybody: ", _named(news.question), " in ", _leading(news.playlist))
        case "open_call":
            yield from (f"{who} added ", _named(news.track), " to the open call ", _leading(news.playlist))
            if news.seats_left is not None:
                yield _seats(news.seats_left)
        case "expertise_shared":
            yield from (f"{who}, who is new, teaches ", _named(news.track), " in ", _leading(news.playlist))
        case "question_asked":
            yield from (f"{who} asked ", *_about(news, "a question"))
        case "question_answered":
            yield from (f"{who} answered ", *_about(news, "a question"))
        case "round_opened":
            yield from ("A round has opened: ", _leading(news.topic))
        case "round_closed":
            yield from (Name("The round", leads=True), f" is over. {news.summary}")


def _about(news: News, what: str) -> Iterator[Part]:
    if news.track is None:
        yield Name(what, leads=True)
    else:
        yield from (f"{what} about ", _leading(news.track))


def _place(news: News) -> Iterator[Part]:
    if news.group is not None:
        yield from (" · ", Name(news.group))


def _seats(left: int) -> str:
    if left == 0:
        return ": everybody wanted has been heard"
    return f": {left} {'seat' if left == 1 else 'seats'} left"


def _leading(text: str | None) -> Name:
    assert text is not None, "what happened names it"
    return Name(text, leads=True)


def _named(text: str | None) -> Name:
    assert text is not None, "what happened names it"
    return Name(text)
