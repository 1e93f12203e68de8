"""What has happened lately, with all that it names, as far as that can still be opened by somebody."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from chalicelib.activity.models import Activity
from chalicelib.conversations.question_models import Question
from chalicelib.digests import composing
from chalicelib.digests.composing import Happened
from chalicelib.groups.models import Group, Round
from chalicelib.playlists import assigned
from chalicelib.playlists.assignment_models import Assignment
from chalicelib.playlists.models import Playlist
from chalicelib.progress.models import Loop
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

MOST_LOOKED_AT: Final = 300
"""Of the newest that happened for one audience."""

FOR_ALL: Final = frozenset(
    {
        "track_published",
        "track_revised",
        "playlist_created",
        "expertise_shared",
        "entry_added",
        "question_asked",
        "question_answered",
    }
)
FOR_SOME: Final = FOR_ALL | {
    "feedback_delivered",
    "feedback_thanked",
    "feedback_used",
    "group_invited",
    "mentor_assigned",
    "playlist_assigned",
    "review_asked",
    "round_opened",
    "round_reminder",
    "round_closed",
    "taught_back",
    "thanks_sent",
    "use_asked",
    "use_told",
}
"""Kinds of activity that a digest tells of: to the whole workspace, and to a group or one member."""


def of_workspace(workspace_id: str, since: datetime) -> list[Happened]:
    """What happened for everybody since a moment: four reads and one for each playlist that was added to."""
    key = f"w#{workspace_id}"
    happened = _since(key, since, FOR_ALL)
    return list(_Subjects(workspace_id, happened).told())


def of_some(workspace_id: str, audience_keys: Collection[str], since: datetime) -> list[Happened]:
    """What happened since a moment in groups and for members alone, of which these are the audiences."""
    happened = [one for key in sorted(audience_keys) for one in _since(key, since, FOR_SOME)]
    return list(_Subjects(workspace_id, happened).told())


def _since(audience_key: str, since: datetime, kinds: Collection[str]) -> list[Activity]:
    found = Activity.since(audience_key, since, limit=MOST_LOOKED_AT)
    return [activity for activity in found if activity.kind in kinds]


@dataclass(frozen=True)
class _Subjects:
    """What these activities are about, as it is now."""

    workspace_id: str
    happened: list[Activity]

    def told(self) -> Iterator[Happened]:
        for activity in self.happened:
            told = self._told(activity)
            if told is not None:
                yield told

    def _told(self, activity: Activity) -> Happened | None:
        """One activity with what it names; None where some of that is gone, or needs no answer any more."""
        track = self._tracks.get(activity.track_id or "")
        playlist = self._playlists.get(activity.playlist_id or "")
        group = self._groups.get(activity.group_id or "")
        question = self._questions.get(activity.question_id or "")
        round_ = self._rounds.get((activity.group_id or "", activity.round_id or ""))
        actor = self._actors.get(activity.actor_id or "")
        named = (
            (activity.track_id, track),
            (activity.playlist_id, playlist),
            (activity.group_id, group),
            (activity.question_id, question),
            (activity.round_id, round_),
            (activity.actor_id, actor),
        )
        if any(id_ is not None and found is None for id_, found in named):
            return None
        if activity.kind == "review_asked" and not (track and track.waits_for_review):
            return None
        assignment = self._assignments.get(_assigned(activity))
        if activity.kind == "playlist_assigned" and assignment is None:
            return None
        return Happened(
            kind=activity.kind,
            at=activity.at,
            audience_keys=self._audience_keys(activity, track, playlist, question),
            actor_id=activity.actor_id,
            actor=actor.name if actor else None,
            track=_track(track) if track else None,
            playlist=self._playlist(playlist) if playlist else None,
            group=composing.Group(group.group_id, group.purpose) if group else None,
            round=_round(round_) if round_ else None,
            question=composing.Question(question.question_id, question.asker_id) if question else None,
            planned_for=assignment.day if assignment else None,
        )

    def _audience_keys(
        self, activity: Activity, track: Track | None, playlist: Playlist | None, question: Question | None
    ) -> frozenset[str]:
        """The audiences to which one must belong to open all of it.

        A speaker hears their own track, and reads what is asked about it, whoever else may.
        """
        needed = {str(each.audience_key) for each in (track, playlist, question) if each}
        member_id = activity.audience_key.removeprefix("m#")
        if track and track.speaker_id == member_id:
            needed = {str(playlist.audience_key)} if playlist else set()
        return frozenset({activity.audience_key, *needed})

    def _playlist(self, playlist: Playlist) -> composing.Playlist:
        return composing.Playlist(
            playlist.playlist_id,
            playlist.title,
            playlist.owner_name,
            self._listeners.get(playlist.playlist_id, frozenset()),
        )

    @cached_property
    def _tracks(self) -> dict[str, Track]:
        found = Track.batch_get(self._named("track_id"), consistent_read=True)
        return {each.track_id: each for each in found if each.is_ready and not each.is_retired}

    @cached_property
    def _playlists(self) -> dict[str, Playlist]:
        found = Playlist.batch_get(self._named("playlist_id"), consistent_read=True)
        return {each.playlist_id: each for each in found}

    @cached_property
    def _listeners(self) -> dict[str, frozenset[str]]:
        added_to = {one.playlist_id for one in self.happened if one.kind == "entry_added" and one.playlist_id}
        return {playlist_id: frozenset(Loop.followers(playlist_id)) for playlist_id in sorted(added_to)}

    @cached_property
    def _assignments(self) -> dict[tuple[str, str], Assignment]:
        """What was assigned and not taken back."""
        return assigned.standing_still(
            {_assigned(one) for one in self.happened if one.kind == "playlist_assigned"}
        )

    @cached_property
    def _groups(self) -> dict[str, Group]:
        """Invited into a group somebody hears of it, and of nothing else there."""
        found = Group.of_ids(self.workspace_id, [group_id for _, group_id in self._named("group_id")])
        return {each.group_id: each for each in found if each.is_active}

    @cached_property
    def _questions(self) -> dict[str, Question]:
        found = Question.batch_get(self._named("question_id"), consistent_read=True)
        return {each.question_id: each for each in found if each.is_published}

    @cached_property
    def _rounds(self) -> dict[tuple[str, str], Round]:
        named = {
            (one.group_id, opens_at)
            for one in self.happened
            if one.group_id and (opens_at := Round.opening_of(one.round_id or ""))
        }
        found = Round.batch_get(sorted(named), consistent_read=True)
        return {(each.group_id, each.round_id): each for each in found}

    @cached_property
    def _actors(self) -> dict[str, Member]:
        return {each.member_id: each for each in Member.batch_get(self._named("actor_id"))}

    def _named(self, name: str) -> list[tuple[str, str]]:
        ids = {found for one in self.happened if (found := getattr(one, name))}
        return [(self.workspace_id, each) for each in sorted(ids)]


def _assigned(activity: Activity) -> tuple[str, str]:
    """To whom a playlist was assigned, and which."""
    return activity.audience_key.removeprefix("m#"), activity.playlist_id or ""


def _track(track: Track) -> composing.Track:
    duration_ms = int(track.duration_ms)
    return composing.Track(track.track_id, track.title, duration_ms, track.speaker_id, track.speaker_name)


def _round(found: Round) -> composing.Round:
    waits_for = frozenset(found.waits_for) if found.status == "open" else frozenset[str]()
    return composing.Round(found.round_id, found.topic, found.closes_at, waits_for)
