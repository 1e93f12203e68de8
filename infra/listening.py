"""A month of listening, made up: who hears what and when, how far they come and where they leave off.

The same company and day give the same month, to the letter: what was reported already can be reported again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from infra.company import Company, Entry, Person, Playlist

DAYS = range(28, 3, -1)
"""Days back: with any time zone, what is heard on them is over before it is lately, and no 30 days ago."""

TICK_MS = 60_000
"""How often a player reports while it plays."""

AT_WEEKENDS = 0.15
OUT_OF_CURIOSITY = 0.25
HEARD_TO_THE_END = 0.8
LEFT_OFF = 0.2, 0.8
SKIPS_OPTIONAL = 0.5


@dataclass(frozen=True)
class Stretch:
    """What somebody hears of a track at one sitting, from when they press play."""

    at: datetime
    track: str
    begin_ms: int
    end_ms: int
    duration_ms: int
    rate: float
    playlist: str | None = None

    @property
    def is_to_the_end(self) -> bool:
        return self.end_ms == self.duration_ms

    @property
    def over_at(self) -> datetime:
        """When the player stops."""
        return self.at + timedelta(milliseconds=(self.end_ms - self.begin_ms) / self.rate)


@dataclass(frozen=True)
class Month:
    """What somebody heard in the last month, and lately.

    Playlists are younger than the month: what is heard in one is heard lately, and each is gone on with where
    the month left off.
    """

    past: list[Stretch]
    lately: list[Stretch]


def of_person(company: Company, key: str, durations_ms: Mapping[str, int], today: date) -> Month:
    """The month of one person, in a company whose tracks last so long."""
    random = Random(f"{company.workspace} {key}")  # noqa: S311  (a story, not a secret)
    person = company.people[key]
    listener = _Listener(random, durations_ms, _others_tracks(company, key), _liked(company, key, random))
    past = []
    for at in _sittings(random, person, today):
        for _ in range(random.randint(1, 3)):
            stretch = listener.hears_at(at)
            past.append(stretch)
            at = stretch.over_at + timedelta(seconds=random.randint(4, 40))
    last_in = {stretch.playlist: stretch for stretch in past if stretch.playlist}
    return Month(
        [replace(stretch, playlist=None) for stretch in past if stretch not in last_in.values()],
        sorted(last_in.values(), key=lambda stretch: stretch.at),
    )


def reported(stretch: Stretch, namespace: UUID, *, every_ms: int = TICK_MS) -> Iterator[dict[str, Any]]:
    """The events that a player sends of a stretch, without the ids of what was heard."""
    session_id = uuid5(namespace, f"{stretch.at.isoformat()} {stretch.track}")
    begin_ms, sequence, tick_ms = stretch.begin_ms, 1, int(every_ms * stretch.rate)
    while begin_ms < stretch.end_ms:
        end_ms = min(begin_ms + tick_ms, stretch.end_ms)
        over = "ended" if stretch.is_to_the_end else "pause"
        gone = timedelta(milliseconds=(end_ms - stretch.begin_ms) / stretch.rate)
        yield {
            "session_id": str(session_id),
            "sequence": sequence,
            "effective_at": (stretch.at + gone).isoformat(),
            "kind": over if end_ms == stretch.end_ms else "tick",
            "position_ms": end_ms,
            "segments": [[begin_ms, end_ms]],
            "rate": stretch.rate,
            "wall_ms": round((end_ms - begin_ms) / stretch.rate),
        }
        begin_ms, sequence = end_ms, sequence + 1


class _Listener:
    """One person's way through the library and the playlists they like."""

    def __init__(
        self, random: Random, durations_ms: Mapping[str, int], tracks: list[str], playlists: list[Playlist]
    ) -> None:
        self._random, self._durations_ms, self._tracks = random, durations_ms, tracks
        self._ahead = [(playlist.title, self._wanted(playlist)) for playlist in playlists]
        self._left_off: dict[str, int] = {}
        self._rate = random.choice([1.0, 1.0, 1.0, 1.25, 1.5])

    def hears_at(self, at: datetime) -> Stretch:
        """What comes next: now and then something out of curiosity, else the playlists, one by one."""
        ahead = [way for way in self._ahead if way[1]]
        if not ahead or self._random.random() < OUT_OF_CURIOSITY:
            return self._stretch(at, self._random.choice(self._tracks), None)
        title, entries = ahead[0] if self._random.random() < 2 / 3 else self._random.choice(ahead)
        stretch = self._stretch(at, entries[0].track, title, entries[0].part)
        if stretch.track not in self._left_off:
            entries.pop(0)
        return stretch

    def _wanted(self, playlist: Playlist) -> list[Entry]:
        return [
            entry for entry in playlist.first if not entry.optional or self._random.random() > SKIPS_OPTIONAL
        ]

    def _stretch(
        self, at: datetime, track: str, playlist: str | None, part: tuple[int, int] | None = None
    ) -> Stretch:
        duration_ms = self._durations_ms[track]
        first_ms, last_ms = (part[0] * 1000, part[1] * 1000) if part else (0, duration_ms)
        begin_ms = self._left_off.pop(track, first_ms)
        if not first_ms <= begin_ms < last_ms:
            begin_ms = first_ms
        if self._random.random() < HEARD_TO_THE_END:
            end_ms = last_ms
        else:
            end_ms = begin_ms + round((last_ms - begin_ms) * self._random.uniform(*LEFT_OFF))
            self._left_off[track] = end_ms
        return Stretch(at, track, begin_ms, end_ms, duration_ms, self._rate, playlist)


def _others_tracks(company: Company, key: str) -> list[str]:
    return [title for title, speaker in company.speakers.items() if speaker != key]


def _liked(company: Company, key: str, random: Random) -> list[Playlist]:
    """A few of the playlists that somebody may open: those meant for them, their department's, then any."""
    person = company.people[key]

    def distance(playlist: Playlist) -> tuple[int, float]:
        near = company.people[playlist.owner].department == person.department and playlist.owner != key
        welcomes = person.is_new and "onboarding" in playlist.topics
        if playlist.audience == "me" or (welcomes and (near or playlist.owner == company.founder)):
            return 0, random.random()
        return 1 if near else 2, random.random()

    may_open = [each for each in company.playlists if each.audience == "workspace" or each.owner == key]
    return sorted(may_open, key=distance)[: random.randint(3, 6)]


def _sittings(random: Random, person: Person, today: date) -> Iterator[datetime]:
    """When somebody sits down to listen: before work, at noon or on the way home, more often or less."""
    zone = ZoneInfo(person.time_zone)
    diligence = 0.9 if person.is_new else random.uniform(0.3, 0.8)
    begin, end = (time.fromisoformat(clock) for clock in person.hours)
    for back in DAYS:
        day = today - timedelta(days=back)
        if day < person.started_on(today):
            continue
        if random.random() > diligence * (AT_WEEKENDS if day.weekday() > 4 else 1):
            continue
        clock = random.choice([begin, time(12, 20), end])
        local = datetime.combine(day, clock, tzinfo=zone) + timedelta(minutes=random.randint(-25, 25))
        yield local.astimezone(UTC)
