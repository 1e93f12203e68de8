"""What a digest tells, and whether there is enough to tell: from what happened to a digest, without AWS.

Nothing that the reader did themselves, that happened before they were last here, or that they may not open.
Of what people have written only titles, purposes and topics: never the text of feedback or of a question.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

ENOUGH: Final = 3
"""New things that are worth a mail where nothing in it is for the reader alone."""

MOST_TRACKS: Final = 8
MOST_PLAYLISTS: Final = 6
MOST_PERSONAL: Final = 12
"""Lines shown of each part; how many more there are is said."""

SOMEBODY: Final = "Somebody"
"""Who asked without a name."""


@dataclass(frozen=True)
class Track:
    """A track as news have it."""

    track_id: str
    title: str
    duration_ms: int
    speaker_id: str
    speaker: str

    @property
    def length(self) -> str:
        """How long it takes, as people say it."""
        seconds = round(self.duration_ms / 1000)
        return f"{seconds // 60}:{seconds % 60:02d}"


@dataclass(frozen=True)
class Playlist:
    """A playlist as news have it; ``listeners`` are those who follow it."""

    playlist_id: str
    title: str
    owner: str
    listeners: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Round:
    """A check-in as news have it; ``waits_for`` are those who have not contributed to an open one."""

    round_id: str
    topic: str
    closes_at: datetime
    waits_for: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Group:
    """A group as news have it."""

    group_id: str
    purpose: str


@dataclass(frozen=True)
class Question:
    """A question as news have it; nobody asked an anonymous one."""

    question_id: str
    asker_id: str | None


@dataclass(frozen=True)
class Happened:
    """Something that happened, for everybody in ``audience_keys``: who may open all that it names."""

    kind: str
    at: datetime
    audience_keys: frozenset[str]
    actor_id: str | None
    actor: str | None
    track: Track | None = None
    playlist: Playlist | None = None
    group: Group | None = None
    round: Round | None = None
    question: Question | None = None
    planned_for: date | None = None

    @property
    def concerned(self) -> set[str]:
        """Those to whom this is not as to everybody: who did it, speaks in it, asked, or follows."""
        about = (
            self.actor_id,
            self.track.speaker_id if self.track else None,
            self.question.asker_id if self.question else None,
        )
        followers = self.playlist.listeners if self.playlist else frozenset()
        return {*(each for each in about if each), *followers}


@dataclass(frozen=True)
class Reader:
    """Whom a digest is for; ``told_until`` is what they know of already, by mail or from a visit."""

    member_id: str
    audience_keys: frozenset[str]
    told_until: datetime


@dataclass(frozen=True)
class Line:
    """Something for the reader alone; the page that it leads to is below the workspace's."""

    text: str
    page: str
    more: str = ""


@dataclass(frozen=True)
class Digest:
    """What one mail tells; ``more_…`` is how many there are beside those shown."""

    personal: tuple[Line, ...] = ()
    tracks: tuple[Track, ...] = ()
    playlists: tuple[Line, ...] = ()
    more_personal: int = 0
    more_tracks: int = 0
    more_playlists: int = 0
    minutes: int = 0
    """What it takes to hear all of the tracks, those not shown included."""


@dataclass
class _Sorted:
    """News on their way into a digest, newest first, each thing once."""

    personal: dict[str, Line] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    playlists: dict[str, Line] = field(default_factory=dict)
    added: dict[str, set[str]] = field(default_factory=dict)
    feedback: int = 0


def compose(
    reader: Reader, happened: Iterable[Happened], *, now: datetime, enough: int = ENOUGH
) -> Digest | None:
    """The digest of what happened, in any order; None where there is not enough to tell."""
    found = _Sorted()
    for one in sorted(happened, key=lambda each: each.at, reverse=True):
        is_new = reader.told_until < one.at <= now and one.actor_id != reader.member_id
        if is_new and reader.audience_keys >= one.audience_keys:
            _sort(found, one, reader.member_id, now)
    if found.feedback:
        several = f"You have feedback from {found.feedback} colleagues" if found.feedback > 1 else ""
        line = Line(several or "You have feedback from a colleague", "feedback")
        found.personal = {"feedback": line, **found.personal}
    if not found.personal and len(found.tracks) + len(found.playlists) < enough:
        return None
    return _shown(found)


def subject(digest: Digest, workspace: str) -> str:
    """What a digest is about, in one line without a title that somebody else has chosen."""
    parts = []
    personal = len(digest.personal) + digest.more_personal
    if personal == 1 and digest.personal[0].page == "feedback":
        parts.append("you have feedback")
    elif personal:
        parts.append(f"{personal} {'thing' if personal == 1 else 'things'} for you")
    tracks = len(digest.tracks) + digest.more_tracks
    if tracks:
        parts.append(f"{tracks} new {'track' if tracks == 1 else 'tracks'}")
    playlists = len(digest.playlists) + digest.more_playlists
    if playlists and len(parts) < 2:
        parts.append(f"{playlists} {'playlist' if playlists == 1 else 'playlists'} with something new")
    said = " and ".join(parts) or "nothing new"
    return f"{said[0].upper()}{said[1:]} at {workspace}"


def _sort(found: _Sorted, one: Happened, reader_id: str, now: datetime) -> None:
    line = _personal(one, reader_id, now)
    if line is not None:
        found.personal.setdefault(line.page + line.text, line)
        return
    match one.kind:
        case "feedback_delivered":
            found.feedback += 1
        case "track_published" | "track_revised" if one.track and one.track.speaker_id != reader_id:
            found.tracks.setdefault(one.track.track_id, one.track)
        case "playlist_created" | "expertise_shared" if one.playlist:
            said = "is new here and shares what they know" if one.kind == "expertise_shared" else ""
            line = Line(
                one.playlist.title, f"playlist/{one.playlist.playlist_id}", f"{one.actor} {said}".strip()
            )
            found.playlists.setdefault(line.page, line)
        case "entry_added" if one.playlist and one.track and reader_id in one.playlist.listeners:
            page = f"playlist/{one.playlist.playlist_id}"
            added = found.added.setdefault(page, set())
            added.add(one.track.track_id)
            found.playlists[page] = Line(
                one.playlist.title, page, f"{len(added)} new {'track' if len(added) == 1 else 'tracks'}"
            )


def _personal(one: Happened, reader_id: str, now: datetime) -> Line | None:
    """What this is to the reader alone, where it is that."""
    who, track = one.actor or SOMEBODY, one.track
    about = f"“{track.title}”" if track else ""
    page = f"track/{track.track_id}" if track else "activity"
    match one.kind:
        case "question_asked" if one.question and track and track.speaker_id == reader_id:
            return Line(f"{who} has a question about {about}", f"question/{one.question.question_id}")
        case "question_answered" if one.question and one.question.asker_id == reader_id:
            return Line(f"{who} answered your question", f"question/{one.question.question_id}", about)
        case "question_asked" if one.question and one.group:
            return Line(f"{who} asks in a group", f"question/{one.question.question_id}", one.group.purpose)
        case "thanks_sent":
            return Line(f"{who} thanks you" + (f" for {about}" if about else ""), "thanks")
        case "use_told":
            return Line(f"{who} has used what you say" + (f" in {about}" if about else ""), "thanks")
        case "taught_back":
            return Line(f"{who} teaches back what you say" + (f" in {about}" if about else ""), page)
        case "feedback_thanked":
            return Line(f"{who} thanks you for your feedback", "feedback")
        case "feedback_used":
            return Line(f"{who} has used your feedback", "feedback")
        case "mentor_assigned":
            return Line(f"{who} is your mentor", "mentoring")
        case "group_invited" if one.group:
            return Line(f"{who} invites you into a group", "groups", one.group.purpose)
        case "review_asked":
            return Line("Is it still true?", page, about)
        case "playlist_assigned" if one.playlist:
            about = f"“{one.playlist.title}”{_by(one.planned_for, now)}"
            return Line(f"{who} asks you to hear a playlist", f"playlist/{one.playlist.playlist_id}", about)
        case "use_asked" if one.playlist:
            return Line("Was it of use?", f"playlist/{one.playlist.playlist_id}", f"“{one.playlist.title}”")
    return _of_round(one, reader_id, now)


def _by(day: date | None, now: datetime) -> str:
    """Until when, as long as that is to come."""
    if day is None or day < now.date():
        return ""
    return f", by {day:%A} {day.day} {day:%B}"


def _of_round(one: Happened, reader_id: str, now: datetime) -> Line | None:
    if one.round is None or one.group is None:
        return None
    page = f"round/{one.round.round_id}?group={one.group.group_id}"
    if one.kind in ("round_opened", "round_reminder"):
        if reader_id in one.round.waits_for and now < one.round.closes_at:
            return Line(f"A round waits for you: “{one.round.topic}”", page, one.group.purpose)
    elif one.kind == "round_closed":
        return Line(f"What your group said: “{one.round.topic}”", page, one.group.purpose)
    return None


def _shown(found: _Sorted) -> Digest:
    personal, tracks = tuple(found.personal.values()), tuple(found.tracks.values())
    playlists = tuple(found.playlists.values())
    return Digest(
        personal=personal[:MOST_PERSONAL],
        tracks=tracks[:MOST_TRACKS],
        playlists=playlists[:MOST_PLAYLISTS],
        more_personal=max(0, len(personal) - MOST_PERSONAL),
        more_tracks=max(0, len(tracks) - MOST_TRACKS),
        more_playlists=max(0, len(playlists) - MOST_PLAYLISTS),
        minutes=-(-sum(track.duration_ms for track in tracks) // 60_000),
    )


def concerned(happened: Collection[Happened]) -> frozenset[str]:
    """Everybody to whom some of this is not as to everybody else."""
    return frozenset(each for one in happened for each in one.concerned)
