"""What happened, as everybody in an audience may know of it: that of a workspace, or of one group.

What cannot be opened by each of them is not there, however it came to be: narrowed, taken back, deleted, or
never for all of them. Of what people have written only titles, purposes and topics are told: the text of a
question stays where it can be taken back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from chalicelib import settings
from chalicelib.activity.models import Activity
from chalicelib.announcements.wording import Event, News
from chalicelib.auth import audience
from chalicelib.conversations.question_models import Question
from chalicelib.groups import summary
from chalicelib.groups.models import Group, Round
from chalicelib.playlists.models import Playlist
from chalicelib.tracks.models import FORMER_NAME, Track, hides
from chalicelib.workspaces import departments
from chalicelib.workspaces.models import Member


def news(audience_key: str, workspace_id: str, activity_ids: Collection[str]) -> dict[str, News]:
    """What of these activities of the audience may be told to all of it now, by id."""
    happened = Activity.of_ids(audience_key, activity_ids)
    subjects = Subjects(audience_key, workspace_id, happened)
    found = {activity.activity_id: _told(activity, subjects) for activity in happened}
    return {activity_id: one for activity_id, one in found.items() if one is not None}


@dataclass(frozen=True)
class Subjects:
    """What these activities are about, as far as everybody in the audience may open it now."""

    audience_key: str
    workspace_id: str
    happened: list[Activity]

    @cached_property
    def tracks(self) -> dict[str, Track]:
        found = Track.batch_get(self._keys("track_id"), consistent_read=True)
        return {each.track_id: each for each in found if each.is_ready and self._covers(each.audience_key)}

    @cached_property
    def playlists(self) -> dict[str, Playlist]:
        found = Playlist.batch_get(self._keys("playlist_id"), consistent_read=True)
        return {each.playlist_id: each for each in found if self._covers(each.audience_key)}

    @cached_property
    def questions(self) -> dict[str, Question]:
        found = Question.batch_get(self._keys("question_id"), consistent_read=True)
        return {
            each.question_id: each for each in found if each.is_published and self._covers(each.audience_key)
        }

    @cached_property
    def groups(self) -> dict[str, Group]:
        found = Group.of_ids(self.workspace_id, [group_id for _, group_id in self._keys("group_id")])
        return {each.group_id: each for each in found if each.is_active and each.key == self.audience_key}

    @cached_property
    def names(self) -> dict[str, str]:
        found = Member.batch_get(self._keys("actor_id"), consistent_read=True)
        return {each.member_id: each.name for each in found}

    @cached_property
    def rounds(self) -> dict[tuple[str, str], Round]:
        named = {
            (activity.group_id, opens_at)
            for activity in self.happened
            if activity.group_id and (opens_at := Round.opening_of(activity.round_id or ""))
        }
        found = Round.batch_get(sorted(named), consistent_read=True)
        return {(each.group_id, each.round_id): each for each in found}

    def departments_of(self, playlist: Playlist) -> list[str | None]:
        """The departments of who speaks in a playlist for this audience."""
        speakers = {
            entry.speaker_id
            for entry in playlist.in_order
            if not entry.is_gone and self._covers(entry.audience_key)
        }
        found = Member.batch_get([(self.workspace_id, speaker_id) for speaker_id in sorted(speakers)])
        return [member.department for member in found]

    def summary_of(self, found: Round) -> str:
        """What came of a round, with the length of what was spoken for all of its group."""
        given = found.given
        keys = [(self.workspace_id, each.track_id) for each in given.values() if each.track_id]
        spoken = {
            track.track_id: track
            for track in Track.batch_get(keys, consistent_read=True)
            if track.is_ready and self._covers(track.audience_key)
        }
        people = Member.batch_get([(self.workspace_id, member_id) for member_id in given])
        names = {member.member_id: member.name for member in people}
        return summary.of(
            found.topic,
            [
                _contribution(member_id, names, spoken.get(each.track_id or ""))
                for member_id, each in given.items()
            ],
        )

    def _covers(self, key: str | None) -> bool:
        return audience.covers(key, self.audience_key, self.workspace_id)

    def _keys(self, name: str) -> list[tuple[str, str]]:
        ids = {found for activity in self.happened if (found := getattr(activity, name))}
        return [(self.workspace_id, each) for each in sorted(ids)]


def _told(activity: Activity, subjects: Subjects) -> News | None:
    """One activity in words' reach; None where something it names is not for all of the audience."""
    track = subjects.tracks.get(activity.track_id or "")
    playlist = subjects.playlists.get(activity.playlist_id or "")
    question = subjects.questions.get(activity.question_id or "")
    group = subjects.groups.get(activity.group_id or "")
    named = (
        (activity.track_id, track),
        (activity.playlist_id, playlist),
        (activity.question_id, question),
        (activity.group_id, group),
    )
    if any(id_ is not None and found is None for id_, found in named):
        return None
    if activity.actor_id is not None and activity.actor_id not in subjects.names:
        return None
    found = subjects.rounds.get((activity.group_id or "", activity.round_id or ""))
    if activity.round_id is not None and found is None:
        return None
    event = _event(activity, playlist)
    is_call = event == "open_call" and playlist is not None
    return News(
        activity_id=activity.activity_id,
        event=event,
        at=activity.at,
        url=_url(activity),
        who=_who(activity, track, subjects),
        track=track.title if track else None,
        playlist=playlist.title if playlist else None,
        question=playlist.question if is_call and playlist else None,
        group=group.purpose if group else None,
        topic=found.topic if found else None,
        summary=subjects.summary_of(found) if found and event == "round_closed" else None,
        seats_left=_seats_left(playlist, subjects) if is_call and playlist and track else None,
    )


def _contribution(member_id: str, names: dict[str, str], track: Track | None) -> tuple[str, int | None]:
    """Who contributed to a round, and how long they spoke."""
    name = names.get(member_id, "Somebody who has left")
    if track is None:
        return name, None
    return FORMER_NAME if hides(track.speaker_id, member_id) else name, int(track.duration_ms)


def _who(activity: Activity, track: Track | None, subjects: Subjects) -> str | None:
    """Who did it; nobody where that would tell who speaks in a track that is to name nobody."""
    if activity.actor_id is None or (track and hides(track.speaker_id, activity.actor_id)):
        return None
    return subjects.names[activity.actor_id]


def _event(activity: Activity, playlist: Playlist | None) -> Event:
    is_call = playlist is not None and playlist.mode == "open_call"
    match activity.kind:
        case "playlist_created":
            return "open_call" if is_call else "playlist_created"
        case "entry_added":
            return "open_call" if is_call else "track_added"
        case "expertise_shared":
            return "expertise_shared"
        case "question_asked":
            return "question_asked"
        case "question_answered":
            return "question_answered"
        case "round_opened":
            return "round_opened"
        case "round_closed" | "round_rolled_over":
            return "round_closed"
    raise AssertionError(f"{activity.kind} is not announced")


def _seats_left(playlist: Playlist, subjects: Subjects) -> int | None:
    """How many of the departments that an open call wants to hear from are missing; None without any."""
    if not playlist.seats:
        return None
    return len(departments.missing(list(playlist.seats), subjects.departments_of(playlist)))


def _url(activity: Activity) -> str:
    """Where it is in the client."""
    place = f"{settings.BASE_URL}#/w/{activity.workspace_id}"
    if activity.question_id:
        return f"{place}/question/{activity.question_id}"
    if activity.round_id:
        return f"{place}/round/{activity.round_id}?group={activity.group_id}"
    if activity.playlist_id:
        return f"{place}/playlist/{activity.playlist_id}"
    return f"{place}/activity"
