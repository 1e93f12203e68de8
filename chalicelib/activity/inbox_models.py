"""What a member has read of their inbox.

Access pattern: the one item of its kind in the member's partition.
"""

from typing import Final

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute
from pynamodb.models import Model

from chalicelib import settings
from chalicelib.aws import TableMeta

INBOX: Final = "#inbox"
"""Stands where a way through a playlist has its playlist; no id has a ``#``."""

MOST_AT_ONCE: Final = 50
"""Things that one request marks as read one by one."""

MOST_APART: Final = 150
"""Things kept as read one by one; beyond that everything until the middle one counts as read."""


class Read(Model):
    """What a member has read: everything until one activity, and some later ones each by itself.

    It stands beside the member's ways through playlists (`progress.models.Loop`). That is all that is kept:
    what there is to read is the log of what happened.
    """

    class Meta(TableMeta):
        table_name = settings.table("loops")

    member_id = UnicodeAttribute(hash_key=True)
    slot = UnicodeAttribute(range_key=True, attr_name="playlist_id", default=INBOX)
    until = UnicodeAttribute(null=True, attr_name="read_until")
    apart: UnicodeSetAttribute = UnicodeSetAttribute(null=True, attr_name="read_ids")

    def has(self, activity_id: str) -> bool:
        """Whether an activity has been read."""
        return activity_id <= (self.until or "") or activity_id in (self.apart or ())
