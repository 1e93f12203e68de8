"""What changes of a track or a member, carried into the playlists that have copies of it.

A track knows its entries (`Track.entered`), a member's loops the playlists that name them. Everything here
may happen twice and in any order: an entry takes copies only from the same or a later version of its track.
"""

from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib import aws
from chalicelib.activity.models import Activity
from chalicelib.playlists.entries import copies, emptied
from chalicelib.playlists.models import Playlist, at
from chalicelib.progress.models import Loop
from chalicelib.tracks.models import Track, entered
from chalicelib.workspaces.models import Member

TRIES = 5
MOST_NAMES = 100
"""Names in one update: DynamoDB takes 4 kB of expression."""


class StillChanging(Exception):
    """A playlist changes all the time; the activity comes again."""


def carry(track: Track) -> None:
    """Carry title, length, speaker, audience and retirement of a track into the playlists it is in."""
    taken = {name: value for name, value in copies(track).items() if name != "track_id"}
    for playlist_id, entry_id in _entries(track):
        actions: list[Action] = [
            at(entry_id, name).remove() if value is None else at(entry_id, name).set(value)
            for name, value in taken.items()
        ]
        of_this = at(entry_id, "track_id") == track.track_id
        aws.updated(
            Playlist(track.workspace_id, playlist_id),
            actions,
            of_this & (at(entry_id, "track_version") <= taken["track_version"]),
        )


def take_out(track: Track, now: datetime) -> None:
    """Leave a line that says so wherever a track was that its speaker has taken back."""
    for playlist_id, entry_id in _entries(track):
        aws.updated(
            Playlist(track.workspace_id, playlist_id),
            emptied(entry_id, now),
            at(entry_id, "track_id") == track.track_id,
        )


def carry_track(activity: Activity) -> None:
    """Carry a track as it is now, after an activity that changed it."""
    assert activity.track_id is not None
    track = aws.found(Track, activity.workspace_id, activity.track_id)
    if track is None:
        return
    if track.is_ready:  # no playlist has it before
        carry(track)


def take_track_out(activity: Activity) -> None:
    """Leave lines of a track, after a ``track_taken_back`` activity."""
    track = Track(activity.workspace_id, activity.track_id, entered=set(activity.details.get("entered", [])))
    take_out(track, activity.at)


def forget_entries(activity: Activity) -> None:
    """Have tracks know their entries no more, after these were removed or their playlist deleted."""
    for track_id, entry_ids in activity.details["entered"].items():
        gone = {entered(activity.playlist_id, entry_id) for entry_id in entry_ids}
        aws.updated(
            Track(activity.workspace_id, track_id), [Track.entered.delete(gone)], Track.track_id.exists()
        )


def carry_name(activity: Activity) -> None:
    """Carry a member's new name to where they speak, own, add or remove, after ``member_renamed``."""
    member = aws.found(Member, activity.workspace_id, activity.details["member_id"])
    if member is None:  # erased since
        return
    for spoken in Track.of_speaker(member.member_id):
        track = Track.get(member.workspace_id, spoken.track_id, consistent_read=True)
        if track.is_ready:
            carry(track)
    for loop in Loop.of_member(member.member_id):
        _name_in(member, loop.playlist_id)


def _name_in(member: Member, playlist_id: str) -> None:
    for _ in range(TRIES):
        playlist = aws.found(Playlist, member.workspace_id, playlist_id)
        if playlist is None:
            return
        actions = _namings(member, playlist)
        if not actions:
            return
        aws.updated(playlist, actions[:MOST_NAMES], Playlist.placings == playlist.placings)
    raise StillChanging(playlist_id)


def _namings(member: Member, playlist: Playlist) -> list[Action]:
    """What puts the member's name where another one of theirs stands."""
    actions: list[Action] = []
    if playlist.owner_id == member.member_id and playlist.owner_name != member.name:
        actions.append(Playlist.owner_name.set(member.name))
    for entry in playlist.entries.values():
        if entry.added_by == member.member_id and entry.added_name != member.name:
            actions.append(at(entry.entry_id, "added_name").set(member.name))
        if entry.removed_by == member.member_id and entry.removed_name != member.name:
            actions.append(at(entry.entry_id, "removed_name").set(member.name))
    return actions


def _entries(track: Track) -> list[tuple[str, str]]:
    """The playlists and entries that name this track."""
    parts = (each.partition("#") for each in sorted(track.entered or ()))
    return [(playlist_id, entry_id) for playlist_id, _, entry_id in parts]
