"""What was reported.

Access patterns:

- one case, with everybody who has reported it: `Case` by workspace and report
- the cases of those who decide in a place, the one reported last first: `Case.of_place`
- what a member has reported, in their own partition: `Reported.of_member`
"""

import hashlib
from typing import Any, Final, Literal

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import settings
from chalicelib.aws import TableMeta

LONGEST_TEXT: Final = 500
"""Characters that a report, or what its author is told, has beside its reason."""

MOST_A_DAY: Final = 20
"""Reports of one member."""

MOST_REPORTERS: Final = 20
"""Of one thing: no more are noted."""

Kind = Literal["track", "answer", "feedback"]
Reason = Literal["hurtful", "personal", "confidential", "wrong", "other"]
Status = Literal["open", "hidden", "left"]


class PlaceIndex(GlobalSecondaryIndex["Case"]):
    """Cases by who decides: the workspace's admins, or the owner of a group."""

    class Meta:
        index_name = "place"
        projection = AllProjection()

    place = UnicodeAttribute(hash_key=True)
    reported_at = UTCDateTimeAttribute(range_key=True)


class Case(Model):
    """Something that was reported, once however many reported it.

    ``place`` is the audience in which it was said, whose admins or owner decide. ``reports`` are by who
    reported, each with the place where that was. ``reported_at`` is when somebody did last; ``version``
    counts reports and decisions. Of an answer ``track_id`` is the track that was hidden with it.
    """

    class Meta(TableMeta):
        table_name = settings.table("reports")

    workspace_id = UnicodeAttribute(hash_key=True)
    report_id = UnicodeAttribute(range_key=True)
    place = UnicodeAttribute()
    kind = UnicodeAttribute()
    author_id = UnicodeAttribute()
    track_id = UnicodeAttribute(null=True)
    question_id = UnicodeAttribute(null=True)
    answer_id = UnicodeAttribute(null=True)
    receiver_id = UnicodeAttribute(null=True)
    feedback_id = UnicodeAttribute(null=True)
    reports: MapAttribute[str, Any] = MapAttribute(default=dict)
    reported_at = UTCDateTimeAttribute()
    status = UnicodeAttribute(default="open")
    decided_by = UnicodeAttribute(null=True)
    decided_at = UTCDateTimeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)

    by_place = PlaceIndex()

    @property
    def reports_here(self) -> dict[str, Any]:
        """Those made where it is decided now, by who reported: what is said in a group stays there."""
        made: dict[str, Any] = self.reports.as_dict()
        return {
            each: report for each, report in made.items() if report.get("place", self.place) == self.place
        }

    @staticmethod
    def id_of(kind: Kind, *ids: str) -> str:
        """The same for everybody who reports the same thing."""
        return hashlib.sha256("#".join((kind, *ids)).encode()).hexdigest()[:32]

    @classmethod
    def of_place(
        cls, place: str, wanted: Condition, *, limit: int, after: dict[str, Any] | None
    ) -> ResultIterator["Case"]:
        """The cases of a place of which this condition holds, the one reported last first."""
        return cls.by_place.query(
            place, filter_condition=wanted, scan_index_forward=False, limit=limit, last_evaluated_key=after
        )


class Reported(Model):
    """That a member has reported something, and how, in their own partition."""

    class Meta(TableMeta):
        table_name = settings.table("written")

    member_id = UnicodeAttribute(hash_key=True)
    note = UnicodeAttribute(range_key=True)
    workspace_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    reason = UnicodeAttribute()
    text = UnicodeAttribute(null=True)
    reported_at = UTCDateTimeAttribute()

    @staticmethod
    def note_of(report_id: str) -> str:
        """Where it stands."""
        return f"report#{report_id}"

    @classmethod
    def of_member(
        cls, member_id: str, *, limit: int | None = None, after: dict[str, Any] | None = None
    ) -> ResultIterator["Reported"]:
        """What a member has reported."""
        return cls.query(
            member_id, cls.note.startswith(cls.note_of("")), limit=limit, last_evaluated_key=after
        )

    @property
    def report_id(self) -> str:
        return str(self.note.removeprefix(self.note_of("")))
