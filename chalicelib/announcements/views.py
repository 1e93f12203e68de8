"""What connections look like to those who may change them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.announcements import connecting
from chalicelib.announcements.addresses import Kind
from chalicelib.announcements.connecting import Tried
from chalicelib.announcements.models import Connection, Style
from chalicelib.announcements.wording import Event
from chalicelib.workspaces.models import Member

Status = Literal["active", "paused", "attention"]


class KeeperView(msgspec.Struct):
    """Who connected something, or let it go on since."""

    member_id: str
    name: str


class ConnectionView(msgspec.Struct, kw_only=True):
    """A channel or program that is told what happens in a workspace or in one group."""

    connection_id: str
    group_id: str | None
    kind: Kind
    name: str
    url_end: Annotated[str, Meta(description="The last characters of its address, which is a secret.")]
    events: Annotated[list[Event], Meta(description="What is announced there.")]
    possible_events: Annotated[list[Event], Meta(description="What could be.")]
    style: Annotated[Style | None, Meta(description="What a workflow of Teams expects.")]
    status: Status
    attention: Annotated[str | None, Meta(description="What somebody has to mend before it goes on.")]
    created_at: datetime
    kept_by: Annotated[KeeperView | None, Meta(description="Null where they are here no more.")]
    last_tried_at: datetime | None
    last_accepted_at: datetime | None
    last_said: Annotated[str | None, Meta(description="What came of the last post.")]
    given_up_at: Annotated[datetime | None, Meta(description="When posts were given up after 24 hours.")]

    @classmethod
    def of(cls, connection: Connection) -> "ConnectionView":
        """A connection without its secrets."""
        [shown] = cls.of_all([connection])
        return shown

    @classmethod
    def of_all(cls, connections: Sequence[Connection]) -> list["ConnectionView"]:
        """Connections without their secrets."""
        keys = {(each.workspace_id, each.vouched_by) for each in connections}
        keepers = {member.member_id: member for member in Member.batch_get(sorted(keys))}
        return [cls._of(each, keepers.get(each.vouched_by)) for each in connections]

    @classmethod
    def _of(cls, connection: Connection, keeper: Member | None) -> "ConnectionView":
        possible = connecting.possible(connection.group_id)
        return cls(
            connection_id=connection.connection_id,
            group_id=connection.group_id,
            kind=msgspec.convert(connection.kind, Kind),
            name=connection.name,
            url_end=connection.url_end,
            events=[event for event in possible if event in (connection.events or ())],
            possible_events=list(possible),
            style=msgspec.convert(connection.style, Style | None),
            status=msgspec.convert(connection.status, Status),
            attention=connection.attention,
            created_at=connection.created_at,
            kept_by=KeeperView(keeper.member_id, keeper.name) if keeper and keeper.is_active else None,
            last_tried_at=connection.last_tried_at,
            last_accepted_at=connection.last_accepted_at,
            last_said=connection.last_said,
            given_up_at=connection.given_up_at,
        )


class ConnectedView(msgspec.Struct):
    """A connection that was made just now."""

    connection: ConnectionView
    signing_secret: Annotated[
        str | None,
        Meta(description="By which a program knows that Earshot posts (Standard Webhooks); shown once."),
    ]


class TriedView(msgspec.Struct):
    """What came of a test."""

    accepted: bool
    status: Annotated[int | None, Meta(description="What the other side answered; null without an answer.")]
    answer: Annotated[str, Meta(description="The beginning of its words.")]
    sentence: Annotated[str, Meta(description="What that means.")]
    connection: ConnectionView

    @classmethod
    def of(cls, tried: Tried) -> "TriedView":
        return cls(
            accepted=tried.accepted,
            status=tried.status,
            answer=tried.answer,
            sentence=tried.sentence,
            connection=ConnectionView.of(tried.connection),
        )
