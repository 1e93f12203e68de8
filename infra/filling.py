"""Filling a running Earshot with a company, through its API as browsers use it.

Every id follows from a name, so all of it can be repeated: what is there already stays as it is.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID, uuid5

from infra import browser, listening, speech
from infra.browser import Browser, Refused
from infra.company import Company, Entry, Playlist
from infra.listening import Stretch

NAMES = UUID("5f0a3a8e-6c0e-4d63-9a39-0c2c6f6d8b1e")
"""The namespace of all ids that follow from names (RFC 9562, section 6.6)."""

HANDS = 4
"""Things done at the same time: two cores speak while two uploads are under way."""

AGAIN_S = 30
"""With no track becoming ready in so long, the missing ones are sent again, as far as that can be done."""

NOTHING_READY_S = 300
"""With none in so long, none will: what was cut off while processed can be sent again after 2 minutes."""

OFTEN = 25
"""Recorded tracks after which it is said how many there are."""

MOST_EVENTS = 50

T = TypeVar("T")
Say = Callable[[str], None]
Entries = dict[tuple[str, str], dict[str, Any]]
"""What the API answered for each entry, by playlist and track."""


class CannotFill(Exception):
    """Earshot did not come to what it should have come to; the message says what."""


def fill(url: str, company: Company, *, say: Say) -> None:
    """Put the company into the Earshot at this address; ``say`` is told how far it is.

    Raises `CannotFill`, `Refused`, `requests.RequestException` where Earshot does not answer any more, and
    `subprocess.CalledProcessError` where a track cannot be spoken.
    """
    filling = _Filling(url, company, datetime.now(UTC).date())
    filling.bring_people()
    say(f"{len(company.people)} people work at {company.workspace}.")
    filling.record_tracks(say)
    entries = filling.make_playlists()
    say(f"{len(company.playlists)} playlists are made.")
    filling.listen(entries)
    filling.add_latecomers()
    say("A month of listening has gone by.")


class _Filling:
    """One company on its way into one Earshot."""

    def __init__(self, url: str, company: Company, today: date) -> None:
        self._url, self._company, self._today = url, company, today
        self._browsers: dict[str, Browser] = {}
        self._place = ""
        self._tracks: dict[str, dict[str, Any]] = {}
        """Of each title, the track as the library has it."""

    def bring_people(self) -> None:
        """The founder creates the workspace and invites; everybody joins and says who they are."""
        company, founder = self._company, self._company.founder
        self._sign_in(founder)
        created = self._browsers[founder].asks(
            "POST",
            "workspaces",
            {"name": company.workspace, "time_zone": company.time_zone},
            idempotency_key=_id_of(company.workspace),
        )
        self._place = f"workspaces/{created['workspace_id']}"
        there = {
            member["email"]: member for member in self._browsers[founder].all_of(f"{self._place}/members")
        }
        for department in company.departments:
            emails = [
                company.email(key)
                for key, person in company.people.items()
                if person.department == department
            ]
            missing = [email for email in emails if email not in there]
            if missing:
                self._asks(founder, "POST", "invitations", {"emails": missing, "department": department})
        _at_once(lambda key: self._bring(key, there.get(company.email(key))), company.people)

    def record_tracks(self, say: Say) -> None:
        """Everybody records their tracks, and waits until they stand in the library."""
        self._look_into_library()
        wanted = [title for title in self._company.by_turns() if title not in self._tracks]

        def tell(count: int) -> None:
            if count % OFTEN == 0:
                say(f"{count} of {len(wanted)} tracks are recorded.")

        _at_once(self._record, wanted, after_each=tell)
        self._wait_for_library()
        say(f"{len(self._tracks)} tracks stand in the library.")

    def make_playlists(self) -> Entries:
        """The playlists as the first listener meets them."""
        made = _at_once(self._make, self._company.playlists)
        return {place: entry for entries in made for place, entry in entries.items()}

    def listen(self, entries: Entries) -> None:
        """A month goes by; the playlists are listened to today, since they are of today."""
        self._look_into_library()
        durations_ms = {title: track["duration_ms"] for title, track in self._tracks.items()}
        added_at = [datetime.fromisoformat(entry["added_at"]) for entry in entries.values()]
        filled_at = max(added_at, default=datetime.now(UTC))
        _at_once(lambda key: self._listen(key, durations_ms, entries, filled_at), self._company.people)

    def add_latecomers(self) -> None:
        """What is new in playlists to those who have begun them."""
        _at_once(lambda playlist: self._add(playlist, playlist.later), self._company.playlists)

    def _sign_in(self, key: str) -> None:
        self._browsers[key] = Browser(self._url)
        self._browsers[key].signs_in(self._company.email(key), self._company.people[key].name)

    def _asks(self, who: str, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        idempotency_key = None if key is None else _id_of(key)
        return self._browsers[who].asks(
            method, f"{self._place}/{path}", body, idempotency_key=idempotency_key
        )

    def _bring(self, key: str, member: dict[str, Any] | None) -> None:
        person, founder = self._company.people[key], self._company.founder
        if key != founder:
            self._sign_in(key)
        if member is None:
            member = self._asks(key, "POST", "invitations/accept", {})
        begin, end = person.hours
        self._describe(
            key,
            member,
            title=person.title,
            time_zone=person.time_zone,
            working_hours={"from": begin, "to": end},
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
            self._asks(who, "PATCH", f"members/{member['member_id']}", differing)

    def _look_into_library(self) -> None:
        found = self._browsers[self._company.founder].all_of(f"{self._place}/tracks")
        self._tracks = {track["title"]: track for track in found}

    def _wait_for_library(self) -> None:
        ready, since, tried = -1, 0.0, time.monotonic()
        while missing := self._company.speakers.keys() - self._tracks.keys():
            now = time.monotonic()
            if len(self._tracks) > ready:
                ready, since, tried = len(self._tracks), now, now
            elif now - since > NOTHING_READY_S:
                raise CannotFill(f"{', '.join(sorted(missing))}: still being processed.")
            elif now - tried > AGAIN_S:
                _at_once(self._record, missing)
                tried = now
            time.sleep(0.5)
            self._look_into_library()

    def _record(self, title: str) -> None:
        """Speak a track, announce it, and send it to S3 as the form says."""
        speaker = self._company.speakers[title]
        recording = speech.spoken(self._company.tracks[speaker][title], self._company.people[speaker].voice)
        file = {
            "content_type": "audio/mpeg",
            "size_bytes": len(recording.audio),
            "peaks": recording.peaks,
            "loudness_lufs": recording.loudness_lufs,
        }
        key = f"{self._company.workspace}/tracks/{title}"
        created = self._asks(speaker, "POST", "tracks", {"title": title, **file}, key=key)
        track, form = created["track"], created["upload"]
        if track["status"] == "rejected":
            raise CannotFill(f"“{title}” was rejected: {track['reason']}")
        if track["status"] == "processing":  # by a process that may be gone
            form = self._renewed_form(speaker, track["track_id"], file)
        if form is not None:
            browser.uploads(form, recording.audio)

    def _renewed_form(self, speaker: str, track_id: str, file: dict[str, Any]) -> dict[str, Any] | None:
        """A form to upload a track with once more; None as long as its upload is being processed."""
        try:
            form: dict[str, Any] = self._asks(speaker, "POST", f"tracks/{track_id}/uploads", file)["upload"]
        except Refused as refused:
            if refused.code != "NothingToUpload":
                raise
            return None
        return form

    def _make(self, playlist: Playlist) -> Entries:
        said = {
            "title": playlist.title,
            "description": playlist.description,
            "topics": playlist.topics,
            "mode": playlist.mode,
            "audience": playlist.audience,
        }
        self._asks(playlist.owner, "POST", "playlists", said, key=self._playlist_key(playlist))
        return self._add(playlist, playlist.first)

    def _add(self, playlist: Playlist, entries: Iterable[Entry]) -> Entries:
        path = f"playlists/{self._playlist_id(playlist)}/entries"
        added = {}
        for entry in entries:
            said = {
                "track_id": self._tracks[entry.track]["track_id"],
                "note": entry.note,
                "optional": entry.optional,
            }
            if entry.part:
                said["from_ms"], said["to_ms"] = (second * 1000 for second in entry.part)
            key = f"{self._playlist_key(playlist)}/{entry.track}"
            by = entry.by or playlist.owner
            added[playlist.title, entry.track] = self._asks(by, "POST", path, said, key=key)
        return added

    def _listen(
        self, key: str, durations_ms: Mapping[str, int], entries: Entries, filled_at: datetime
    ) -> None:
        month = listening.of_person(self._company, key, durations_ms, self._today)
        events = list(chain.from_iterable(map(self._reported, month.past)))
        playlists = {playlist.title: playlist for playlist in self._company.playlists}
        for place, stretch in enumerate(month.today, 1):
            assert stretch.playlist is not None, "today's listening is in playlists"
            playlist_id = self._playlist_id(playlists[stretch.playlist])
            self._asks(key, "PUT", f"playlists/{playlist_id}/following")
            over_at = filled_at + timedelta(milliseconds=place)
            now = replace(stretch, at=over_at - (stretch.over_at - stretch.at))
            for event in self._reported(now, every_ms=stretch.duration_ms):
                entry = entries[stretch.playlist, stretch.track]
                events.append(event | {"playlist_id": playlist_id, "entry_id": entry["entry_id"]})
        for begin in range(0, len(events), MOST_EVENTS):
            answer = self._asks(key, "POST", "progress", {"events": events[begin : begin + MOST_EVENTS]})
            if answer["refused"]:
                raise CannotFill(f"{key}'s listening was refused: {answer['refused'][0]}")

    def _reported(self, stretch: Stretch, *, every_ms: int = listening.TICK_MS) -> Iterator[dict[str, Any]]:
        track = self._tracks[stretch.track]
        for event in listening.reported(stretch, NAMES, every_ms=every_ms):
            yield event | {"track_id": track["track_id"], "revision": track["revision"]}

    def _playlist_key(self, playlist: Playlist) -> str:
        return f"{self._company.workspace}/playlists/{playlist.title}"

    def _playlist_id(self, playlist: Playlist) -> str:
        return _id_of(self._playlist_key(playlist))


def _id_of(key: str) -> str:
    """The id of what is known by this name."""
    return str(uuid5(NAMES, key))


def _at_once(
    do: Callable[[Any], T], things: Iterable[Any], *, after_each: Callable[[int], None] | None = None
) -> list[T]:
    """What comes of doing this with each thing, some at the same time; the first failure ends it.

    ``after_each`` is told how many are done.
    """
    results = []
    with ThreadPoolExecutor(HANDS) as hands:
        begun = [hands.submit(do, thing) for thing in things]
        try:
            for done in as_completed(begun):
                results.append(done.result())
                if after_each:
                    after_each(len(results))
        except BaseException:
            hands.shutdown(wait=False, cancel_futures=True)
            raise
    return results
