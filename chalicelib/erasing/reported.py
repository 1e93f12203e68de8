"""What somebody reported, what was reported of theirs, and what they decided about others' words."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.aws import updated
from chalicelib.conversations.feedback_models import Feedback
from chalicelib.conversations.question_models import Answer
from chalicelib.erasing import rows
from chalicelib.erasing.work import Done, Erasing, nobody, repeat
from chalicelib.reports import reporting, things
from chalicelib.reports.models import Case, Reported
from chalicelib.reports.things import Thing
from chalicelib.tracks.models import HIDDEN, Track, former_id
from chalicelib.workspaces.models import Member


def reports(of: Erasing) -> Iterator[Done]:
    """Have cases name them no more, and delete those about what is gone with them.

    What they reported stays reported, by somebody and without what they wrote: who decides can go on.
    """
    member = of.member
    for case in list(Case.query(member.workspace_id)):
        if _names(member, case):
            repeat(partial(_unnamed, member, str(case.report_id)))
            yield Done(1)
    yield from rows.delete(list(Reported.of_member(member.member_id)))


def _names(member: Member, case: Case) -> bool:
    named = (case.author_id, case.receiver_id, case.decided_by, *case.reports.as_dict())
    return not {member.member_id, former_id(member.member_id)}.isdisjoint(named)


def _unnamed(member: Member, report_id: str) -> bool:
    case = reporting.at(member.workspace_id, report_id)
    if case is None or not _names(member, case):
        return True
    thing = things.of_case(case)
    is_theirs = case.author_id in (member.member_id, former_id(member.member_id))
    if case.receiver_id == member.member_id or (is_theirs and thing is None):
        case.delete()
        return True
    actions: list[Action] = [Case.version.add(1)]
    if is_theirs:  # a track that stays, without its speaker's name
        actions.append(Case.author_id.set(nobody()))
    given = case.reports.as_dict().get(member.member_id)
    if given is not None:
        stand_in: Any = Case.reports[nobody()]
        own: Any = Case.reports[member.member_id]
        actions += [own.remove(), stand_in.set({**given, "text": None})]
    if case.decided_by == member.member_id:
        if case.note is not None:
            for each in (thing, things.spoken_in(case, thing)):
                if each is not None and each.hidden is not None:
                    _forget_note(each, str(case.note))
        actions += [Case.decided_by.set(nobody()), Case.note.remove()]
    return updated(Case(member.workspace_id, report_id), actions, Case.version == case.version)


def _forget_note(thing: Thing, note: str) -> None:
    """Delete what they wrote to the author of what they hid; it stays hidden."""
    if isinstance(thing, Track):
        there: Any = Track(thing.workspace_id, thing.track_id)
    elif isinstance(thing, Answer):
        there = Answer(thing.question_id, thing.answer_id)
    else:
        there = Feedback(thing.receiver_id, thing.feedback_id)
    updated(there, [HIDDEN.note.remove()], HIDDEN.note == note)
