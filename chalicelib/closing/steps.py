"""What is removed of a workspace, one kind of thing after the other.

What hangs on a thing is removed before the thing itself: whatever is stopped goes on from what is still
there. Whatever stands in a table under the workspace or something of it is found by that. The tables of what
is due and of links lead there by no key and are read whole: they are small, and nobody deletes a workspace
often.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from pynamodb.models import Model

from chalicelib.activity.models import Activity
from chalicelib.announcements.models import Connection, Delivery
from chalicelib.aws import updated
from chalicelib.closing import objects
from chalicelib.closing.asking import KIND
from chalicelib.conversations.feedback_models import Door, Feedback
from chalicelib.conversations.loop_models import Stages, Thanks
from chalicelib.conversations.question_models import Answer, Asked, Question
from chalicelib.digests.models import Subscription
from chalicelib.due.models import Due
from chalicelib.erasing import rows
from chalicelib.erasing.work import Done
from chalicelib.exports import parts
from chalicelib.exports.models import UNDER_WAY, Export, UnderWay
from chalicelib.groups.models import Group, Round
from chalicelib.playlists.models import Playlist
from chalicelib.progress.models import Progress
from chalicelib.reach import publishing
from chalicelib.reach.models import Listener
from chalicelib.reports.models import Case
from chalicelib.sharing.feed_models import Feed
from chalicelib.sharing.models import Share
from chalicelib.tracks import library
from chalicelib.tracks.models import Track, former_id, is_former
from chalicelib.workspaces.models import Invitation, Member, Quota

M = TypeVar("M", bound=Model)

TABLES: Final = {
    "activity": "under the workspace, its groups and its members",
    "answers": "under the questions",
    "connections": "under the workspace, with their secrets",
    "deliveries": "under the connections; of one removed before, ids are left for three days",
    "digests": "under the workspace",
    "doors": "under tracks, also those deleted within the last year, and groups",
    "due": "read whole",
    "exports": "under the workspace, its groups and its members, with what lies in the bucket",
    "feedback": "under the members",
    "feeds": "under the members",
    "groups": "under the workspace",
    "invitations": "under the workspace, at once",
    "loops": "under the members",
    "members": "under the workspace; let nobody in at once, removed when nothing of theirs is left",
    "playlists": "under the workspace",
    "progress": "under the members",
    "questions": "under the workspace",
    "quotas": "under the members",
    "reach": "under tracks, also those deleted within the last weeks",
    "reports": "under the workspace",
    "rounds": "under the groups",
    "shares": "read whole; dead at once",
    "thanks": "under the members",
    "tracks": "under the workspace, with what lies in the bucket",
    "workspaces": "removed last",
    "written": "under the members",
}
"""How what is to be removed is found in each table."""


@dataclass(frozen=True)
class Removing:
    """The workspace that is being removed."""

    workspace_id: str
    now: datetime

    @property
    def key(self) -> str:
        """Audience of what everybody in it could see."""
        return f"w#{self.workspace_id}"


Step = Callable[[Removing], Iterator[Done]]
"""Removes what is there of one kind; where nothing is, it says nothing."""


def entrances(of: Removing) -> Iterator[Done]:
    """Let nobody in any more, by membership or by invitation."""
    yield from rows.delete(Invitation.query(of.workspace_id))
    is_active = Member.status == "active"
    for member in Member.query(of.workspace_id, filter_condition=is_active):
        there = Member(of.workspace_id, member.member_id)
        if updated(there, [Member.status.set("deactivated")], is_active):
            yield Done(1)


def writers(of: Removing) -> Iterator[Done]:
    """Let nobody go on with an export: those of members end by themselves."""
    for key in (of.key, *(group.key for group in Group.query(of.workspace_id))):
        under_way = Export.status.is_in("waiting", "writing")
        for export in Export.query(key, Export.export_id > UNDER_WAY, filter_condition=under_way):
            if updated(Export(key, export.export_id), [Export.status.set("failed")], under_way):
                yield Done(1)


def calendar(of: Removing) -> Iterator[Done]:
    """What is due, but for this; with what only the counting of deleted tracks would have taken away."""
    its = (Due.workspace_id == of.workspace_id) & (Due.kind != KIND)
    for due in Due.scan(its):
        if due.kind == publishing.KIND:
            yield from _heard(due.id)
        yield from rows.delete([due])


def links(of: Removing) -> Iterator[Done]:
    """The links for people outside."""
    yield from rows.delete(Share.scan(Share.workspace_id == of.workspace_id))


def connections(of: Removing) -> Iterator[Done]:
    """The connections, with their secrets and what waited for them."""
    yield from _with(
        Connection.query(of.workspace_id), lambda each: rows.delete(Delivery.query(each.connection_id))
    )


def questions(of: Removing) -> Iterator[Done]:
    """The questions with their answers."""
    yield from _with(
        Question.query(of.workspace_id), lambda each: rows.delete(Answer.query(each.question_id))
    )


def playlists(of: Removing) -> Iterator[Done]:
    """The playlists."""
    yield from rows.delete(Playlist.query(of.workspace_id, attributes_to_get=["workspace_id", "playlist_id"]))


def tracks(of: Removing) -> Iterator[Done]:
    """The tracks, with their audio, their transcripts and what was kept of who heard them."""
    yield from _with(Track.query(of.workspace_id), _on_track)


def groups(of: Removing) -> Iterator[Done]:
    """The groups, with their rounds and what was told and exported in them."""
    yield from _with(Group.query(of.workspace_id), _in_group)


def people(of: Removing) -> Iterator[Done]:
    """The members, with everything that stands under them."""
    yield from _with(Member.query(of.workspace_id), _of_member)


def reports(of: Removing) -> Iterator[Done]:
    """What was reported."""
    yield from rows.delete(Case.query(of.workspace_id))


def mails(of: Removing) -> Iterator[Done]:
    """Who wanted which mails."""
    yield from rows.delete(Subscription.query(of.workspace_id))


def rest(of: Removing) -> Iterator[Done]:
    """What was told to everybody, their exports, and uploads that were on their way."""
    yield from _exports(of.key)
    yield from _told(of.key)
    yield from map(Done, objects.erase_below(f"uploads/{of.workspace_id}/"))


FIRST: Final[tuple[Step, ...]] = (entrances, writers)
"""What is done in the moment in which the workspace closes."""

STEPS: Final[tuple[Step, ...]] = (
    *FIRST,
    calendar,
    links,
    connections,
    questions,
    playlists,
    tracks,
    groups,
    people,
    reports,
    mails,
    rest,
)


def _with(found: Iterable[M], what_hangs_on: Callable[[M], Iterator[Done]]) -> Iterator[Done]:
    """Remove these, each after what hangs on it."""
    for each in found:
        yield from what_hangs_on(each)
        yield from rows.delete([each])


def _on_track(track: Track) -> Iterator[Done]:
    yield from _heard(track.track_id)
    yield from rows.delete(Door.query(Door.on_track(track.track_id)))
    if is_former(track.speaker_id):
        yield from _under(track.speaker_id)
    objects.erase(library.keys_of(track))


def _heard(track_id: str) -> Iterator[Done]:
    yield from rows.delete(Listener.query(track_id))


def _in_group(group: Group) -> Iterator[Done]:
    yield from rows.delete(Round.query(group.group_id))
    yield from rows.delete(Door.query(Door.in_group(group.group_id)))
    yield from _exports(group.key)
    yield from _told(group.key)


def _of_member(member: Member) -> Iterator[Done]:
    for each in (member.member_id, former_id(member.member_id)):
        yield from _under(each)


def _under(member_id: str) -> Iterator[Done]:
    """Everything in the partitions of a member, or of who stands for somebody who has left."""
    for model in (Asked, Feedback, Feed, Progress, Quota, Stages, Thanks):
        yield from rows.delete(model.query(member_id))
    yield from _exports(f"m#{member_id}")
    yield from _told(f"m#{member_id}")


def _exports(audience_key: str) -> Iterator[Done]:
    yield from _with(Export.query(audience_key, Export.export_id > UNDER_WAY), _of_export)
    yield from rows.delete(UnderWay.query(audience_key))


def _of_export(export: Export) -> Iterator[Done]:
    """Erase the zip, what is there of it and how far it has come."""
    below = parts.key_of(export).removesuffix(".zip")
    objects.end_uploads_below(below)
    yield from map(Done, objects.erase_below(below))


def _told(audience_key: str) -> Iterator[Done]:
    yield from _with(Activity.query(audience_key), _left_behind)


def _left_behind(activity: Activity) -> Iterator[Done]:
    """Of what was replaced or deleted: files that wait for the bucket's lifecycle, doors to a track."""
    keys = (activity.details or {}).get("keys")
    if keys:
        objects.erase(keys)
    if activity.kind == "track_taken_back":
        yield from rows.delete(Door.query(Door.on_track(activity.track_id)))
