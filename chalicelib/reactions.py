"""What follows from what happened, by kind of activity; each may happen twice."""

from collections.abc import Callable, Mapping

from chalicelib.activity.models import Activity
from chalicelib.tracks import library, processing
from chalicelib.workspaces import invitation_mail


def _erase(activity: Activity) -> None:
    processing.erase(activity.details["keys"])


def _retag(activity: Activity) -> None:
    assert activity.track_id is not None
    processing.retag(activity.workspace_id, activity.track_id)


BY_KIND: Mapping[str, Callable[[Activity], object]] = {
    "member_invited": invitation_mail.send,
    "member_renamed": library.name_speaker,
    "track_changed": _retag,
    "track_taken_back": _erase,
}
