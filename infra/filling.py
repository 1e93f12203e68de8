"""Filling a running Earshot with a company, through its API as browsers use it, from some weeks ago to today.

All of it can be repeated: what is there already stays as it is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

from infra import listening, recording
from infra.company import Company, Entry, Playlist
from infra.crew import NAMES, Crew, at_once
from infra.listening import Stretch
from infra.recording import Recording
from infra.together import Together
from infra.upkeep import Upkeep

OFTEN = 25
"""Recorded tracks after which it is said how many there are."""

Say = Callable[[str], None]
Turn = Callable[[datetime], None]
Entries = dict[tuple[str, str], dict[str, Any]]
"""What the API answered for each entry, by playlist and track."""


def fill(url: str, company: Company, *, turn: Turn, say: Say) -> None:
    """Put the company into the Earshot at this address, where it is the first day told of or later.

    ``turn`` lets it be a later moment there, ``say`` is told how far it is. Raises `CannotFill`, `Refused`,
    `requests.RequestException` where Earshot does not answer any more, and `subprocess.CalledProcessError`
    where a track cannot be spoken.
    """
    today = datetime.now(UTC).date()
    crew = Crew(url, company)
    filling, together, upkeep = _Filling(crew, today), Together(crew), Upkeep(crew)
    _, then, lately = company.moments(today)

    def go_on_at(moment: datetime) -> None:
        turn(moment)
        crew.sessions_end()

    filling.bring_people()
    say(f"{len(company.people)} people work at {company.workspace}.")
    together.found_groups()
    go_on_at(then)
    filling.record_tracks(say)
    upkeep.write(filling.tracks)
    upkeep.plan_reviews(filling.tracks, then)
    entries = filling.make_playlists()
    say(f"{len(company.playlists)} playlists are made.")
    filling.listen_until(then)
    together.talk(filling.tracks, then)
    go_on_at(lately)
    filling.listen_on(entries, then, lately)
    filling.add_latecomers()
    say("A month of listening has gone by.")
    together.talk_on(filling.tracks, lately)
    now = datetime.now(UTC)
    go_on_at(now)
    together.talk_today(filling.tracks, now)
    upkeep.assign(together.members, today)
    upkeep.report(filling.tracks)
    say("Groups have met, and questions were asked and answered.")


class _Filling:
    """One company on its way into one Earshot: people, tracks, playlists, and what is heard of them."""

    def __init__(self, crew: Crew, today: date) -> None:
        self._crew, self._company, self._today = crew, crew.company, today
        self.tracks: dict[str, dict[str, Any]] = {}
        """Of each title, the track as the library has it."""

    def bring_people(self) -> None:
        """The founder creates the workspace and invites; everybody joins and says who they are."""
        crew, company, founder = self._crew, self._company, self._company.founder
        crew.founds(founder, {"name": company.workspace, "time_zone": company.time_zone})
        there = {member["email"]: member for member in crew.all_of(founder, "members")}
        for department in company.departments:
            emails = [
                company.email(key)
                for key, person in company.people.items()
                if person.department == department
            ]
            missing = [email for email in emails if email not in there]
            if missing:
                crew.asks(founder, "POST", "invitations", {"emails": missing, "department": department})
        at_once(lambda key: self._bring(key, there.get(company.email(key))), company.people)

    def record_tracks(self, say: Say) -> None:
        """Everybody records their tracks, and waits until they stand in the library."""
        company = self._company
        wanted = {
            title: Recording(company.speakers[title], title, company.tracks[company.speakers[title]][title])
            for title in company.by_turns()
        }
        missing = len(wanted.keys() - self._look_into_library().keys())

        def tell(count: int) -> None:
            if count % OFTEN == 0:
                say(f"{count} of {missing} tracks are recorded.")

        recording.record(self._crew, wanted, self._look_into_library, after_each=tell)
        say(f"{len(wanted)} tracks stand in the library.")

    def make_playlists(self) -> Entries:
        """The playlists as the first listener meets them."""
        made = at_once(self._make, self._company.playlists)
        return {place: entry for entries in made for place, entry in entries.items()}

    def listen_until(self, moment: datetime) -> None:
        """What was heard by then goes by; so it counts in what speakers see of the weeks after."""
        at_once(
            lambda key: self._report(
                key, [stretch for stretch in self._month(key).past if stretch.over_at <= moment]
            ),
            self._company.people,
        )

    def listen_on(self, entries: Entries, since: datetime, moment: datetime) -> None:
        """The month goes by; what is heard in playlists, which are younger, is heard at its end."""
        at_once(lambda key: self._listen_on(key, entries, since, moment), self._company.people)

    def add_latecomers(self) -> None:
        """What is new in playlists to those who have begun them."""
        at_once(lambda playlist: self._add(playlist, playlist.later), self._company.playlists)

    def _bring(self, key: str, member: dict[str, Any] | None) -> None:
        crew, person, founder = self._crew, self._company.people[key], self._company.founder
        if member is None:
            member = crew.asks(key, "POST", "invitations/accept", {})
        begin, end = person.hours
        self._describe(
            key,
            member,
            title=person.title,
            time_zone=person.time_zone,
            working_hours={"from": begin, "to": end},
            topics=person.topics,
        )
        self._describe(
            founder,
            member,
            department=person.department,
            role=person.role,
            started_on=person.started_on(self._today).isoformat(),
        )

    def _describe(self, who: str, member: dict[str, Any], **wanted: Any) -> None:
        differing = {name: value for name, value in wanted.items() if member[name] != value}
        if differing:
            self._crew.asks(who, "PATCH", f"members/{member['member_id']}", differing)

    def _look_into_library(self) -> dict[str, dict[str, Any]]:
        found = self._crew.all_of(self._company.founder, "tracks")
        self.tracks = {track["title"]: track for track in found}
        return self.tracks

    def _make(self, playlist: Playlist) -> Entries:
        said: dict[str, Any] = {
            "title": playlist.title,
            "description": playlist.description,
            "topics": playlist.topics,
            "mode": playlist.mode,
            "audience": playlist.audience,
        }
        if playlist.mode == "open_call":
            said |= {"question": playlist.question, "seats": playlist.seats}
        self._crew.asks(playlist.owner, "POST", "playlists", said, key=playlist.key)
        return self._add(playlist, playlist.first)

    def _add(self, playlist: Playlist, entries: Iterable[Entry]) -> Entries:
        path = f"playlists/{self._crew.id_of(playlist.key)}/entries"
        added = {}
        for entry in entries:
            said: dict[str, Any] = {
                "track_id": self.tracks[entry.track]["track_id"],
                "note": entry.note,
                "optional": entry.optional,
            }
            if entry.part:
                said["from_ms"], said["to_ms"] = (second * 1000 for second in entry.part)
            key = f"{playlist.key}/{entry.track}"
            by = entry.by or playlist.owner
            added[playlist.title, entry.track] = self._crew.asks(by, "POST", path, said, key=key)
        return added

    def _month(self, key: str) -> listening.Month:
        durations_ms = {title: self.tracks[title]["duration_ms"] for title in self._company.speakers}
        return listening.of_person(self._company, key, durations_ms, self._today)

    def _listen_on(self, key: str, entries: Entries, since: datetime, moment: datetime) -> None:
        month = self._month(key)
        playlists = {playlist.title: playlist for playlist in self._company.playlists}
        lately = []
        for place, stretch in enumerate(month.lately, 1):
            assert stretch.playlist is not None, "what is heard lately is heard in playlists"
            playlist_id = self._crew.id_of(playlists[stretch.playlist].key)
            self._crew.asks(key, "PUT", f"playlists/{playlist_id}/following")
            over_at = moment + timedelta(milliseconds=place)
            now = replace(stretch, at=over_at - (stretch.over_at - stretch.at))
            entry_id = entries[stretch.playlist, stretch.track]["entry_id"]
            lately.append((now, {"playlist_id": playlist_id, "entry_id": entry_id}))
        self._report(key, [stretch for stretch in month.past if stretch.over_at > since], lately)

    def _report(
        self, key: str, past: Iterable[Stretch], lately: Iterable[tuple[Stretch, dict[str, Any]]] = ()
    ) -> None:
        events = list(chain.from_iterable(map(self._reported, past)))
        for stretch, place in lately:
            events += [event | place for event in self._reported(stretch, every_ms=stretch.duration_ms)]
        self._crew.reports(key, events)

    def _reported(self, stretch: Stretch, *, every_ms: int = listening.TICK_MS) -> Iterator[dict[str, Any]]:
        track = self.tracks[stretch.track]
        for event in listening.reported(stretch, NAMES, every_ms=every_ms):
            yield event | {"track_id": track["track_id"], "revision": track["revision"]}
