"""Deleting the links to what is deleted: they led nowhere, and would lead to what comes under the same id."""

from chalicelib.activity.models import Activity
from chalicelib.sharing.models import Kind, Share, key_of


def forget(activity: Activity) -> None:
    """Delete the links to a track or playlist, after a ``track_taken_back`` or ``playlist_deleted`` activity.

    Clients choose ids: a link that was made since is one to what has the same id now.
    """
    kind: Kind = "track" if activity.track_id is not None else "playlist"
    item_id = activity.track_id or activity.playlist_id
    for share in Share.of_item(key_of(activity.workspace_id, kind, str(item_id))):
        if share.created_at <= activity.at:
            share.delete()
