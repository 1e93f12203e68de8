"""The learning loop over HTTP, and what speakers hear of it."""

from typing import Annotated, ClassVar, Literal

from chalice import Blueprint
from msgspec import Meta

from chalicelib import requests, times
from chalicelib.auth import membership
from chalicelib.conversations import loop, loop_thanks, loop_views
from chalicelib.conversations.loop import Note
from chalicelib.conversations.loop_models import LONGEST_TEXT
from chalicelib.conversations.loop_views import (
    LearningLoopView,
    MentorSeesView,
    MyStagesView,
    StagesView,
    ThanksView,
)
from chalicelib.playlists.models import MOST_ENTRIES
from chalicelib.requests import Body, Id, Listing, Page, endpoint
from chalicelib.tracks.views import AudioView

routes = Blueprint(__name__)


class LoopNote(Body, kw_only=True):
    """A note, or a track of one's own."""

    PARAGRAPHS: ClassVar = frozenset({"text"})

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT)] | None = None
    track_id: Id | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.text is None) == (self.track_id is None):
            raise ValueError("a note is either a `text` or a `track_id`")

    def note(self) -> Note:
        return Note(self.text, self.track_id)


class Reflection(LoopNote, kw_only=True):
    """What one keeps: private, or for the speaker of a track of the playlist. What is recorded for it has the
    audience `me` and 60 seconds at most.
    """

    teach_back_to: Annotated[Id | None, Meta(description="The track whose speaker gets it.")] = None


class Use(Body, kw_only=True):
    """Whether it was of use, and which tracks were; by default all that were heard of."""

    used: bool
    track_ids: Annotated[list[Id], Meta(min_length=1, max_length=MOST_ENTRIES)] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.track_ids is not None and not self.used:
            raise ValueError("`track_ids` says what was of use: it belongs to `used`")


class NewThanks(Body):
    """Thanks, or that it was of use."""

    kind: Literal["thanks", "used"]


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop", methods=["GET"])
@endpoint()
def show_loop(workspace_id: str, playlist_id: str) -> LearningLoopView:
    """The caller's loop through a playlist, which nobody else sees."""
    me = membership.current(workspace_id)
    return loop_views.shown(me, loop.opened(me, playlist_id))


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/gain", methods=["PUT"])
@endpoint()
def gain_playlist(workspace_id: str, playlist_id: str) -> LearningLoopView:
    """Gain a playlist of which one has heard enough; 7 and 30 days later it is asked for use."""
    me = membership.current(workspace_id)
    return loop_views.shown(me, loop.gain(me, playlist_id, now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/application", methods=["PUT"])
@endpoint()
def apply_playlist(workspace_id: str, playlist_id: str, body: LoopNote) -> LearningLoopView:
    """Say “I tried it”, in place of an earlier note."""
    me = membership.current(workspace_id)
    return loop_views.shown(me, loop.apply(me, playlist_id, body.note(), now=times.now()))


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/application", methods=["DELETE"])
@endpoint(status=204)
def forget_application(workspace_id: str, playlist_id: str) -> None:
    """Take back having tried it."""
    loop.forget_application(membership.current(workspace_id), playlist_id)


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/reflection", methods=["PUT"])
@endpoint()
def reflect_on_playlist(workspace_id: str, playlist_id: str, body: Reflection) -> LearningLoopView:
    """Reflect, in place of an earlier note: for oneself, or as a teach-back for a speaker."""
    now = times.now()
    me = membership.current(workspace_id)
    found = loop.reflect(me, playlist_id, body.note(), teach_back_to=body.teach_back_to, now=now)
    return loop_views.shown(me, found)


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/reflection", methods=["DELETE"])
@endpoint(status=204)
def forget_reflection(workspace_id: str, playlist_id: str) -> None:
    """Take back a reflection; a teach-back that was sent stays with its speaker."""
    loop.forget_reflection(membership.current(workspace_id), playlist_id)


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/use", methods=["PUT"])
@endpoint()
def answer_use(workspace_id: str, playlist_id: str, body: Use) -> LearningLoopView:
    """Answer whether a playlist was of use; a yes thanks its speakers."""
    me = membership.current(workspace_id)
    found = loop.answer_use(me, playlist_id, body.used, body.track_ids, now=times.now())
    return loop_views.shown(me, found)


@routes.route("/v1/workspaces/{workspace_id}/loops", methods=["GET"])
@endpoint()
def list_loops(workspace_id: str, query: Page) -> Listing[MyStagesView]:
    """The caller's loops, those of the newest playlists first."""
    me = membership.current(workspace_id)
    scope = "loops", me.member_id, me.member_id
    found, behind = loop.of_member(me, limit=query.limit, after=requests.position(query.after, *scope))
    return Listing(loop_views.mine(me, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/loops/mentor", methods=["GET"])
@endpoint()
def show_who_sees_loops(workspace_id: str) -> MentorSeesView:
    """The mentor who sees the stages of the caller's loops."""
    return loop_views.mentor_sees(membership.current(workspace_id, as_of_now=True))


@routes.route("/v1/workspaces/{workspace_id}/loops/mentor", methods=["PUT"])
@endpoint()
def show_loops_to_mentor(workspace_id: str) -> MentorSeesView:
    """Let one's present mentor see the stages of one's loops, and nothing that was written or said."""
    loop.show_mentor(membership.current(workspace_id))
    return loop_views.mentor_sees(membership.current(workspace_id))


@routes.route("/v1/workspaces/{workspace_id}/loops/mentor", methods=["DELETE"])
@endpoint(status=204)
def hide_loops_from_mentor(workspace_id: str) -> None:
    """Let nobody see the stages of one's loops."""
    loop.hide_from_mentor(membership.current(workspace_id))


@routes.route("/v1/workspaces/{workspace_id}/members/{member_id}/loops", methods=["GET"])
@endpoint()
def list_loops_of_mentee(workspace_id: str, member_id: str, query: Page) -> Listing[StagesView]:
    """The stages of a new hire's loops, for their mentor; none where they do not show them."""
    me = membership.current(workspace_id)
    scope = "loops", me.member_id, member_id
    after = requests.position(query.after, *scope)
    found, behind = loop.of_mentee(me, member_id, limit=query.limit, after=after)
    return Listing(loop_views.of_mentee(me, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/thanks", methods=["PUT"])
@endpoint(status=204)
def thank_speaker(workspace_id: str, track_id: str, body: NewThanks) -> None:
    """Thank the speaker of a track, or tell them that it was of use; once each."""
    loop_thanks.thank(membership.current(workspace_id), track_id, body.kind, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/thanks", methods=["GET"])
@endpoint()
def list_thanks(workspace_id: str, query: Page) -> Listing[ThanksView]:
    """What the caller was sent as a speaker, newest first; nobody else sees it."""
    me = membership.current(workspace_id)
    scope = "thanks", me.member_id
    after = requests.position(query.after, *scope)
    found, behind = loop_thanks.of_speaker(me, limit=query.limit, after=after)
    return Listing(loop_views.thanks(me, found), requests.cursor(behind, *scope))


@routes.route("/v1/workspaces/{workspace_id}/thanks/{thanks_id}/audio", methods=["GET"])
@endpoint()
def show_thanks_audio(workspace_id: str, thanks_id: str) -> AudioView:
    """Where to hear a spoken teach-back for the next 5 minutes."""
    return loop_thanks.audio(membership.current(workspace_id), thanks_id, now=times.now())
