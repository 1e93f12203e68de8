"""Podcast feeds over HTTP: handled by each member, fetched by whatever app has the address."""

import hashlib

from chalice import Blueprint, Response

from chalicelib import requests, times
from chalicelib.auth import membership
from chalicelib.requests import Body, answers, endpoint
from chalicelib.sharing import chapters, feed_opening, feeds, rss
from chalicelib.sharing.feed_models import Holds
from chalicelib.sharing.views import FeedView, NewFeedView
from chalicelib.tracks.uploads import Reading

routes = Blueprint(__name__)


class NewFeed(Body):
    """A feed to make, or to give a new address."""

    holds: Holds = "library"


class FeedChange(Body):
    """What a feed is to hold from now on."""

    holds: Holds


@routes.route("/v1/workspaces/{workspace_id}/feed", methods=["GET"])
@endpoint()
def show_feed(workspace_id: str) -> FeedView:
    """The caller's own podcast feed, without its address."""
    return FeedView.of(feeds.mine(membership.current(workspace_id)))


@routes.route("/v1/workspaces/{workspace_id}/feed", methods=["POST"])
@endpoint(status=201)
def make_feed(workspace_id: str, body: NewFeed) -> NewFeedView:
    """Make the caller's podcast feed under a new address; one that it had leads nowhere any more."""
    feed, url = feeds.make(membership.current(workspace_id), body.holds, now=times.now())
    return NewFeedView(FeedView.of(feed), url)


@routes.route("/v1/workspaces/{workspace_id}/feed", methods=["PATCH"])
@endpoint()
def change_feed(workspace_id: str, body: FeedChange) -> FeedView:
    """Choose what the caller's feed holds; its address stays."""
    return FeedView.of(feeds.choose(membership.current(workspace_id), body.holds))


@routes.route("/v1/workspaces/{workspace_id}/feed", methods=["DELETE"])
@endpoint(status=204)
def turn_feed_off(workspace_id: str) -> None:
    """Let the address of the caller's feed lead nowhere any more."""
    feeds.turn_off(membership.current(workspace_id))


@routes.route("/feeds/{token}", methods=["GET"])
@answers({200: rss.MEDIA_TYPE, 304: None}, refusals=(404, 503))
def fetch_feed(token: str) -> Response:
    """A podcast feed (RSS 2.0): a member's own, or that of a link to a playlist."""
    return _feed(token)


@routes.route("/feeds/{token}", methods=["HEAD"])
@answers({200: rss.MEDIA_TYPE, 304: None}, refusals=(404, 503))
def look_at_feed(token: str) -> Response:
    """What fetching a feed would answer, without the feed."""
    return _feed(token)


@routes.route("/feeds/{token}/{track_id}/{file}", methods=["GET"])
@answers({200: chapters.MEDIA_TYPE, 302: None, 304: None}, refusals=(404, 503))
def fetch_episode(token: str, track_id: str, file: str) -> Response:
    """Go to where an episode can be fetched for the next 5 minutes, whole or in parts; get its chapters."""
    return _episode(token, track_id, file, "get_object")


@routes.route("/feeds/{token}/{track_id}/{file}", methods=["HEAD"])
@answers({200: chapters.MEDIA_TYPE, 302: None, 304: None}, refusals=(404, 503))
def look_at_episode(token: str, track_id: str, file: str) -> Response:
    """Go to where the size and type of an episode can be asked for with HEAD for the next 5 minutes."""
    return _episode(token, track_id, file, "head_object")


def _feed(token: str) -> Response:
    body = rss.written(feed_opening.podcast(token, now=times.now()))
    return _document(body, f"{rss.MEDIA_TYPE}; charset=utf-8")


def _document(body: bytes, content_type: str) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "Content-Type": content_type,
        "Cache-Control": "private, no-cache",
        "ETag": etag,
    }
    if requests.is_known(etag):
        return Response(body=b"", status_code=304, headers=headers)
    return Response(body=body, headers=headers)


def _episode(token: str, track_id: str, file: str, reading: Reading) -> Response:
    found = feed_opening.episode(token, track_id, file, reading=reading, now=times.now())
    if isinstance(found, bytes):
        return _document(found, chapters.MEDIA_TYPE)
    return Response(body=b"", status_code=302, headers={"Location": found, "Content-Type": "text/html"})
