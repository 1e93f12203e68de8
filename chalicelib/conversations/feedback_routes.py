"""Feedback over HTTP: its doors, giving it, and what its receiver does with it."""

from typing import Annotated, ClassVar, Literal

from chalice import Blueprint
from msgspec import UNSET, Meta, UnsetType

from chalicelib import requests, times
from chalicelib.auth import membership
from chalicelib.conversations import doors, feedback_giving, feedback_receiving, feedback_views
from chalicelib.conversations.feedback_giving import Gift, Note
from chalicelib.conversations.feedback_models import LONGEST_ABOUT, LONGEST_TEXT
from chalicelib.conversations.feedback_views import (
    DoorView,
    GivenView,
    GroupDoorView,
    PublishedView,
    ReceivedView,
    TrackDoorView,
)
from chalicelib.requests import Body, Id, Listing, Page, endpoint
from chalicelib.tracks import uploads
from chalicelib.tracks.rejections import LONGEST_MS
from chalicelib.tracks.views import AudioView

routes = Blueprint(__name__)

Text = Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT)]
Moment = Annotated[int, Meta(ge=0, le=LONGEST_MS)]


class Asking(Body):
    """What a speaker would like to hear about."""

    about: Annotated[str, Meta(min_length=1, max_length=LONGEST_ABOUT)]


class Said(Body, kw_only=True):
    """What is said of a moment of a track: what I heard and its effect on me; or a recording of one's own
    that nobody else may hear.
    """

    PARAGRAPHS: ClassVar = frozenset({"heard", "effect", "would_try"})

    at_ms: Moment
    heard: Text | None = None
    effect: Text | None = None
    voice_track_id: Id | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self._texts() and self.voice_track_id is None:
            raise ValueError("feedback says what you `heard` and its `effect`, or has a `voice_track_id`")
        if self._texts() and self.voice_track_id is not None:
            raise ValueError("feedback is either written or spoken: leave out the texts or `voice_track_id`")
        if self.voice_track_id is None and None in (self.heard, self.effect):
            raise ValueError("feedback says both what you `heard` and its `effect` on you")
        if sum(map(len, self._texts())) > LONGEST_TEXT:
            raise ValueError(f"the texts of a feedback have {LONGEST_TEXT} characters at most together")

    def _texts(self) -> list[str]:
        return [text for text in (self.heard, self.effect, getattr(self, "would_try", None)) if text]


class NewKeep(Said, kw_only=True):
    """Something to keep."""

    def note(self) -> Note:
        return Note("keep", self.at_ms, self.heard, self.effect, None, self.voice_track_id)


class NewFeedback(Said, kw_only=True):
    """Feedback on a track. ``would_try`` and ``keep`` belong to ``try``: what I would try, and what comes
    together with the first of them.
    """

    kind: Literal["keep", "try", "ask"]
    would_try: Text | None = None
    keep: NewKeep | None = None
    playlist_id: Annotated[Id | None, Meta(description="In which the giver listens.")] = None
    may_publish: Annotated[
        bool, Meta(description="Whether the receiver may publish it, with the giver's name.")
    ] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind != "try" and (self.would_try is not None or self.keep is not None):
            raise ValueError("`would_try` and `keep` belong to the kind `try`, and to no other")
        if self.kind == "try" and self.would_try is None and self.voice_track_id is None:
            raise ValueError("a `try` says what you `would_try`")

    def gift(self) -> Gift:
        """The feedback as it is given."""
        note = Note(self.kind, self.at_ms, self.heard, self.effect, self.would_try, self.voice_track_id)
        return Gift(note, self.keep.note() if self.keep else None, self.may_publish, self.playlist_id)


class FeedbackChange(Body):
    """What the receiver does with feedback; what is left out stays."""

    thanked: Literal[True] | UnsetType = UNSET
    used: Literal[True] | UnsetType = UNSET
    published: bool | UnsetType = UNSET
    closed: bool | UnsetType = UNSET

    def said(self) -> dict[str, bool]:
        """The fields that are there."""
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not UNSET}


class Agreement(Body):
    """Whether the receiver may publish what the caller has given."""

    may_publish: bool


class ReceivedPage(Page):
    """Which feedback: what is open, or what the caller has closed."""

    which: Literal["open", "closed"] = "open"


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door", methods=["PUT"])
@endpoint()
def open_door(workspace_id: str, track_id: str, body: Asking) -> DoorView:
    """Ask for feedback on a track of one's own, for 14 days from now on."""
    me = membership.current(workspace_id)
    return DoorView.of(doors.ask(me, track_id, body.about, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door", methods=["GET"])
@endpoint()
def show_door(workspace_id: str, track_id: str) -> TrackDoorView:
    """Whether the caller may give feedback on a track, and what its speaker has asked for."""
    now = times.now()
    me = membership.current(workspace_id)
    return feedback_views.track_door(me, uploads.heard_by(me, track_id, now=now), now=now)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door", methods=["DELETE"])
@endpoint(status=204)
def close_door(workspace_id: str, track_id: str) -> None:
    """Ask for no more feedback on a track of one's own."""
    doors.close(membership.current(workspace_id), track_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/feedback-door", methods=["PUT"])
@endpoint()
def agree_to_feedback(workspace_id: str, group_id: str) -> GroupDoorView:
    """Agree to feedback on what one records for a group, from those in it who agree too."""
    me = membership.current(workspace_id)
    doors.agree(me, group_id, now=times.now())
    return feedback_views.group_door(me, group_id)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/feedback-door", methods=["GET"])
@endpoint()
def show_group_door(workspace_id: str, group_id: str) -> GroupDoorView:
    """Whether the caller has agreed to feedback in a group, and who has too."""
    return feedback_views.group_door(membership.current(workspace_id), group_id)


@routes.route("/v1/workspaces/{workspace_id}/groups/{group_id}/feedback-door", methods=["DELETE"])
@endpoint(status=204)
def disagree_to_feedback(workspace_id: str, group_id: str) -> None:
    """Agree to feedback in a group no more; nobody is told."""
    doors.disagree(membership.current(workspace_id), group_id)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/feedback", methods=["POST"])
@endpoint(status=201)
def give_feedback(workspace_id: str, track_id: str, body: NewFeedback) -> GivenView:
    """Give feedback to a speaker who has asked for it; it can be withdrawn for 15 minutes."""
    me = membership.current(workspace_id)
    gift = body.gift()
    given = feedback_giving.give(me, track_id, gift, feedback_id=requests.idempotency_key(), now=times.now())
    [shown] = feedback_views.given(me, [given])
    return shown


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/feedback", methods=["GET"])
@endpoint()
def list_published_feedback(workspace_id: str, track_id: str, query: Page) -> Listing[PublishedView]:
    """What a speaker has published of the feedback on a track, newest first."""
    me = membership.current(workspace_id)
    scope = "published feedback", me.member_id, track_id
    after = requests.position(query.after, *scope)
    found, behind = feedback_receiving.published(
        me, track_id, limit=query.limit, after=after, now=times.now()
    )
    return Listing(feedback_views.published(me, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/feedback/{feedback_id}/audio", methods=["GET"])
@endpoint()
def show_published_audio(workspace_id: str, track_id: str, feedback_id: str) -> AudioView:
    """Where to hear published feedback for the next 5 minutes."""
    me = membership.current(workspace_id)
    return feedback_receiving.published_audio(me, track_id, feedback_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/feedback", methods=["GET"])
@endpoint()
def list_feedback(workspace_id: str, query: ReceivedPage) -> Listing[ReceivedView]:
    """The feedback that the caller has received, newest first."""
    me = membership.current(workspace_id)
    scope = "feedback", me.member_id, query.which
    after = requests.position(query.after, *scope)
    found, behind = feedback_receiving.received(
        me, closed=query.which == "closed", limit=query.limit, after=after
    )
    return Listing(feedback_views.received(me, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/feedback/{feedback_id}", methods=["PATCH"])
@endpoint()
def respond_to_feedback(workspace_id: str, feedback_id: str, body: FeedbackChange) -> ReceivedView:
    """Thank for feedback, mark it used, publish it, or close it without the giver's hearing of that."""
    me = membership.current(workspace_id)
    found = feedback_receiving.respond(me, feedback_id, body.said(), now=times.now())
    [shown] = feedback_views.received(me, [found])
    return shown


@routes.route("/v1/workspaces/{workspace_id}/feedback/{feedback_id}/audio", methods=["GET"])
@endpoint()
def show_feedback_audio(workspace_id: str, feedback_id: str) -> AudioView:
    """Where to hear spoken feedback for the next 5 minutes."""
    return feedback_receiving.audio(membership.current(workspace_id), feedback_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/given-feedback", methods=["GET"])
@endpoint()
def list_given_feedback(workspace_id: str, query: Page) -> Listing[GivenView]:
    """The feedback that the caller has given, newest first."""
    me = membership.current(workspace_id)
    scope = "given feedback", me.member_id
    after = requests.position(query.after, *scope)
    found, behind = feedback_giving.given(me, limit=query.limit, after=after)
    return Listing(feedback_views.given(me, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/given-feedback/{feedback_id}", methods=["PATCH"])
@endpoint()
def agree_to_publishing(workspace_id: str, feedback_id: str, body: Agreement) -> GivenView:
    """Agree that one's feedback may be published, or no more: then it is not published any more."""
    me = membership.current(workspace_id)
    [shown] = feedback_views.given(me, [feedback_giving.let_publish(me, feedback_id, body.may_publish)])
    return shown


@routes.route("/v1/workspaces/{workspace_id}/given-feedback/{feedback_id}", methods=["DELETE"])
@endpoint(status=204)
def withdraw_feedback(workspace_id: str, feedback_id: str) -> None:
    """Take back feedback within 15 minutes; its receiver never hears of it."""
    feedback_giving.withdraw(membership.current(workspace_id), feedback_id, now=times.now())
