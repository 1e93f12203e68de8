"""What reports look like: to those who decide, with who reported; to who reported, with what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib import times
from chalicelib.conversations.feedback_models import Feedback
from chalicelib.conversations.question_models import Answer, Question
from chalicelib.groups.views import ColleagueView, People
from chalicelib.reports import things
from chalicelib.reports.models import Case, Kind, Reason, Reported, Status
from chalicelib.reports.things import Thing
from chalicelib.tracks.models import Track


class ReportView(msgspec.Struct):
    """One report of a thing; its author never sees it."""

    reporter: ColleagueView
    reason: Reason
    text: str | None
    reported_at: datetime


class SaidView(msgspec.Struct, kw_only=True):
    """What was reported, as it is now."""

    title: Annotated[str | None, Meta(description="Of the track, or what the answer answers.")]
    texts: list[str]
    has_audio: bool
    track_id: str | None
    question_id: str | None


class DecisionView(msgspec.Struct):
    """What was decided, and what its author is told."""

    decided_by: ColleagueView
    decided_at: datetime
    reason: Reason
    note: str | None


class CaseView(msgspec.Struct, kw_only=True):
    """Something that was reported, as those see it who decide."""

    report_id: str
    kind: Kind
    status: Status
    group_id: str | None
    author: ColleagueView
    said: Annotated[SaidView | None, Meta(description="Null where it was taken back or narrowed since.")]
    reports: Annotated[list[ReportView], Meta(description="The first one first.")]
    reported_at: datetime
    decision: Annotated[DecisionView | None, Meta(description="The last one.")]
    version: int


class SentReportView(msgspec.Struct, kw_only=True):
    """What the caller has reported, and what became of it."""

    report_id: str
    kind: Kind
    reason: Reason
    text: str | None
    reported_at: datetime
    status: Status
    decided_at: datetime | None


def sent(found: Sequence[tuple[Reported, Case | None]]) -> list[SentReportView]:
    """What the caller has reported."""
    return [
        SentReportView(
            report_id=note.report_id,
            kind=msgspec.convert(note.kind, Kind),
            reason=msgspec.convert(note.reason, Reason),
            text=note.text,
            reported_at=note.reported_at,
            status="open" if case is None else msgspec.convert(case.status, Status),
            decided_at=None if case is None or case.status == "open" else case.decided_at,
        )
        for note, case in found
    ]


def cases(workspace_id: str, found: Sequence[Case]) -> list[CaseView]:
    """Cases as those see them who decide."""
    named = {member_id for case in found for member_id in (case.author_id, *case.reports_here)}
    people = People(workspace_id, named | {case.decided_by for case in found if case.decided_by})
    return [_case(case, people) for case in found]


def _case(case: Case, people: People) -> CaseView:
    place, _, place_id = case.place.partition("#")
    thing = things.of_case(case)
    reports = sorted(case.reports_here.items(), key=lambda one: one[1]["at"])
    return CaseView(
        report_id=case.report_id,
        kind=msgspec.convert(case.kind, Kind),
        status=msgspec.convert(case.status, Status),
        group_id=place_id if place == "g" else None,
        author=people.speaking(case.author_id, things.spoken_in(case, thing)),
        said=_said(case, thing) if things.is_there(case, thing) else None,
        reports=[
            ReportView(
                people[member_id],
                msgspec.convert(report["reason"], Reason),
                report["text"],
                times.from_epoch_ms(int(report["at"])),
            )
            for member_id, report in reports
        ],
        reported_at=case.reported_at,
        decision=None
        if case.decided_by is None or case.decided_at is None
        else DecisionView(
            people[case.decided_by], case.decided_at, msgspec.convert(case.reason, Reason), case.note
        ),
        version=int(case.version),
    )


def _said(case: Case, thing: Thing | None) -> SaidView | None:
    if isinstance(thing, Track):
        return SaidView(
            title=thing.title, texts=[], has_audio=True, track_id=thing.track_id, question_id=None
        )
    if isinstance(thing, Answer):
        return SaidView(
            title=_asked(case),
            texts=[thing.text] if thing.text else [],
            has_audio=thing.track_id is not None,
            track_id=None,
            question_id=thing.question_id,
        )
    if isinstance(thing, Feedback):
        return SaidView(
            title=None,
            texts=[text for text in (thing.heard, thing.effect, thing.would_try) if text],
            has_audio=thing.voice_track_id is not None,
            track_id=thing.track_id,
            question_id=None,
        )
    return None


def _asked(case: Case) -> str | None:
    """What was asked; who did is not looked at."""
    found = Question.batch_get([(case.workspace_id, case.question_id)], attributes_to_get=["text"])
    return next((question.text for question in found), None)
