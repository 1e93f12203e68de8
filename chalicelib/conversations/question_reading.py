"""Reading questions: who could read one when it was asked, and can still open where it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import aws, errors
from chalicelib.auth import audience, membership
from chalicelib.conversations.question_models import OF_TWO, Answer, Asked, Question, place_of, readable_by
from chalicelib.groups import finding
from chalicelib.groups.models import Group
from chalicelib.tracks import library, uploads
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

Found = tuple[list[Question], dict[str, Any] | None]


@dataclass(frozen=True)
class Place:
    """Where somebody may ask: about a track, which has a speaker, or in a group; and for whom it is."""

    audience_key: str
    track: Track | None = None
    group: Group | None = None

    @property
    def group_id(self) -> str | None:
        return self.group.group_id if self.group else None

    @property
    def asked_of(self) -> str | None:
        """Whose answer is waited for: the speaker's, or the mentor's in a group of theirs; else nobody's."""
        return whose_answer(self.track, self.group)

    @property
    def speaker_id(self) -> str | None:
        return self.track.speaker_id if self.track else None

    @property
    def key(self) -> str:
        return place_of(self.track.track_id if self.track else None, self.group_id)


def at_track(me: Member, track_id: str, *, now: datetime) -> Place:
    """A track that the caller may ask about.

    Who speaks in it and has left the group that it is for may hear it, but not what the group says of it.
    Raises `NotFound`, `TrackNotReady`.
    """
    track = uploads.heard_by(me, track_id, now=now)
    if not track.is_ready:
        raise errors.TrackNotReady
    asked_in = str(track.known_to)
    if not asked_in.startswith(OF_TWO):
        _check(me, asked_in)
    return Place(asked_in, track=track)


def in_group(me: Member, group_id: str) -> Place:
    """A group that the caller may ask in. Raises `NotFound`."""
    group = finding.opened(me, group_id)
    return Place(group.key, group=group)


def of_place(me: Member, place: Place, *, limit: int, after: dict[str, Any] | None) -> Found:
    """What the caller may read in a place, newest first, and the position behind it."""
    readable = None
    if place.track:
        readable = readable_by(audience.keys_of(me), speaks=place.speaker_id == me.member_id)
    found = Question.of_place(place.key, readable, limit=limit, after=after)
    shown = list(found)
    return shown, aws.behind(found, shown)


def whose_answer(track: Track | None, group: Group | None) -> str | None:
    """Whose answer a question about this track or in this group waits for."""
    if track is not None:
        return str(track.speaker_id)
    return str(group.owner_id) if group is not None and group.kind == "mentoring" else None


def open_for(me: Member, *, limit: int, after: dict[str, Any] | None) -> Found:
    """What waits for the caller's answer where they still are, newest first, and the position behind it."""
    found = Question.open_for(me.member_id, limit=limit, after=after)
    questions = list(found)
    about = {question.track_id for question in questions if question.track_id}
    heard = library.visible(me, about, retired=True)
    shown = [
        question
        for question in questions
        if _is_mine_to_see(me, question) and (question.track_id is None or question.track_id in heard)
    ]
    return shown, aws.behind(found, questions)


def opened(me: Member, question_id: str, *, now: datetime) -> Question:
    """A published question that the caller may read, as of now.

    Raises `NotFound`, after the same reads whether it is hidden or not there.
    """
    question = get(me.workspace_id, question_id)
    if question is None or not question.is_published:
        membership.refreshed(me)
        raise errors.NotFound
    if not question.audience_key.startswith(OF_TWO):
        _check(me, question.audience_key)
    if question.track_id is not None:
        track = uploads.heard_by(me, question.track_id, now=now)
        of_two = question.audience_key.startswith(OF_TWO)
        if of_two and me.member_id != track.speaker_id and me.own_key != question.audience_key:
            raise errors.NotFound
    return question


def get(workspace_id: str, question_id: str) -> Question | None:
    """A question as of now, whoever may read it; None where there is none."""
    return aws.found(Question, workspace_id, question_id)


def answer_to(me: Member, question: Question, answer_id: str) -> Answer:
    """An answer to a question that the caller may read, as of now. Raises `NotFound`."""
    found = aws.found(Answer, question.question_id, answer_id)
    if found is None:
        raise errors.NotFound
    if not may_read(me, found):
        raise errors.NotFound
    return found


def may_read(me: Member, answer: Answer) -> bool:
    """Whether an answer to what the caller may read is shown to them: a hidden one only to its author."""
    return answer.hidden is None or answer.answerer_id == me.member_id


def mine(
    me: Member, *, limit: int, after: dict[str, Any] | None
) -> tuple[list[tuple[Asked, Question]], dict[str, Any] | None]:
    """What the caller has asked where they still are, newest first, and the position behind it."""
    found = Asked.of_member(me.member_id, limit=limit, after=after)
    notes = list(found)
    keys = [(me.workspace_id, note.question_id) for note in notes]
    there = {question.question_id: question for question in Question.batch_get(keys, consistent_read=True)}
    shown = [
        (note, question)
        for note in notes
        if (question := there.get(note.question_id)) and _is_mine_to_see(me, question)
    ]
    return shown, aws.behind(found, notes)


def _is_mine_to_see(me: Member, question: Question) -> bool:
    of_two: bool = question.audience_key.startswith(OF_TWO)
    return of_two or audience.may_open(me, question.audience_key)


def _check(me: Member, audience_key: str) -> None:
    """Raise `NotFound` where the caller does not belong to an audience, as of now."""
    may = audience.may_open(me, audience_key) or audience.may_open(membership.refreshed(me), audience_key)
    if not may:
        raise errors.NotFound
