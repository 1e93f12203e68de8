"""The company that `make demo` fills a workspace with: what stands in company.yaml, as values."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Literal

import msgspec

FILE = Path(__file__).with_name("company.yaml")
LATECOMERS = 2
"""Entries at the end of a collaborative playlist that are added when others have listened already."""


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
    mode: Literal["personal", "collaborative"] = "personal"
    audience: Literal["workspace", "me"] = "workspace"
    topics: list[str] = []

    @property
    def first(self) -> list[Entry]:
        """What is there when the first listener comes."""
        return self.entries[: len(self.entries) - len(self.later)]

    @property
    def later(self) -> list[Entry]:
        """What is new to those who have listened by then."""
        return self.entries[-LATECOMERS:] if self.mode == "collaborative" else []


class Company(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People by a short name, tracks by speaker and title, playlists.

    ``shown`` is who one may sign in as, by what to look at as that person.
    """

    workspace: str
    time_zone: str
    mail_domain: str
    shown: dict[str, str]
    departments: list[str]
    people: dict[str, Person]
    tracks: dict[str, dict[str, str]]
    playlists: list[Playlist]

    @property
    def founder(self) -> str:
        """The first admin."""
        return next(key for key, person in self.people.items() if person.role == "admin")

    @property
    def speakers(self) -> dict[str, str]:
        """Who speaks a track, by its title."""
        return {title: speaker for speaker, said in self.tracks.items() for title in said}

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
