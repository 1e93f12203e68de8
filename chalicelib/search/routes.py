"""Search over HTTP."""

from typing import Annotated

from chalice import Blueprint
from msgspec import Meta

from chalicelib import times
from chalicelib.auth import membership
from chalicelib.requests import Body, endpoint
from chalicelib.search import finding
from chalicelib.search.views import SearchView

routes = Blueprint(__name__)


class Query(Body):
    """What is looked for: the beginnings of words, of which all have to be there."""

    q: Annotated[str, Meta(min_length=1, max_length=finding.LONGEST_QUERY)]


@routes.route("/v1/workspaces/{workspace_id}/search", methods=["GET"])
@endpoint()
def search(workspace_id: str, query: Query) -> SearchView:
    """Tracks, playlists and people by titles, names and topics, as far as the caller may open them."""
    return finding.found(membership.current(workspace_id), query.q, now=times.now())
