"""What happens between the people of a company: groups and rounds, questions, feedback, loops, thanks.

On the first day they come together, then they talk, go on a week later, and today there is more to do.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from infra import listening, recording
from infra.browser import Refused
from infra.company import Answer, Feedback, Group, Loop, Playlist, Question, Said, Thanks
from infra.crew import NAMES, Crew, at_once
from infra.listening import Stretch
from infra.recording import Recording

WEEKLY = {"every": "weekly"}
Tracks = Mapping[str, dict[str, Any]]
"""Of each title, the track as the library has it."""


class Together:
    """The people of one company, and what goes on between them."""

    def __init__(self, crew: Crew) -> None:
        self._crew, self._company = crew, crew.company
        self._groups: dict[str, str] = {}
        """Of each purpose, the group's id."""

    def found_groups(self) -> None:
        """Everybody comes together who has a purpose, and new hires with their mentors."""
        for group in self._company.groups:
            found = self._with_mentor if group.kind == "mentoring" else self._founded
            self._groups[group.purpose] = found(group)

    def talk(self, tracks: Tracks, now: datetime) -> None:
        """The first week is over: what was to be solved, asked and learned by then."""
        for group in self._company.groups:
            self._want_topics(group)
        self._contribute(0, now)
        at_once(self._solve, self._company.groups)
        for title, about in self._company.doors.items():
            self._crew.asks(
                self._company.speakers[title],
                "PUT",
                f"tracks/{tracks[title]['track_id']}/feedback-door",
                {"about": about},
            )
        at_once(lambda given: self._give(given, tracks), self._company.feedback)
        at_once(lambda key: self._teach(key, self._company.expertise[key], tracks), self._company.expertise)
        self._ask_on(1, tracks)
        at_once(
            lambda loop: self._hear(loop, tracks, now), [loop for loop in self._company.loops if loop.heard]
        )

    def talk_on(self, tracks: Tracks, now: datetime) -> None:
        """Another week is over: answers, and what was made of feedback and of what was learned."""
        self._contribute(1, now)
        self._answer_of(1, tracks)
        self._ask_on(2, tracks)
        for given in self._company.feedback:
            self._respond(given)
        at_once(lambda loop: self._close(loop, tracks), self._company.loops)
        for key in self._company.open_to_mentor:
            self._crew.asks(key, "PUT", "loops/mentor")
        at_once(lambda thanks: self._thank(thanks, tracks), self._company.thanks)

    def talk_today(self, tracks: Tracks, now: datetime) -> None:
        """What is new today, and waits."""
        self._contribute(2, now)
        self._answer_of(2, tracks)
        self._ask_on(3, tracks)

    @cached_property
    def members(self) -> dict[str, str]:
        """The id of everybody, by the name that the company knows them by."""
        of_email = {
            member["email"]: member["member_id"]
            for member in self._crew.all_of(self._company.founder, "members")
        }
        return {key: of_email[self._company.email(key)] for key in self._company.people}

    def _with_mentor(self, group: Group) -> str:
        """A mentor and their new hires, as the founder assigns them."""
        founder, mentor_id = self._company.founder, self.members[group.owner]
        self._crew.asks(founder, "PATCH", f"members/{mentor_id}", {"mentor_capacity": group.capacity})
        for key in group.members:
            path = f"members/{self.members[key]}/mentor"
            self._crew.asks(founder, "PUT", path, {"mentor_id": mentor_id})
        begun = self._crew.asks(group.owner, "GET", "beginning")
        group_id = str(begun["my_group"]["group_id"])
        self._crew.asks(group.owner, "PATCH", f"groups/{group_id}", {"purpose": group.purpose})
        self._agree(group, group_id)
        return group_id

    def _founded(self, group: Group) -> str:
        """A group with those who were invited and have joined; and with rounds, where it holds any."""
        said = {
            "kind": group.kind,
            "purpose": group.purpose,
            "problem": group.problem,
            "seats": group.seats,
            "open": group.open,
        }
        founded = self._crew.asks(group.owner, "POST", "groups", said, key=f"groups/{group.purpose}")
        path = f"groups/{founded['group_id']}"
        member_ids = [self.members[key] for key in (*group.members, *group.invited)]
        self._crew.asks(group.owner, "POST", f"{path}/invitations", {"member_ids": member_ids})
        for key in group.members:
            self._crew.asks(key, "POST", f"{path}/members", {})
        if group.rounds and founded["check_ins"] is None:
            zone = self._company.people[group.owner].time_zone
            self._crew.asks(group.owner, "PUT", f"{path}/check-ins", WEEKLY | {"time_zone": zone})
        self._agree(group, founded["group_id"])
        return str(founded["group_id"])

    def _agree(self, group: Group, group_id: str) -> None:
        for key in group.agreed:
            self._crew.asks(key, "PUT", f"groups/{group_id}/feedback-door")

    def _want_topics(self, group: Group) -> None:
        path = f"groups/{self._groups[group.purpose]}"
        known = {topic["text"] for topic in self._crew.asks(group.owner, "GET", path)["topics"]}
        path += "/topics"
        for topic in group.topics:
            if topic.text in known:
                continue
            key = f"groups/{group.purpose}/{topic.text}"
            added = self._crew.asks(topic.by, "POST", path, {"text": topic.text}, key=key)
            for each in topic.wanted_by:
                self._crew.asks(each, "PUT", f"{path}/{added['topic_id']}/vote")

    def _contribute(self, place: int, now: datetime) -> None:
        """What is said on this day in the rounds open by then; repeated, it is not said in later ones."""
        meeting = [group for group in self._company.groups if place < len(group.rounds)]
        at_once(lambda group: self._contribute_to(group, group.rounds[place], now), meeting)

    def _contribute_to(self, group: Group, said: Iterable[Said], now: datetime) -> None:
        path = f"groups/{self._groups[group.purpose]}"
        round_id = self._crew.asks(group.owner, "GET", path)["open_round_id"]
        if round_id is None:
            return
        path += f"/rounds/{round_id}"
        round_ = self._crew.asks(group.owner, "GET", path)
        if datetime.fromisoformat(round_["opens_at"]) > now:
            return
        there = {given["member"]["member_id"] for given in round_["contributions"]}
        new = [each for each in said if self.members[each.by] not in there]
        self._record(new, self._groups[group.purpose])
        for each in new:
            self._crew.asks(each.by, "PUT", f"{path}/contribution", self._as_said(each))

    def _solve(self, group: Group) -> None:
        """Fill the place for solutions."""
        if not group.solutions:
            return
        group_id = self._groups[group.purpose]
        self._record(group.solutions, group_id)
        playlist_id = self._crew.asks(group.owner, "GET", f"groups/{group_id}")["playlist_id"]
        for each in group.solutions:
            said = {"track_id": self._track_id(each), "note": each.note}
            path = f"playlists/{playlist_id}/entries"
            self._crew.asks(each.by, "POST", path, said, key=f"groups/{group.purpose}/{each.title}")

    def _teach(self, key: str, titles: Iterable[str], tracks: Tracks) -> None:
        """Put what a new hire has taught into the playlist that waits for it."""
        playlist_id = self._crew.asks(key, "GET", "beginning")["expertise"]["playlist_id"]
        for title in titles:
            said = {"track_id": tracks[title]["track_id"]}
            path = f"playlists/{playlist_id}/entries"
            self._crew.asks(key, "POST", path, said, key=f"expertise/{title}")

    def _ask_on(self, day: int, tracks: Tracks) -> None:
        for question in self._company.questions:
            if question.day == day:
                self._ask(question, tracks)

    def _ask(self, question: Question, tracks: Tracks) -> Any:
        """What the asker is told; asked again, it is the same question."""
        said = {"text": question.text, "anonymous": question.anonymous}
        if question.about is not None:
            path = f"tracks/{tracks[question.about]['track_id']}"
            said |= {"at_ms": None if question.at_s is None else question.at_s * 1000}
        else:
            path = f"groups/{self._groups[question.group or '']}"
        key = f"questions/{question.text}"
        return self._crew.asks(question.by, "POST", f"{path}/questions", said, key=key)

    def _answer_of(self, day: int, tracks: Tracks) -> None:
        answered = [each for each in self._company.questions if each.day == day and each.answers]
        at_once(lambda question: self._answer(question, tracks), answered)

    def _answer(self, question: Question, tracks: Tracks) -> None:
        asked = self._ask(question, tracks)
        path = f"questions/{asked['question']['question_id']}/answers"
        for answer in question.answers:
            self._record([answer], self._groups[question.group] if question.group else None)
            key = f"questions/{question.text}/{answer.by}"
            given = self._crew.asks(answer.by, "POST", path, self._as_said(answer), key=key)
            place = f"{path}/{given['answer_id']}"
            if answer.helped:
                mark = {"helped": True, "token": asked["token"]}
                self._crew.asks(question.by, "PUT", f"{place}/helped", mark)
            if answer.placed:
                self._place(answer, place)

    def _place(self, answer: Answer, path: str) -> None:
        playlist = self._playlist(answer.placed)
        where = {"playlist_id": self._crew.id_of(playlist.key)}
        key = f"{playlist.key}/{answer.title}"
        self._crew.asks(answer.by, "POST", f"{path}/entries", where, key=key)

    def _give(self, given: Feedback, tracks: Tracks) -> None:
        said = {"kind": given.kind, "may_publish": given.may_publish, **_noted(given)}
        if given.would_try is not None:
            said["would_try"] = given.would_try
        if given.keep is not None:
            said["keep"] = _noted(given.keep)
        if given.playlist is not None:
            said["playlist_id"] = self._crew.id_of(self._playlist(given.playlist).key)
        path = f"tracks/{tracks[given.track]['track_id']}/feedback"
        self._crew.asks(given.by, "POST", path, said, key=_named(given))

    def _respond(self, given: Feedback) -> None:
        said = {"thanked": given.thanked, "used": given.used, "published": given.published}
        done = {name: True for name, value in said.items() if value}
        if done:
            path = f"feedback/{self._crew.id_of(_named(given))}"
            self._crew.asks(self._company.speakers[given.track], "PATCH", path, done)

    def _hear(self, loop: Loop, tracks: Tracks, now: datetime) -> None:
        """Hear a whole playlist in the hours before now, and gain it."""
        playlist = self._playlist(loop.playlist)
        events, at = list[dict[str, Any]](), now
        for entry in playlist.first:
            track = tracks[entry.track]
            at -= timedelta(milliseconds=track["duration_ms"])
            stretch = Stretch(at, entry.track, 0, track["duration_ms"], track["duration_ms"], rate=1.0)
            ids = {"track_id": track["track_id"], "revision": track["revision"]}
            events += [event | ids for event in listening.reported(stretch, NAMES)]
        self._crew.reports(loop.by, events)
        self._crew.asks(loop.by, "PUT", f"playlists/{self._crew.id_of(playlist.key)}/loop/gain")

    def _close(self, loop: Loop, tracks: Tracks) -> None:
        """Say what was tried and what is kept of it, as far as somebody has come."""
        path = f"playlists/{self._crew.id_of(self._playlist(loop.playlist).key)}/loop"
        if loop.applied:
            self._crew.asks(loop.by, "PUT", f"{path}/application", {"text": loop.applied})
        if loop.reflected:
            said = {"text": loop.reflected}
            if loop.taught:
                said["teach_back_to"] = tracks[loop.taught]["track_id"]
            self._crew.asks(loop.by, "PUT", f"{path}/reflection", said)
        if loop.used:
            self._crew.asks(loop.by, "PUT", f"{path}/use", {"used": True})

    def _playlist(self, title: str | None) -> Playlist:
        [playlist] = [each for each in self._company.playlists if each.title == title]
        return playlist

    def _thank(self, thanks: Thanks, tracks: Tracks) -> None:
        kind = "used" if thanks.used else "thanks"
        path = f"tracks/{tracks[thanks.track]['track_id']}/thanks"
        self._crew.asks(thanks.by, "PUT", path, {"kind": kind})

    def _record(self, said: Iterable[Said], group_id: str | None) -> None:
        """Record what is spoken of it, for a group alone or for everybody, and wait until it can be heard."""
        wanted = {
            each.title: Recording(each.by, each.title, each.aloud, group_id)
            for each in said
            if each.title and each.aloud
        }
        recording.record(self._crew, wanted, lambda: list(self._ready(wanted)))

    def _ready(self, wanted: Mapping[str, Recording]) -> Iterator[str]:
        for title, each in wanted.items():
            try:
                track = self._crew.asks(each.speaker, "GET", f"tracks/{self._crew.id_of(each.key)}")
            except Refused as refused:
                if refused.code != "NotFound":
                    raise
            else:
                if track["status"] == "ready":
                    yield title

    def _track_id(self, said: Said) -> str:
        return self._crew.id_of(f"tracks/{said.title}")

    def _as_said(self, said: Said) -> dict[str, str]:
        return {"text": said.text} if said.text else {"track_id": self._track_id(said)}


def _noted(note: Any) -> dict[str, Any]:
    return {"at_ms": note.at_s * 1000, "heard": note.heard, "effect": note.effect}


def _named(given: Feedback) -> str:
    return f"feedback/{given.track}/{given.by}/{given.kind}"
