"""What follows from what happened, by kind of activity; each may happen twice."""

from collections.abc import Callable, Mapping

from chalicelib.activity.models import Activity
from chalicelib.announcements import connecting, queueing
from chalicelib.conversations import question_erasing
from chalicelib.groups import keeping, leaving
from chalicelib.playlists import expertise, spreading
from chalicelib.reach import publishing
from chalicelib.tracks import library, processing
from chalicelib.workspaces import invitation_mail


def _take_back(activity: Activity) -> None:
    spreading.take_track_out(activity)
    question_erasing.erase(activity)
    processing.erase(activity.details["keys"])


def _change(activity: Activity) -> None:
    assert activity.track_id is not None
    spreading.carry_track(activity)
    processing.retag(activity.workspace_id, activity.track_id, now=activity.at)


def _rename(activity: Activity) -> None:
    library.name_speaker(activity)
    spreading.carry_name(activity)


def _end_round(activity: Activity) -> None:
    keeping.keep(activity)
    queueing.queue(activity)


def _supersede(activity: Activity) -> None:
    processing.supersede(activity.details["keys"])


BY_KIND: Mapping[str, Callable[[Activity], object]] = {
    "audio_replaced": _supersede,
    "entry_added": queueing.queue,
    "entry_removed": spreading.forget_entries,
    "expertise_shared": queueing.queue,
    "group_closed": connecting.forget_group,
    "member_invited": invitation_mail.send,
    "member_joined": expertise.begin,
    "member_left": leaving.leave_all,
    "member_renamed": _rename,
    "playlist_created": queueing.queue,
    "playlist_deleted": spreading.forget_entries,
    "question_answered": queueing.queue,
    "question_asked": queueing.queue,
    "round_closed": _end_round,
    "round_opened": queueing.queue,
    "round_rolled_over": queueing.queue,
    "track_changed": _change,
    "track_published": publishing.begin,
    "track_revised": spreading.carry_track,
    "track_taken_back": _take_back,
}
