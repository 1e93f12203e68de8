"""What must happen later.

Access patterns: everything in one slot and shard (`Due.of_slot`); how far all of it was done (`Checkpoint`).
"""

from datetime import datetime

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DeleteError
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import aws, settings
from chalicelib.aws import TableMeta


class Due(Model):
    """Something to do at ``due_at`` or as soon after it as the scheduler comes by.

    ``name`` is ``kind#id``: planning the same thing twice for one moment is planning it once. ``plan_id`` is
    another one each time that it is planned.
    """

    class Meta(TableMeta):
        table_name = settings.table("due")

    slot = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    id = UnicodeAttribute()
    workspace_id = UnicodeAttribute()
    due_at = UTCDateTimeAttribute()
    details: JSONAttribute = JSONAttribute(null=True)
    attempts = NumberAttribute(default=0)
    plan_id = UnicodeAttribute(null=True)

    def finish(self) -> None:
        """Delete it as it was read: what was planned anew for its slot meanwhile still has to be done."""
        as_read = Due.plan_id.does_not_exist() if self.plan_id is None else Due.plan_id == self.plan_id
        try:
            aws.patiently(lambda: self.delete(as_read))
        except DeleteError as error:
            if not aws.is_failed_condition(error):
                raise

    @classmethod
    def of_slot(cls, slot: str) -> ResultIterator["Due"]:
        """What stands in one shard of a slot, as of now."""
        return cls.query(slot, consistent_read=True)


class Checkpoint(Model):
    """Everything due in slots that began before ``done_before`` was done."""

    class Meta(TableMeta):
        table_name = settings.table("due")

    slot = UnicodeAttribute(hash_key=True, default="checkpoint")
    name = UnicodeAttribute(range_key=True, default="checkpoint")
    done_before = UTCDateTimeAttribute()

    @classmethod
    def read(cls) -> datetime | None:
        """Where to go on; None before the first run."""
        checkpoint = aws.found(cls, "checkpoint", "checkpoint")
        return None if checkpoint is None else checkpoint.done_before

    @classmethod
    def advance(cls, done_before: datetime) -> None:
        """Go on from here next time, unless somebody came further already."""
        further = cls.done_before.does_not_exist() | (cls.done_before < done_before)
        aws.updated(cls("checkpoint", "checkpoint"), [cls.done_before.set(done_before)], further)
