"""Shares over HTTP: handled by who owns the thing, opened by whoever has the link."""

from typing import Annotated

from chalice import Blueprint, Response
from msgspec import Meta

from chalicelib import errors, requests, times
from chalicelib.auth import membership
from chalicelib.requests import Body, Line, Listing, Nothing, answers, endpoint, shaped
from chalicelib.sharing import making, opening, rss
from chalicelib.sharing.addresses import hash_of
from chalicelib.sharing.making import Wanted
from chalicelib.sharing.models import LONGEST_DAYS, MOST_ORIGINS, USUAL_DAYS, Kind
from chalicelib.sharing.views import NewShareView, SharedTranscript, SharedView, ShareView
from chalicelib.tracks.rejections import LONGEST_MS
from chalicelib.tracks.views import AudioView
from chalicelib.web import files

routes = Blueprint(__name__)

HOST = "[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
Origin = Annotated[
    str,
    Meta(max_length=100),
    shaped(
        f"https://{HOST}(:[0-9]{{1,5}})?|http://(localhost|127[.]0[.]0[.]1)(:[0-9]{{1,5}})?",
        "the origin of a site, such as https://blog.example",
    ),
]


class NewShare(Body):
    """A link to make."""

    label: Line | None = None
    days: Annotated[int, Meta(ge=1, le=LONGEST_DAYS)] = USUAL_DAYS
    start_ms: Annotated[int, Meta(ge=0, le=LONGEST_MS)] = 0
    origins: Annotated[list[Origin], Meta(max_length=MOST_ORIGINS)] = []

    def __post_init__(self) -> None:
        super().__post_init__()
        self.origins = requests.tidy_each("origins", self.origins)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/shares", methods=["GET"])
@endpoint()
def list_track_shares(workspace_id: str, track_id: str) -> Listing[ShareView]:
    """The links to a track; for its speaker and admins."""
    return _listed(workspace_id, "track", track_id)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/shares", methods=["POST"])
@endpoint(status=201)
def share_track(workspace_id: str, track_id: str, body: NewShare) -> NewShareView:
    """Make a link to a track whose speaker agrees; for its speaker and admins."""
    return _made(workspace_id, "track", track_id, body)


@routes.route("/v1/workspaces/{workspace_id}/tracks/{track_id}/shares/{share_id}", methods=["DELETE"])
@endpoint(status=204)
def revoke_track_share(workspace_id: str, track_id: str, share_id: str) -> None:
    """Take a link to a track back."""
    making.revoke(membership.current(workspace_id), "track", track_id, share_id, now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares", methods=["GET"])
@endpoint()
def list_playlist_shares(workspace_id: str, playlist_id: str) -> Listing[ShareView]:
    """The links to a playlist; for its owner and admins."""
    return _listed(workspace_id, "playlist", playlist_id)


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares", methods=["POST"])
@endpoint(status=201)
def share_playlist(workspace_id: str, playlist_id: str, body: NewShare) -> NewShareView:
    """Make a link to those tracks of a playlist whose speakers agree; for its owner and admins."""
    return _made(workspace_id, "playlist", playlist_id, body)


@routes.route("/v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares/{share_id}", methods=["DELETE"])
@endpoint(status=204)
def revoke_playlist_share(workspace_id: str, playlist_id: str, share_id: str) -> None:
    """Take a link to a playlist back."""
    making.revoke(membership.current(workspace_id), "playlist", playlist_id, share_id, now=times.now())


@routes.route("/s/{token}", methods=["GET"])
@answers({200: "text/html", 404: "text/html"}, refusals=(503,))
def show_shared_page(token: str) -> Response:
    """The page of a link, with its player."""
    return _page(token, embedded=False)


@routes.route("/embed/{token}", methods=["GET"])
@answers({200: "text/html", 404: "text/html"}, refusals=(503,))
def show_embed(token: str) -> Response:
    """A link's play button, for an iframe in one of the sites it was made for."""
    return _page(token, embedded=True)


@routes.route("/s/{token}/content", methods=["GET"])
@endpoint()
def show_shared(token: str) -> SharedView:
    """What a link leads to."""
    return opening.shared(hash_of(token), now=times.now())


@routes.route("/s/{token}/tracks/{track_id}/audio", methods=["GET"])
@endpoint()
def show_shared_audio(token: str, track_id: str) -> AudioView:
    """Where to hear a track of a link for the next 5 minutes."""
    return opening.audio(hash_of(token), track_id, now=times.now())


@routes.route("/s/{token}/tracks/{track_id}/transcript", methods=["GET"])
@endpoint()
def show_shared_transcript(token: str, track_id: str) -> SharedTranscript:
    """What is said in a track of a link."""
    return opening.transcript(hash_of(token), track_id, now=times.now())


@routes.route("/s/{token}/visits", methods=["POST"])
@endpoint(status=204, body=Nothing)
def count_visit(token: str) -> None:
    """Say that somebody has begun to play."""
    opening.count_visit(hash_of(token), now=times.now())


def _listed(workspace_id: str, kind: Kind, item_id: str) -> Listing[ShareView]:
    now = times.now()
    found = making.of_item(membership.current(workspace_id), kind, item_id, now=now)
    return Listing([ShareView.of(share, now) for share in found])


def _made(workspace_id: str, kind: Kind, item_id: str, body: NewShare) -> NewShareView:
    now = times.now()
    wanted = Wanted(body.label, body.days, body.start_ms, body.origins)
    share, token = making.make(membership.current(workspace_id), kind, item_id, wanted, now=now)
    return NewShareView.of(share, token, now)


def _page(token: str, *, embedded: bool) -> Response:
    """The page, the same whatever the link leads to, and where it leads nowhere, which it says itself.

    Only the sites of the share may have it in a frame.
    """
    try:
        share = opening.standing(hash_of(token), now=times.now())
    except errors.NotFound:
        share = None
    file = files.named("shared.html")
    assert file is not None, "it is one of our own"
    policy = files.content_security_policy(*(share.origins if share and embedded else ()))
    headers = {"Content-Type": file.content_type, "Content-Security-Policy": policy}
    if share and share.kind == "playlist" and not embedded:
        headers["Link"] = f'<../feeds/{token}>; rel="alternate"; type="{rss.MEDIA_TYPE}"'
    return Response(body=file.body, status_code=200 if share else 404, headers=headers)
