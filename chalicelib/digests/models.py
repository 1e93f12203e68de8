"""Who gets which mails, and what was sent.

Access patterns:

- what one member wants and got: `Subscription` by workspace and member
- those of some members, or of all in a workspace, beside the members: `chalicelib.digests.readers`
- to whom an order was being sent when it was cut off: `UnderWay`
"""

from typing import Any, Final

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.models import Model

from chalicelib import settings
from chalicelib.aws import TableMeta

DEFAULT: Final = "weekly"
TABLE: Final = settings.table("digests")

BEHIND_NOTES: Final = "$"
"""Every id of a member comes behind it, and every note, which begins with ``#``, before it."""


class Subscription(Model):
    """What mails a member wants, and which they got; where there is none, all is as at the beginning.

    ``day`` is the local day of the last digest, written before it is sent: none is sent twice. It told of
    everything until ``told_until``. ``unvisited`` counts those that came since the member was last here, as
    far as the one of ``day`` knew. ``news_at`` is when something last happened for this member alone, or in
    one of their groups.
    ``failed`` says why the digest of ``failed_day`` was not sent, ``stopped`` why no mail is sent any more.
    """

    class Meta(TableMeta):
        table_name = TABLE

    workspace_id = UnicodeAttribute(hash_key=True)
    member_id = UnicodeAttribute(range_key=True)
    every = UnicodeAttribute(null=True)
    feedback = BooleanAttribute(null=True)
    day = UnicodeAttribute(null=True)
    told_until = UTCDateTimeAttribute(null=True)
    unvisited = NumberAttribute(null=True)
    news_at = UTCDateTimeAttribute(null=True)
    feedback_told = UnicodeAttribute(null=True)
    failed_day = UnicodeAttribute(null=True)
    failed = UnicodeAttribute(null=True)
    stopped = UnicodeAttribute(null=True)


class UnderWay(Model):
    """To whom an order is being sent: noted with their markers, and gone once it was carried out."""

    class Meta(TableMeta):
        table_name = TABLE

    workspace_id = UnicodeAttribute(hash_key=True)
    note = UnicodeAttribute(range_key=True, attr_name="member_id")
    member_ids: ListAttribute[Any] = ListAttribute(default=list)

    @staticmethod
    def note_of(order_id: str) -> str:
        """Stands where a subscription has its member; no id has a ``#``."""
        return f"#order#{order_id}"
