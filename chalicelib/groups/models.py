"""Groups and their rounds.

Access patterns:

- one group with its people, topics and check-ins: `Group` by workspace and group
- the groups of a member: by the ids that the member carries, `Group.of_ids`
- the groups of a workspace that anybody may join: `Group.open_to`
- one round: `Round` by group and opening; the rounds of a group, newest first: `Round.of_group`
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import Any, Final

import msgspec
from pynamodb.attributes import (
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.expressions.operand import Path
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import settings, times
from chalicelib.aws import TableMeta
from chalicelib.groups import rounds
from chalicelib.groups.rounds import Cadence

MOST_MEMBERS: Final = 50
MOST_INVITED: Final = 50
MOST_SEATS: Final = 20
MOST_TOPICS: Final = 50
LONGEST_PROBLEM: Final = 2000
LONGEST_CONTRIBUTION: Final = 2000
"""Characters."""

LONGEST_CONTRIBUTION_MS: Final = 3 * 60 * 1000
PADDING_MS: Final = 1000
"""By so much a recording that was stopped in time may be longer: encoders fill frames, fingers are slow."""

STAMP: Final = "%Y%m%dT%H%M"


class Belonging(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody in a group: since when, and away from its rounds until the day they are back."""

    joined_ms: int
    back_on: date | None = None


class Invited(msgspec.Struct, frozen=True):
    """Somebody who was asked into a group."""

    by: str
    at_ms: int


class Wish(msgspec.Struct, frozen=True):
    """A topic for rounds, with the members who want it next."""

    text: str
    added_by: str
    added_ms: int
    used_ms: int | None = None
    votes: dict[str, bool] = {}


class Contribution(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a member contributed to a round: a text or a track."""

    at_ms: int
    text: str | None = None
    track_id: str | None = None


class CheckIns(MapAttribute[str, Any]):
    """The cadence of a group's rounds, as the table has it."""

    every = UnicodeAttribute()
    weekday = NumberAttribute()
    nth = NumberAttribute(default=1)
    at = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    since = UnicodeAttribute()

    @classmethod
    def of(cls, cadence: Cadence) -> "CheckIns":
        return cls(
            every=cadence.every,
            weekday=cadence.weekday,
            nth=cadence.nth,
            at=f"{cadence.at:%H:%M}",
            time_zone=cadence.time_zone,
            since=cadence.since.isoformat(),
        )

    @property
    def cadence(self) -> Cadence:
        return Cadence(
            every=self.every,  # type: ignore[arg-type]  # one of those, or it would not be there
            weekday=int(self.weekday),
            nth=int(self.nth),
            at=time.fromisoformat(self.at),
            time_zone=self.time_zone,
            since=date.fromisoformat(self.since),
        )


class OpenIndex(GlobalSecondaryIndex["Group"]):
    """Groups that anybody may join, by who anybody is."""

    class Meta:
        index_name = "open"
        projection = AllProjection()

    open_to = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class Group(Model):
    """2 to 50 members with a purpose.

    The owner of a ``mentoring`` group is its mentor. ``next_at`` is the turn planned in the calendar,
    ``open_round_at`` the opening of the round that is open. ``playlist_id`` is the place for solutions of a
    ``cross_functional`` group, its owner's. ``version`` counts changes of what is said of
    the group; who belongs to it changes beside that.
    """

    class Meta(TableMeta):
        table_name = settings.table("groups")

    workspace_id = UnicodeAttribute(hash_key=True)
    group_id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    purpose = UnicodeAttribute()
    problem = UnicodeAttribute(null=True)
    problem_track_id = UnicodeAttribute(null=True)
    seats: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    owner_id = UnicodeAttribute()
    open_to = UnicodeAttribute(null=True)
    status = UnicodeAttribute(default="active")
    created_at = UTCDateTimeAttribute()
    version = NumberAttribute(default=1)
    members: MapAttribute[str, Any] = MapAttribute(default=dict)
    invited: MapAttribute[str, Any] = MapAttribute(default=dict)
    topics: MapAttribute[str, Any] = MapAttribute(default=dict)
    playlist_id = UnicodeAttribute(null=True)
    check_ins = CheckIns(null=True)
    next_at = UTCDateTimeAttribute(null=True)
    open_round_at = UTCDateTimeAttribute(null=True)

    open_groups = OpenIndex()

    @classmethod
    def of_ids(cls, workspace_id: str, group_ids: Collection[str]) -> list["Group"]:
        """These groups, as of now, oldest first."""
        found = cls.batch_get([(workspace_id, group_id) for group_id in group_ids], consistent_read=True)
        return sorted(found, key=lambda group: (group.created_at, group.group_id))

    @classmethod
    def open_in(
        cls, workspace_key: str, *, limit: int, after: dict[str, Any] | None
    ) -> ResultIterator["Group"]:
        """The groups of a workspace that anybody in it may join, newest first."""
        return cls.open_groups.query(
            workspace_key, scan_index_forward=False, limit=limit, last_evaluated_key=after
        )

    @property
    def key(self) -> str:
        """Audience of what is said in this group."""
        return f"g#{self.group_id}"

    @property
    def is_active(self) -> bool:
        return self.status == "active"

    @property
    def people(self) -> dict[str, Belonging]:
        """The members by id, the longest-standing first."""
        found = msgspec.convert(self.members.as_dict(), dict[str, Belonging])
        return dict(sorted(found.items(), key=lambda one: (one[1].joined_ms, one[0])))

    @property
    def asked(self) -> dict[str, Invited]:
        """Who was invited and has not joined, by id."""
        return msgspec.convert(self.invited.as_dict(), dict[str, Invited])

    @property
    def wishes(self) -> dict[str, Wish]:
        """The topics by id."""
        return msgspec.convert(self.topics.as_dict(), dict[str, Wish])

    @property
    def snoozes(self) -> dict[str, date | None]:
        """The members, with the day each is back, None for who is there."""
        return {member_id: belonging.back_on for member_id, belonging in self.people.items()}

    @property
    def candidates(self) -> list[rounds.Topic]:
        """The topics as the calendar chooses among them; only the votes of present members count."""
        people = self.members.as_dict()
        return [
            rounds.Topic(
                topic_id,
                sum(voter in people for voter in wish.votes),
                times.from_epoch_ms(wish.added_ms),
                None if wish.used_ms is None else times.from_epoch_ms(wish.used_ms),
            )
            for topic_id, wish in self.wishes.items()
        ]


class Round(Model):
    """One check-in of a group: a topic, a window, and what the members contributed.

    ``expected`` are those it waited for when it opened, ``stepped_out`` those of them who left it since.
    """

    class Meta(TableMeta):
        table_name = settings.table("rounds")

    group_id = UnicodeAttribute(hash_key=True)
    opens_at = UTCDateTimeAttribute(range_key=True)
    workspace_id = UnicodeAttribute()
    topic = UnicodeAttribute()
    topic_id = UnicodeAttribute(null=True)
    status = UnicodeAttribute(default="open")
    remind_at = UTCDateTimeAttribute()
    closes_at = UTCDateTimeAttribute()
    closed_at = UTCDateTimeAttribute(null=True)
    expected: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    stepped_out: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    reminded: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    contributions: MapAttribute[str, Any] = MapAttribute(default=dict)
    playlist_id = UnicodeAttribute(null=True)

    @classmethod
    def of_group(
        cls, group_id: str, *, limit: int | None = None, after: dict[str, Any] | None = None
    ) -> ResultIterator["Round"]:
        """The rounds of a group, newest first."""
        return cls.query(
            group_id, scan_index_forward=False, limit=limit, last_evaluated_key=after, consistent_read=True
        )

    @staticmethod
    def opening_of(round_id: str) -> datetime | None:
        """The opening that an id of a round names, None where it names none."""
        try:
            return datetime.strptime(round_id, STAMP).replace(tzinfo=UTC)
        except ValueError:
            return None

    @property
    def round_id(self) -> str:
        """The round's id within its group."""
        return f"{self.opens_at:{STAMP}}"

    @property
    def given(self) -> dict[str, Contribution]:
        """The contributions by member, the first one first."""
        found = msgspec.convert(self.contributions.as_dict(), dict[str, Contribution])
        return dict(sorted(found.items(), key=lambda one: (one[1].at_ms, one[0])))

    @property
    def waits_for(self) -> set[str]:
        """Those of whom it still expects something."""
        expected: set[str] = set(self.expected or ())
        return expected - set(self.stepped_out or ()) - self.given.keys()


def at(attribute: Any, *names: str) -> Path:
    """A place inside one of the maps; for conditions and updates."""
    for name in names:
        attribute = attribute[name]
    return attribute  # type: ignore[no-any-return]
