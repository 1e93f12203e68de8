"""Reports of content over HTTP."""

from typing import Annotated, ClassVar, Literal

from chalice import Blueprint
from msgspec import Meta

from chalicelib import requests, times
from chalicelib.auth import membership
from chalicelib.reports import deciding, reporting, views
from chalicelib.reports.models import LONGEST_TEXT, Kind, Reason
from chalicelib.reports.things import Named
from chalicelib.reports.views import CaseView, SentReportView
from chalicelib.requests import Body, Id, Listing, Page, endpoint
from chalicelib.tracks.views import AudioView

routes = Blueprint(__name__)

Text = Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT)]
NEEDED = {"track": {"track_id"}, "answer": {"question_id", "answer_id"}, "feedback": {"feedback_id"}}
"""The ids that name a thing of a kind; ``track_id`` beside a note says on which track it was published."""


class NewReport(Body):
    """What is reported, and why."""

    PARAGRAPHS: ClassVar[frozenset[str]] = frozenset({"text"})

    kind: Kind
    reason: Reason
    text: Text | None = None
    track_id: Id | None = None
    question_id: Id | None = None
    answer_id: Id | None = None
    feedback_id: Id | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        ids = ("track_id", "question_id", "answer_id", "feedback_id")
        given = {name for name in ids if getattr(self, name) is not None}
        optional = {"track_id"} if self.kind == "feedback" else set()
        if not NEEDED[self.kind] <= given <= NEEDED[self.kind] | optional:
            needed = " and ".join(f"`{name}`" for name in ids if name in NEEDED[self.kind])
            raise ValueError(f"a report of this kind names {needed}, and nothing else")

    def named(self) -> Named:
        """The thing."""
        return Named(self.kind, self.track_id, self.question_id, self.answer_id, self.feedback_id)


class Decision(Body):
    """What becomes of something that was reported. Its author is told the reason and the note."""

    PARAGRAPHS: ClassVar[frozenset[str]] = frozenset({"note"})

    decision: Literal["hide", "leave"]
    reason: Annotated[Reason | None, Meta(description="Null is the reason of who reported first.")] = None
    note: Text | None = None


class Cases(Page):
    """Which cases: the workspace's or a group's, those that wait or those that were decided."""

    group: Id | None = None
    decided: bool = False


@routes.route("/v1/workspaces/{workspace_id}/reports", methods=["POST"])
@endpoint(status=201)
def report_thing(workspace_id: str, body: NewReport) -> SentReportView:
    """Report a track, an answer or a note to those who look after the place where it was said."""
    made = reporting.report(
        membership.current(workspace_id), body.named(), body.reason, body.text, now=times.now()
    )
    return views.sent([made])[0]


@routes.route("/v1/workspaces/{workspace_id}/reports", methods=["GET"])
@endpoint()
def list_reports(workspace_id: str, query: Cases) -> Listing[CaseView]:
    """What was reported, for who decides: for admins, and in a group for its owner or mentor."""
    me = membership.current(workspace_id)
    scope = "reports", me.member_id, query.group or "", str(query.decided)
    found, behind = deciding.waiting(
        me,
        query.group,
        decided=query.decided,
        limit=query.limit,
        after=requests.position(query.after, *scope),
    )
    return Listing(views.cases(workspace_id, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/sent-reports", methods=["GET"])
@endpoint()
def list_sent_reports(workspace_id: str, query: Page) -> Listing[SentReportView]:
    """What the caller has reported, and what became of it."""
    me = membership.current(workspace_id)
    scope = "sent-reports", me.member_id
    found, behind = reporting.sent(me, limit=query.limit, after=requests.position(query.after, *scope))
    return Listing(views.sent(found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/reports/{report_id}", methods=["GET"])
@endpoint()
def show_report(workspace_id: str, report_id: str) -> CaseView:
    """Something that was reported, for who decides."""
    return views.cases(workspace_id, [deciding.opened(membership.current(workspace_id), report_id)])[0]


@routes.route("/v1/workspaces/{workspace_id}/reports/{report_id}/audio", methods=["GET"])
@endpoint()
def hear_report(workspace_id: str, report_id: str) -> AudioView:
    """Where to hear what was reported for the next 5 minutes, also while it is hidden; for who decides."""
    return deciding.audio(membership.current(workspace_id), report_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/reports/{report_id}/decision", methods=["PUT"])
@endpoint()
def decide_report(workspace_id: str, report_id: str, body: Decision) -> CaseView:
    """Hide what was reported from everybody but its author, or leave it or show it again."""
    case = deciding.decide(
        membership.current(workspace_id),
        report_id,
        hide=body.decision == "hide",
        reason=body.reason,
        note=body.note,
        expected_version=requests.expected_version(),
        now=times.now(),
    )
    return views.cases(workspace_id, [case])[0]
