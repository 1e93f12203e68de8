"""Playlists, their entries, and who is asked to hear them."""

import uuid

from chalicelib import times
from chalicelib.auth import audience
from chalicelib.playlists.assignment_models import Assignment
from chalicelib.playlists.models import Entry, Playlist
from tests.matrix.feature import Bodies, Feature, Ids

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /v1/workspaces/{workspace_id}/welcoming            401      404     404  404    404    404   404   200
PUT    /v1/workspaces/{workspace_id}/welcoming/{playlist_id}
                                                          401      404     404  404    404    404   404   204
DELETE /v1/workspaces/{workspace_id}/welcoming/{playlist_id}
                                                          401      404     404  404    404    404   404   204
GET    /v1/workspaces/{workspace_id}/assigned             401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/assigned/{playlist_id}
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments
                                                          401      404     404  404    404    204   204   204
POST   /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/assignments
                                                          401      404     404  404    404    404   204   404
GET    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/assignments
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments/{member_id}
                                                          401      404     404  404    404    204   204   204
POST   /v1/workspaces/{workspace_id}/playlists            401      404     404  404    201    201   201   201
GET    /v1/workspaces/{workspace_id}/playlists            401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/playlists/{playlist_id}
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}
                                                          401      404     404  404    404    404   200   404
PATCH  /v1/workspaces/{workspace_id}/playlists/{playlist_id}
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}
                                                          401      404     404  404    404    404   204   404
POST   /v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries
                                                          401      404     404  404    404    404   201   404
PATCH  /v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries/{entry_id}
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries/{entry_id}
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/following
                                                          401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/following
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/following
                                                          401      404     404  404    204    204   204   204
DELETE /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/following
                                                          401      404     404  404    404    404   204   404
POST   /v1/workspaces/{workspace_id}/playlists/{playlist_id}/seen
                                                          401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/seen
                                                          401      404     404  404    404    404   200   404
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces/{workspace_id}/playlists"): {"title": "How to sell"},
    ("PATCH", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}"): {"title": "Another"},
    ("POST", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries"): {"track_id": "{track_id}"},
    ("PATCH", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries/{entry_id}"): {"note": "Why"},
    ("POST", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/seen"): {},
    ("POST", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments"): {
        "member_ids": ["{member_id}"]
    },
    ("PATCH", "/v1/workspaces/{workspace_id}/assigned/{playlist_id}"): {"put_away": True},
}

SAME_ROUTE = {
    "{my_playlist_id}": "{playlist_id}",
}


def things(ids: Ids) -> dict[str, str]:
    """A playlist of the owner's that they are asked to hear, and one for themselves, with one entry each."""
    workspace_id, owner_id = ids["workspace_id"], ids["member_id"]
    entry = entry_of(ids["track_id"], owner_id, audience.key_for("workspace", workspace_id, owner_id))
    playlist_id = playlist_of(workspace_id, owner_id, "workspace", entry)
    assigned_to(owner_id, playlist_id)
    return {
        "playlist_id": playlist_id,
        "my_playlist_id": playlist_of(workspace_id, owner_id, "me", entry),
        "entry_id": entry.entry_id,
    }


def playlist_of(workspace_id: str, owner_id: str, chosen: str, entry: Entry) -> str:
    """The id of a playlist of this owner for this audience, with this entry in it."""
    playlist = Playlist(
        workspace_id,
        str(uuid.uuid4()),
        owner_id=owner_id,
        owner_name="Owner",
        title="How to sell",
        mode="personal",
        audience_key=audience.key_for(chosen, workspace_id, owner_id),
        created_at=times.now(),
        changed_at=times.now(),
        entries={entry.entry_id: entry},
        entry_count=1,
    )
    playlist.save()
    return str(playlist.playlist_id)


def entry_of(track_id: str, owner_id: str, audience_key: str) -> Entry:
    """An entry that names this track."""
    return Entry(
        entry_id=str(uuid.uuid4()),
        rank=0,
        version=1,
        added_by=owner_id,
        added_name="Owner",
        added_ms=times.epoch_ms(times.now()),
        track_id=track_id,
        track_version=1,
        title="A pitch",
        duration_ms=1000,
        revision=1,
        speaker_id=owner_id,
        speaker_name="Owner",
        audience_key=audience_key,
    )


def assigned_to(member_id: str, playlist_id: str) -> str:
    """The id of a playlist that this member is asked to hear."""
    Assignment(
        member_id, Assignment.slot_of(playlist_id), assigned_by=member_id, assigned_at=times.now()
    ).save()
    return playlist_id


FEATURE = Feature(TABLE, bodies=BODIES, same_route=SAME_ROUTE, things=things)
