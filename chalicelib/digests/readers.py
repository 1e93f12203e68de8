"""Some members of a workspace with what they want and got, read many at once, as of now."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec

from chalicelib import aws
from chalicelib.aws import Wanted
from chalicelib.digests import periods
from chalicelib.digests.models import BEHIND_NOTES, DEFAULT, TABLE
from chalicelib.digests.periods import Every
from chalicelib.workspaces.models import Member

MOST: Final = 50
"""Members read, and sent to, together: two keys each make one batched read."""

MEMBERS: Final = Member.Meta.table_name

Item = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Standing:
    """What a member has got of digests: the marker that is written before one is sent, and put back."""

    day: str | None
    told_until: datetime | None
    unvisited: int


@dataclass(frozen=True)
class Subscriber:
    """A member as digests know them."""

    member_id: str
    email: str
    zone: str
    audience_keys: frozenset[str]
    every: Every
    """How often they want them; ``off`` also for who has left, or whom no mail reaches."""
    visited_at: datetime | None
    joined_at: datetime
    news_at: datetime | None
    standing: Standing

    @property
    def unvisited(self) -> int:
        """The digests that came since they were last here."""
        told_until = self.standing.told_until
        has_come = told_until and self.visited_at and self.visited_at > told_until
        return 0 if has_come else self.standing.unvisited

    @property
    def in_force(self) -> Every:
        """How often digests come to them now."""
        return periods.in_force(self.every, self.unvisited)

    @property
    def knows_until(self) -> datetime:
        """What happened until then they know of: from the last digest, from a visit, or from joining."""
        return max(each for each in (self.standing.told_until, self.visited_at, self.joined_at) if each)

    @property
    def has_news_of_their_own(self) -> bool:
        """Whether something has happened since for them alone or in their groups."""
        return self.news_at is not None and self.news_at > self.knows_until

    def is_due(self, day: date, zone: str) -> bool:
        """Whether the digest of this day of this zone is theirs and they have not got it."""
        return (
            self.zone == zone
            and periods.comes_on(self.in_force, day)
            and (self.standing.day is None or self.standing.day < day.isoformat())
        )


def read(workspace_id: str, member_ids: Collection[str]) -> list[Subscriber]:
    """These members, in their order; without those who are not there. At most `MOST` are one call."""
    keys = [{"workspace_id": {"S": workspace_id}, "member_id": {"S": each}} for each in member_ids]
    found = aws.batch_get({MEMBERS: Wanted(keys, consistent=True), TABLE: Wanted(keys, consistent=True)})
    members = {item["member_id"]["S"]: item for item in found[MEMBERS]}
    subscriptions = {item["member_id"]["S"]: item for item in found[TABLE]}
    return [of_items(members[each], subscriptions.get(each, {})) for each in member_ids if each in members]


def of_workspace(workspace_id: str) -> Iterator[Subscriber]:
    """All members of a workspace, one page of them in memory: both tables have them in the same order."""
    subscriptions = _walk(TABLE, workspace_id, "AND member_id > :after", {":after": {"S": BEHIND_NOTES}})
    subscription = next(subscriptions, None)
    for member in _walk(MEMBERS, workspace_id):
        member_id = member["member_id"]["S"]
        while subscription and subscription["member_id"]["S"] < member_id:
            subscription = next(subscriptions, None)
        is_theirs = subscription and subscription["member_id"]["S"] == member_id
        yield of_items(member, subscription if subscription and is_theirs else {})


def _walk(
    table: str, workspace_id: str, more: str = "", values: dict[str, Any] | None = None
) -> Iterator[Item]:
    pages = (
        aws.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=table,
            KeyConditionExpression=f"workspace_id = :workspace {more}",
            ExpressionAttributeValues={":workspace": {"S": workspace_id}, **(values or {})},
        )
    )
    for page in pages:
        yield from page["Items"]


def of_items(member: Item, subscription: Item) -> Subscriber:
    """A member from the two items that DynamoDB has of them."""
    workspace_id, member_id = member["workspace_id"]["S"], member["member_id"]["S"]
    groups = member.get("group_ids", {}).get("SS", ())
    stopped = member["status"]["S"] != "active" or "stopped" in subscription
    wanted = "off" if stopped else subscription.get("every", {}).get("S", DEFAULT)
    return Subscriber(
        member_id=member_id,
        email=member["email"]["S"],
        zone=member["time_zone"]["S"],
        audience_keys=frozenset({f"w#{workspace_id}", f"m#{member_id}", *(f"g#{each}" for each in groups)}),
        every=msgspec.convert(wanted, Every),
        visited_at=_moment(member, "visited_at"),
        joined_at=datetime.fromisoformat(member["joined_at"]["S"]),
        news_at=_moment(subscription, "news_at"),
        standing=Standing(
            day=subscription.get("day", {}).get("S"),
            told_until=_moment(subscription, "told_until"),
            unvisited=int(subscription.get("unvisited", {}).get("N", 0)),
        ),
    )


def _moment(item: Item, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]["S"]) if name in item else None
