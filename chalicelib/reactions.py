"""What follows from what happened, by kind of activity; each may happen twice."""

from collections.abc import Callable, Mapping

from chalicelib.activity.models import Activity
from chalicelib.announcements import connecting, queueing
from chalicelib.closing import telling
from chalicelib.conversations import doors, question_erasing
from chalicelib.digests import feedback_mail, mornings, noting
from chalicelib.erasing import going
from chalicelib.groups import keeping
from chalicelib.groups import leaving as leaving_groups
from chalicelib.playlists import expertise, spreading, welcoming
from chalicelib.reach import publishing
from chalicelib.reviews import reviewing
from chalicelib.sharing import forgetting
from chalicelib.tracks import leaving as leaving_tracks
from chalicelib.tracks import library, retagging, storing
from chalicelib.workspaces import invitation_mail


def _take_back(activity: Activity) -> None:
    spreading.take_track_out(activity)
    question_erasing.erase(activity)
    doors.forget(activity)
    forgetting.forget(activity)
    storing.erase(*activity.details["keys"])


def _delete_playlist(activity: Activity) -> None:
    spreading.forget_entries(activity)
    forgetting.forget(activity)


def _change(activity: Activity) -> None:
    assert activity.track_id is not None
    spreading.carry_track(activity)
    retagging.retag(activity.workspace_id, activity.track_id, now=activity.at)


def _rename(activity: Activity) -> None:
    library.name_speaker(activity)
    spreading.carry_name(activity)


def _announce(activity: Activity) -> None:
    """Tell channels of it, and the few whom alone it concerns in their next digest."""
    queueing.queue(activity)
    noting.note(activity)


def _end_round(activity: Activity) -> None:
    keeping.keep(activity)
    _announce(activity)


def _join(activity: Activity) -> None:
    expertise.begin(activity)
    welcoming.begin(activity)
    mornings.begin(activity)


def _leave(activity: Activity) -> None:
    leaving_tracks.follow(activity)
    leaving_groups.leave_all(activity)


def _publish(activity: Activity) -> None:
    publishing.begin(activity)
    reviewing.begin(activity)
    noting.note(activity)


def _revise(activity: Activity) -> None:
    spreading.carry_track(activity)
    reviewing.begin(activity)
    noting.note(activity)


def _tell_of_feedback(activity: Activity) -> None:
    noting.note(activity)
    feedback_mail.send(activity)


def _supersede(activity: Activity) -> None:
    storing.supersede(*activity.details["keys"])


def _erase(activity: Activity) -> None:
    storing.erase(*activity.details["keys"])


BY_KIND: Mapping[str, Callable[[Activity], object]] = {
    "audio_replaced": _supersede,
    "entry_added": _announce,
    "entry_removed": spreading.forget_entries,
    "expertise_shared": _announce,
    "feedback_delivered": _tell_of_feedback,
    "feedback_thanked": noting.note,
    "feedback_used": noting.note,
    "group_closed": connecting.forget_group,
    "group_invited": noting.note,
    "member_erasing": going.begin,
    "member_invited": invitation_mail.send,
    "member_joined": _join,
    "member_left": _leave,
    "member_moved": mornings.begin,
    "member_renamed": _rename,
    "member_returned": leaving_tracks.follow,
    "mentor_assigned": noting.note,
    "playlist_assigned": noting.note,
    "playlist_created": _announce,
    "playlist_deleted": _delete_playlist,
    "question_answered": _announce,
    "question_asked": _announce,
    "review_asked": noting.note,
    "revision_deleted": _erase,
    "round_closed": _end_round,
    "round_opened": _announce,
    "round_reminder": noting.note,
    "round_rolled_over": _end_round,
    "taught_back": noting.note,
    "thanks_sent": noting.note,
    "track_changed": _change,
    "track_published": _publish,
    "track_revised": _revise,
    "track_taken_back": _take_back,
    "transcript_changed": _erase,
    "use_asked": noting.note,
    "use_told": noting.note,
    "workspace_closing": telling.closing,
    "workspace_created": mornings.begin,
    "workspace_kept": telling.kept,
}
