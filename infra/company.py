"""The company that `make demo` fills a workspace with: what stands in company.yaml, as values."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Literal

import msgspec

FILE = Path(__file__).with_name("company.yaml")
LATECOMERS = 2
"""Entries at the end of a collaborative playlist that are added when others have listened already."""

BEGINS = time(7, tzinfo=UTC)
"""When its days begin that are told of: before a round opens, at ten of the clock in Europe."""


class Voice(msgspec.Struct, frozen=True, array_like=True):
    """A voice of espeak-ng, its speed in words a minute and its pitch from 0 to 99."""

    name: str
    speed: int
    pitch: int


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who works there; ``since`` is a date, or how many days ago a new hire started."""

    name: str
    title: str
    department: str
    time_zone: str
    hours: tuple[str, str]
    since: date | int
    voice: Voice
    role: Literal["admin", "member"] = "member"
    topics: list[str] = []

    @property
    def is_new(self) -> bool:
        return isinstance(self.since, int)

    def started_on(self, today: date) -> date:
        """The first day at work."""
        return today - timedelta(days=self.since) if isinstance(self.since, int) else self.since


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A track in a playlist; ``by`` is who adds it, where that is not the owner, ``part`` is in seconds."""

    track: str
    note: str
    by: str | None = None
    optional: bool = False
    part: tuple[int, int] | None = None


class Playlist(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A playlist; its title is what it is known by."""

    title: str
    owner: str
    description: str
    entries: list[Entry]
    mode: Literal["personal", "collaborative", "open_call"] = "personal"
    audience: Literal["workspace", "me"] = "workspace"
    topics: list[str] = []
    question: str | None = None
    seats: list[str] = []

    @property
    def key(self) -> str:
        """The name that its id follows from."""
        return f"playlists/{self.title}"

    @property
    def first(self) -> list[Entry]:
        """What is there when the first listener comes."""
        return self.entries[: len(self.entries) - len(self.later)]

    @property
    def later(self) -> list[Entry]:
        """What is new to those who have listened by then."""
        return [] if self.mode == "personal" else self.entries[-LATECOMERS:]


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody says: a text, or what is spoken as a track of this title."""

    by: str
    text: str | None = None
    title: str | None = None
    aloud: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if (self.text is None) == (self.aloud is None) or (self.title is None) != (self.aloud is None):
            raise ValueError("either a `text`, or a `title` and what is said `aloud`")


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a group's rounds are to be about, and who wants that."""

    text: str
    by: str
    wanted_by: list[str] = []


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People with a purpose, who is known by it; a mentor with ``capacity`` and their new hires, or others.

    ``solutions`` are recorded into its playlist, ``rounds`` is what is contributed on each later day to the
    round that is open then, and who has ``agreed`` lets feedback in from the others who have.
    """

    purpose: str
    kind: Literal["mentoring", "cross_functional", "circle"]
    owner: str
    members: list[str]
    capacity: int | None = None
    invited: list[str] = []
    open: bool = False
    problem: str | None = None
    seats: list[str] = []
    topics: list[Topic] = []
    agreed: list[str] = []
    solutions: list[Said] = []
    rounds: list[list[Said]] = []

    @property
    def people(self) -> list[str]:
        return [self.owner, *self.members]


class Answer(Said, frozen=True, kw_only=True):
    """An answer; a spoken one may be ``placed`` in a playlist behind what it explains."""

    helped: bool = False
    placed: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question, about a track or in a group, asked on a ``day`` and answered on a later one."""

    by: str
    text: str
    day: int
    about: str | None = None
    group: str | None = None
    at_s: int | None = None
    anonymous: bool = False
    answers: list[Answer] = []


class Note(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody heard at a moment of a track, and what that did to them."""

    at_s: int
    heard: str
    effect: str


class Feedback(Note, frozen=True, kw_only=True):
    """Feedback on a track, and what its receiver did with it; ``playlist`` is where the giver listens."""

    by: str
    track: str
    kind: Literal["keep", "try", "ask"]
    would_try: str | None = None
    keep: Note | None = None
    playlist: str | None = None
    may_publish: bool = False
    thanked: bool = False
    used: bool = False
    published: bool = False


class Loop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far somebody has come with what they learned from a playlist that they have heard, or have not."""

    by: str
    playlist: str
    heard: bool = True
    applied: str | None = None
    reflected: str | None = None
    taught: str | None = None
    used: bool = False


class Thanks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Thanks for a track, or that it was of use."""

    by: str
    track: str
    used: bool = False


class Assignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A playlist that people are asked to hear, by a day or whenever it suits them."""

    playlist: str
    by: str
    to: list[str]
    in_days: int | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That something in a track should be looked at, by those who look after the workspace."""

    by: str
    track: str
    reason: Literal["hurtful", "personal", "confidential", "wrong", "other"]
    text: str


class Company(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People by a short name, tracks by speaker and title, playlists, and what happens between the people.

    ``shown`` is who one may sign in as, by what to look at as that person. ``days_back`` are the days told of
    before today, the first one first. ``expertise`` is what new hires have taught, ``doors`` what speakers
    would like to hear about their tracks, ``open_to_mentor`` who lets their mentor see their loops,
    ``transcripts`` the tracks that can be read, ``reviews`` those whose speakers are asked whether they
    are still true.
    """

    workspace: str
    time_zone: str
    mail_domain: str
    shown: dict[str, str]
    departments: list[str]
    people: dict[str, Person]
    tracks: dict[str, dict[str, str]]
    playlists: list[Playlist]
    days_back: tuple[int, int, int]
    groups: list[Group] = []
    expertise: dict[str, list[str]] = {}
    questions: list[Question] = []
    doors: dict[str, str] = {}
    feedback: list[Feedback] = []
    loops: list[Loop] = []
    open_to_mentor: list[str] = []
    thanks: list[Thanks] = []
    transcripts: list[str] = []
    reviews: list[str] = []
    assignments: list[Assignment] = []
    reports: list[Report] = []

    @property
    def founder(self) -> str:
        """The first admin."""
        return next(key for key, person in self.people.items() if person.role == "admin")

    @property
    def speakers(self) -> dict[str, str]:
        """Who speaks a track, by its title."""
        return {title: speaker for speaker, said in self.tracks.items() for title in said}

    def moments(self, today: date) -> list[datetime]:
        """When the days begin that are told of."""
        return [datetime.combine(today - timedelta(days=back), BEGINS) for back in self.days_back]

    def email(self, key: str) -> str:
        """The address that somebody signs in with."""
        return f"{key}@{self.mail_domain}"

    def by_turns(self) -> Iterator[str]:
        """The title of each track, everybody's first ones first, as a library grows."""
        for turn in zip_longest(*self.tracks.values()):
            yield from filter(None, turn)


def read(file: Path = FILE) -> Company:
    """The company in a file. Raises OSError, `msgspec.DecodeError`."""
    return msgspec.yaml.decode(file.read_bytes(), type=Company)
