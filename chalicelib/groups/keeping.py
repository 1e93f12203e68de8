"""What was spoken in a round, kept as a playlist by itself."""

from uuid import UUID, uuid5

from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity.models import Activity
from chalicelib.groups import finding
from chalicelib.groups.models import Group, Round
from chalicelib.playlists import entries
from chalicelib.playlists import library as playlists
from chalicelib.playlists.entries import Wanted
from chalicelib.tracks import library as tracks
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member

NAMES = UUID("3f1b7f0a-6a5c-4a0b-9a57-5d9d3c0f7e11")
"""The namespace of the ids of these playlists and their entries (RFC 9562, section 6.6)."""


def keep(activity: Activity) -> None:
    """Make a playlist of the tracks of a round, after a ``round_closed`` activity."""
    found = _round(activity)
    if found is None:
        return
    group, round_ = found
    owner = members.get(group.workspace_id, group.owner_id)
    spoken = [given.track_id for given in round_.given.values() if given.track_id]
    heard = tracks.visible(owner, set(spoken))
    kept = [
        track_id for track_id in spoken if track_id in heard and heard[track_id].audience_key == group.key
    ]
    if not kept:
        return
    playlist_id = str(uuid5(NAMES, f"{group.group_id}#{round_.round_id}"))
    _begin(owner, group, round_, playlist_id, activity)
    for track_id in kept:
        entry_id = str(uuid5(NAMES, f"{playlist_id}#{track_id}"))
        entries.add(owner, playlist_id, Wanted(track_id, told=False), entry_id=entry_id, now=activity.at)
    round_.update(actions=[Round.playlist_id.set(playlist_id)], condition=Round.group_id.exists())


def _begin(owner: Member, group: Group, round_: Round, playlist_id: str, activity: Activity) -> None:
    playlist = playlists.made(
        owner,
        {"title": round_.topic, "mode": "personal"},
        audience_key=group.key,
        playlist_id=playlist_id,
        now=activity.at,
    )

    def fill(transaction: TransactWrite) -> None:
        playlists.add_new(transaction, playlist, now=activity.at)

    aws.written(fill)  # else it is there from the first time


def _round(activity: Activity) -> tuple[Group, Round] | None:
    """The group and the round of an activity, None where one is there no more."""
    opens_at = Round.opening_of(activity.round_id or "")
    if activity.group_id is None or opens_at is None:
        return None
    try:
        group = finding.current(activity.workspace_id, activity.group_id)
        return group, Round.get(activity.group_id, opens_at, consistent_read=True)
    except (errors.NotFound, DoesNotExist):
        return None
