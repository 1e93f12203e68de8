"""Links and podcast feeds: what people outside open, and what members make of them."""

import uuid
from datetime import timedelta

from chalicelib import times
from chalicelib.sharing.addresses import hash_of
from chalicelib.sharing.feed_models import Feed
from chalicelib.sharing.models import Kind, Share, key_of
from tests.matrix.feature import Bodies, Feature, Ids

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /s/{token}                                         200      200     200  200    200    200   200   200
GET    /s/{token}/content                                 200      200     200  200    200    200   200   200
GET    /s/{token}/tracks/{track_id}/audio                 200      200     200  200    200    200   200   200
GET    /s/{token}/tracks/{track_id}/transcript            200      200     200  200    200    200   200   200
POST   /s/{token}/visits                                  204      204     204  204    204    204   204   204
GET    /embed/{token}                                     200      200     200  200    200    200   200   200
GET    /feeds/{lists_token}                               200      200     200  200    200    200   200   200
HEAD   /feeds/{lists_token}                               200      200     200  200    200    200   200   200
GET    /feeds/{lists_token}/{track_id}/{file}             302      302     302  302    302    302   302   302
HEAD   /feeds/{lists_token}/{track_id}/{file}             302      302     302  302    302    302   302   302
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/shares
                                                          401      404     404  404    404    404   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/shares
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/tracks/{track_id}/shares
                                                          401      404     404  404    404    404   201   201
DELETE /v1/workspaces/{workspace_id}/tracks/{track_id}/shares/{share_id}
                                                          401      404     404  404    404    404   204   404
GET    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares
                                                          401      404     404  404    404    404   200   200
GET    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/shares
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares
                                                          401      404     404  404    404    404   201   201
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares/{playlists_share_id}
                                                          401      404     404  404    404    404   204   404
GET    /v1/workspaces/{workspace_id}/feed                 401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/feed                 401      404     404  404    201    201   201   201
PATCH  /v1/workspaces/{workspace_id}/feed                 401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/feed                 401      404     404  404    204    204   204   204
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces/{workspace_id}/tracks/{track_id}/shares"): {},
    ("POST", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares"): {},
    ("POST", "/s/{token}/visits"): {},
    ("POST", "/v1/workspaces/{workspace_id}/feed"): {},
    ("PATCH", "/v1/workspaces/{workspace_id}/feed"): {"holds": "following"},
}

SAME_ROUTE = {
    "{playlists_share_id}": "{share_id}",
    "{lists_token}": "{token}",
}


def things(ids: Ids) -> dict[str, str]:
    """A link to the track and one to the playlist, and the owner's feed."""
    workspace_id = ids["workspace_id"]
    token, lists_token = f"a-link-of-{workspace_id}", f"a-list-of-{workspace_id}"
    fed(workspace_id, ids["member_id"])
    return {
        "token": token,
        "share_id": linked(workspace_id, "track", ids["track_id"], token),
        "lists_token": lists_token,
        "playlists_share_id": linked(workspace_id, "playlist", ids["playlist_id"], lists_token),
        "file": "1.mp3",
    }


def linked(workspace_id: str, kind: Kind, item_id: str, token: str) -> str:
    """The id of a link with this token."""
    now = times.now()
    share = Share(
        hash_of(token),
        workspace_id=workspace_id,
        item_key=key_of(workspace_id, kind, item_id),
        kind=kind,
        item_id=item_id,
        created_by="owner",
        created_at=now,
        ends_at=now + timedelta(days=1),
        expires_at=times.epoch(now + timedelta(days=31)),
    )
    share.save()
    return str(share.token_hash)


def fed(workspace_id: str, member_id: str) -> None:
    """A podcast feed of this member's."""
    Feed(
        member_id,
        workspace_id=workspace_id,
        token_hash=hash_of(f"a-feed-of-{member_id}"),
        guid=str(uuid.uuid4()),
        holds="library",
        made_at=times.now(),
    ).save()


FEATURE = Feature(TABLE, bodies=BODIES, same_route=SAME_ROUTE, things=things)
