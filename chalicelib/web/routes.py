"""The client, what it needs to know before anybody has signed in, and the description of the API."""

from functools import cache

import msgspec
from chalice import Blueprint, Response

from chalicelib import errors, requests, settings
from chalicelib.activity import inbox_models as inbox
from chalicelib.closing import asking
from chalicelib.conversations import feedback_models as feedback
from chalicelib.conversations import loop_models as loops
from chalicelib.conversations import question_models as questions
from chalicelib.groups import models as groups
from chalicelib.playlists import assignment_models as assignments
from chalicelib.playlists import models as playlists
from chalicelib.reports import models as reports
from chalicelib.requests import answers, endpoint
from chalicelib.reviews import reviewing
from chalicelib.search import finding
from chalicelib.tracks import captions, leaving
from chalicelib.tracks.limits import LONGEST_DESCRIPTION, LONGEST_TOPIC, MOST_TOPICS
from chalicelib.tracks.models import LONGEST_CHAPTER_TITLE, MOST_CHAPTERS
from chalicelib.tracks.rejections import LONGEST_MS, MOST_BYTES
from chalicelib.web import files, openapi
from chalicelib.workspaces import invitations, members
from chalicelib.workspaces.models import LOWEST_COMPLETION_PERCENT

routes = Blueprint(__name__)


class LimitsView(msgspec.Struct):
    """Limits that the client says before it sends."""

    line_length: int
    name_length: int
    upload_bytes: int
    track_ms: int
    page_size: int
    invitations_at_once: int
    invitations_a_day: int
    invitations_checked: int
    description_length: int
    note_length: int
    problem_length: int
    contribution_length: int
    contribution_ms: int
    mentor_capacity: int
    question_length: int
    answer_length: int
    about_length: int
    feedback_length: int
    loop_note_length: int
    transcript_length: int
    chapters: int
    chapter_length: int
    search_length: int
    review_years: int
    assigned_at_once: int
    assigned_days_ahead: int
    read_at_once: int
    least_completion_percent: int
    report_length: int
    track_description_length: int
    topics: int
    topic_length: int
    leaver_grace_days: int
    closing_days: int


class SettingsView(msgspec.Struct):
    """What can be known without signing in."""

    service: str
    issuer: str
    client_id: str
    limits: LimitsView


@routes.route("/", methods=["GET"])
@answers({200: "text/html", 304: None})
def show_page() -> Response:
    """The client's page."""
    return _fenced(files.page())


@routes.route("/sw.js", methods=["GET"])
@answers({200: "text/javascript", 304: None})
def show_service_worker() -> Response:
    """What lets the client open without a network."""
    return _fenced(files.service_worker())


@routes.route("/static/{name}", methods=["GET"])
@answers({200: "*/*", 304: None}, refusals=(404,))
def show_file(name: str) -> Response:
    """One of the client's files."""
    file = files.named(name)
    if file is None:
        raise errors.NotFound
    return _sent(file)


@routes.route("/settings.json", methods=["GET"])
@endpoint()
def show_settings() -> SettingsView:
    """The identity provider and the limits."""
    return SettingsView(
        service="Earshot",
        issuer=settings.ISSUER,
        client_id=settings.CLIENT_ID,
        limits=LimitsView(
            line_length=requests.LONGEST_LINE,
            name_length=members.LONGEST_NAME,
            upload_bytes=MOST_BYTES,
            track_ms=LONGEST_MS,
            page_size=requests.LONGEST_PAGE,
            invitations_at_once=invitations.MOST_AT_ONCE,
            invitations_a_day=invitations.MOST_A_DAY,
            invitations_checked=invitations.MOST_CHECKED,
            description_length=playlists.LONGEST_DESCRIPTION,
            note_length=playlists.LONGEST_NOTE,
            problem_length=groups.LONGEST_PROBLEM,
            contribution_length=groups.LONGEST_CONTRIBUTION,
            contribution_ms=groups.LONGEST_CONTRIBUTION_MS,
            mentor_capacity=members.MOST_MENTOR_CAPACITY,
            question_length=questions.LONGEST_QUESTION,
            answer_length=questions.LONGEST_ANSWER,
            about_length=feedback.LONGEST_ABOUT,
            feedback_length=feedback.LONGEST_TEXT,
            loop_note_length=loops.LONGEST_TEXT,
            transcript_length=captions.MOST_CHARACTERS,
            chapters=MOST_CHAPTERS,
            chapter_length=LONGEST_CHAPTER_TITLE,
            search_length=finding.LONGEST_QUERY,
            review_years=reviewing.MOST_YEARS,
            assigned_at_once=assignments.MOST_AT_ONCE,
            assigned_days_ahead=assignments.LATEST_DAYS,
            read_at_once=inbox.MOST_AT_ONCE,
            least_completion_percent=LOWEST_COMPLETION_PERCENT,
            report_length=reports.LONGEST_TEXT,
            track_description_length=LONGEST_DESCRIPTION,
            topics=MOST_TOPICS,
            topic_length=LONGEST_TOPIC,
            leaver_grace_days=leaving.GRACE.days,
            closing_days=asking.CLOSES_IN.days,
        ),
    )


@routes.route("/openapi.json", methods=["GET"])
@answers({200: "application/json"})
def show_openapi() -> Response:
    """This API, described in OpenAPI 3.1."""
    return Response(body=_described(), headers={"Content-Type": "application/json"})


@cache
def _described() -> bytes:
    return msgspec.json.encode(openapi.describe(routes.current_app.routes))


def _fenced(file: files.File) -> Response:
    response = _sent(file)
    response.headers["Content-Security-Policy"] = files.content_security_policy()
    return response


def _sent(file: files.File) -> Response:
    headers = {"Content-Type": file.content_type, "Cache-Control": "no-cache", "ETag": file.etag}
    if requests.is_known(file.etag):
        return Response(body=b"", status_code=304, headers=headers)
    return Response(body=file.body, headers=headers)
