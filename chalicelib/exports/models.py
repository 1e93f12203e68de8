"""Exports: what a workspace, a group or a member takes with them, as one zip.

Access patterns:

- one export: `Export` by whose it is and its id
- the exports of a workspace, group or member: `Export.of_audience`
- whether one is being written: `UnderWay`, the one item of its kind beside them
"""

from datetime import datetime, timedelta
from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.models import Model

from chalicelib import settings
from chalicelib.aws import TableMeta

MOST_A_DAY: Final = 5
"""Exports that one member may start."""

KEPT: Final = timedelta(days=7)
"""From its beginning on; the bucket's lifecycle counts from then, too."""

UNDER_WAY: Final = "#under-way"
"""Stands where an export has its id; no id has a ``#``."""


class Export(Model):
    """One zip on its way or ready: of what is open to a workspace or a group, or all of a member's own.

    ``audience_key`` is whose it is. Who writes it holds it until ``lease_until``; each time it is taken up is
    another ``turn``, and ``attempts`` counts those since something was last achieved. ``checkpoint`` is where
    in the bucket it says how far writing has come, ``done`` and ``total`` the same for people, in files.
    """

    class Meta(TableMeta):
        table_name = settings.table("exports")

    audience_key = UnicodeAttribute(hash_key=True)
    export_id = UnicodeAttribute(range_key=True)
    workspace_id = UnicodeAttribute()
    started_by = UnicodeAttribute()
    started_name = UnicodeAttribute()
    started_at = UTCDateTimeAttribute()
    status = UnicodeAttribute(default="waiting")
    reason = UnicodeAttribute(null=True)
    turn = NumberAttribute(default=0)
    attempts = NumberAttribute(default=0)
    lease_until = UTCDateTimeAttribute(null=True)
    checkpoint = UnicodeAttribute(null=True)
    done = NumberAttribute(default=0)
    total = NumberAttribute(default=0)
    size_bytes = NumberAttribute(null=True)
    ready_at = UTCDateTimeAttribute(null=True)
    expires_at = NumberAttribute()

    @classmethod
    def of_audience(cls, audience_key: str, *, now: datetime) -> list["Export"]:
        """The exports of a workspace, group or member that are kept, newest first."""
        found = cls.query(
            audience_key,
            cls.export_id > UNDER_WAY,
            filter_condition=cls.expires_at > now.timestamp(),
            consistent_read=True,
        )
        return sorted(found, key=lambda export: export.started_at, reverse=True)

    @property
    def is_over(self) -> bool:
        """Whether nobody writes it any more."""
        return self.status in ("ready", "failed")

    def is_kept(self, now: datetime) -> bool:
        return bool(self.expires_at > now.timestamp())


class UnderWay(Model):
    """Which of the exports beside it is being written; while it stands there, no other is begun."""

    class Meta(TableMeta):
        table_name = settings.table("exports")

    audience_key = UnicodeAttribute(hash_key=True)
    note = UnicodeAttribute(range_key=True, attr_name="export_id", default=UNDER_WAY)
    of = UnicodeAttribute()
    expires_at = NumberAttribute()
