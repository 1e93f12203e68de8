"""What can be reported, where it was said and by whom: as its reporter may see it, or whoever decides."""

from dataclasses import dataclass
from datetime import datetime

from pynamodb.exceptions import DoesNotExist

from chalicelib import errors
from chalicelib.conversations import feedback_receiving, question_reading
from chalicelib.conversations.feedback_models import Feedback
from chalicelib.conversations.question_models import Answer
from chalicelib.groups import finding
from chalicelib.reports.models import Case, Kind
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Track
from chalicelib.workspaces import founding
from chalicelib.workspaces.models import Member

Thing = Track | Answer | Feedback


@dataclass(frozen=True)
class Named:
    """What a reporter names."""

    kind: Kind
    track_id: str | None = None
    question_id: str | None = None
    answer_id: str | None = None
    feedback_id: str | None = None


def found(me: Member, named: Named, *, now: datetime) -> Case:
    """The case of something that the caller may see now; not saved.

    A note that the caller was given is told to those who look after the place of its track. Raises
    `NotFound`, `OwnWords`.
    """
    case = _FOUND[named.kind](me, named, now)
    if case.author_id == me.member_id:
        raise errors.OwnWords
    return case


def check_decided(case: Case) -> None:
    """Raise `NobodyToDecide` where nobody but its author would look at a case."""
    kind, _, place_id = case.place.partition("#")
    if kind == "w":
        deciders = set(founding.get(case.workspace_id).admin_ids or ())
    elif kind == "g":
        deciders = {finding.current(case.workspace_id, place_id).owner_id}
    else:
        deciders = set()
    if not deciders - {case.author_id}:
        raise errors.NobodyToDecide


def of_case(case: Case) -> Thing | None:
    """What a case is about, as of now, whoever may see it; None where it is not there any more."""
    try:
        if case.kind == "track":
            return Track.get(case.workspace_id, case.track_id, consistent_read=True)
        if case.kind == "answer":
            return Answer.get(case.question_id, case.answer_id, consistent_read=True)
        return Feedback.get(case.receiver_id, case.feedback_id, consistent_read=True)
    except DoesNotExist:
        return None


def spoken_in(case: Case, thing: Thing | None) -> Track | None:
    """The track that a case is about, or that somebody answered with, also where they have taken the answer
    back since it was hidden; whoever may hear it.
    """
    if case.kind == "answer":
        track_id = thing.track_id if isinstance(thing, Answer) else case.track_id
        return None if track_id is None else _one(case, track_id)
    return thing if isinstance(thing, Track) else None


def is_there(case: Case, thing: Thing | None) -> bool:
    """Whether something is still for those where it was reported: a speaker may have narrowed the track that
    it is or is about, and whoever published a note may have taken that back.
    """
    if isinstance(thing, Answer):
        question = question_reading.get(case.workspace_id, thing.question_id)
        return (
            question is not None
            and question.audience_key in _audiences(case)
            and (question.track_id is None or is_for_them(case, _one(case, question.track_id)))
        )
    if isinstance(thing, Feedback):
        by_receiver = thing.receiver_id in case.reports_here
        is_published = thing.published_to in _audiences(case)
        return by_receiver or (is_published and is_for_them(case, _one(case, thing.track_id)))
    return is_for_them(case, thing)


def is_for_them(case: Case, track: Track | None) -> bool:
    """Whether a track is meant for those where the case was reported, withheld or not."""
    return track is not None and track.meant_audience in _audiences(case)


def _audiences(case: Case) -> tuple[str, str]:
    """What is for one of these is for those where it was reported."""
    return case.place, f"w#{case.workspace_id}"


def _one(case: Case, track_id: str) -> Track | None:
    return next(iter(Track.batch_get([(case.workspace_id, track_id)], consistent_read=True)), None)


def _track(me: Member, named: Named, now: datetime) -> Case:
    assert named.track_id is not None
    track = uploads.heard_by(me, named.track_id, now=now)
    if not track.is_ready:
        raise errors.TrackNotReady
    return Case(
        me.workspace_id,
        Case.id_of("track", track.track_id),
        place=str(track.meant_audience),
        kind="track",
        author_id=track.speaker_id,
        track_id=track.track_id,
    )


def _answer(me: Member, named: Named, now: datetime) -> Case:
    assert named.question_id is not None
    assert named.answer_id is not None
    question = question_reading.opened(me, named.question_id, now=now)
    answer = question_reading.answer_to(me, question, named.answer_id)
    return Case(
        me.workspace_id,
        Case.id_of("answer", question.question_id, answer.answer_id),
        place=question.audience_key,
        kind="answer",
        author_id=answer.answerer_id,
        question_id=question.question_id,
        answer_id=answer.answer_id,
    )


def _feedback(me: Member, named: Named, now: datetime) -> Case:
    assert named.feedback_id is not None
    if named.track_id is None:
        feedback = feedback_receiving.delivered(me, named.feedback_id)
        place = _place_of(me, feedback)
    else:
        feedback = feedback_receiving.one_published(me, named.track_id, named.feedback_id, now=now)
        place = str(feedback.published_to)
    return Case(
        me.workspace_id,
        Case.id_of("feedback", feedback.receiver_id, feedback.feedback_id),
        place=place,
        kind="feedback",
        author_id=feedback.giver_id,
        track_id=feedback.track_id,
        receiver_id=feedback.receiver_id,
        feedback_id=feedback.feedback_id,
    )


def _place_of(me: Member, feedback: Feedback) -> str:
    """The group of the track that a note is about; of any other one the workspace."""
    for track in Track.batch_get([(me.workspace_id, feedback.track_id)], consistent_read=True):
        meant = track.meant_audience
        if meant is not None and meant.startswith("g#"):
            return meant
    return me.workspace_key


_FOUND = {"track": _track, "answer": _answer, "feedback": _feedback}
