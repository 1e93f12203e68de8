"""Connections, and what waits to be posted to each.

Access patterns:

- one connection: `Connection` by workspace and connection
- the connections of a workspace or of a group: `Connection.of_audience`
- what waits for a connection, oldest first: `Delivery.waiting`; that something was queued: `Queued`
"""

from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec
from pynamodb.attributes import (
    BinaryAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import aws, settings
from chalicelib.auth import keys
from chalicelib.aws import TableMeta

MOST_CONNECTIONS: Final = 10
"""Of a workspace, and of each group."""

MOST_AT_ONCE: Final = 100
"""Things that happened which are looked at for one post."""

GIVEN_UP_AFTER: Final = timedelta(hours=24)
"""What could not be posted for so long is not posted any more."""

REMEMBERED: Final = timedelta(days=3)
"""That something was queued: for longer than a stream delivers anything again."""

Style = Literal["message", "card"]
"""What a workflow of Teams expects: a message with the card attached, or in some tenants the bare card."""

DUE: Final = "due#"
STAMP: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


class Secret(msgspec.Struct, frozen=True):
    """Where a connection posts to, and for webhooks what it signs with: never shown again, never logged."""

    url: str
    signing: str | None = None

    def __repr__(self) -> str:
        return "Secret(…)"


class Posting(msgspec.Struct, frozen=True):
    """A post under way: the marker that is written before it is sent.

    ``rows`` are the deliveries in it. Until ``until`` whoever wrote it may be waiting for the answer.
    ``settled`` says that the answer is known and the rows only have to go.
    """

    post_id: str
    rows: list[str]
    begun_at: datetime
    until: datetime
    settled: bool = False


class AudienceIndex(GlobalSecondaryIndex["Connection"]):
    """Connections by whom they are for."""

    class Meta:
        index_name = "audience"
        projection = AllProjection()

    audience_key = UnicodeAttribute(hash_key=True)
    connection_id = UnicodeAttribute(range_key=True)


class Connection(Model):
    """A channel or program that is told what happens in a workspace or in one group.

    ``sealed`` is its `Secret`. ``status`` is ``active``, ``paused`` by somebody, or ``attention`` with the
    sentence that says what has to be mended. ``posting`` is the `Posting` under way. Nothing at all is sent
    before ``paced_until``, nothing by itself before ``next_allowed_at``. ``vouched_by`` is who connected it,
    or let it go on since: as long as they belong to its audience, it is posted there.
    """

    class Meta(TableMeta):
        table_name = settings.table("connections")

    workspace_id = UnicodeAttribute(hash_key=True)
    connection_id = UnicodeAttribute(range_key=True)
    audience_key = UnicodeAttribute()
    group_id = UnicodeAttribute(null=True)
    kind = UnicodeAttribute()
    name = UnicodeAttribute()
    sealed = BinaryAttribute(legacy_encoding=False)
    url_end = UnicodeAttribute()
    style = UnicodeAttribute(null=True)
    events: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    status = UnicodeAttribute(default="active")
    attention = UnicodeAttribute(null=True)
    created_by = UnicodeAttribute()
    vouched_by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    last_accepted_at = UTCDateTimeAttribute(null=True)
    last_tried_at = UTCDateTimeAttribute(null=True)
    last_said = UnicodeAttribute(null=True)
    given_up_at = UTCDateTimeAttribute(null=True)
    failures = NumberAttribute(default=0)
    paced_until = UTCDateTimeAttribute(null=True)
    next_allowed_at = UTCDateTimeAttribute(null=True)
    posting = UnicodeAttribute(null=True)

    audience = AudienceIndex()

    @classmethod
    def find(cls, workspace_id: str, connection_id: str) -> "Connection | None":
        """A connection as of now."""
        return aws.found(cls, workspace_id, connection_id)

    @classmethod
    def of_audience(cls, audience_key: str) -> list["Connection"]:
        """The connections of a workspace or of a group, oldest first."""
        found = cls.audience.query(audience_key)
        return sorted(found, key=lambda each: (each.created_at, each.connection_id))

    @property
    def under_way(self) -> Posting | None:
        return None if self.posting is None else msgspec.json.decode(self.posting, type=Posting)

    @property
    def secret(self) -> Secret:
        text = keys.unseal(self.sealed, self.workspace_id, self.connection_id)
        return msgspec.json.decode(text, type=Secret)

    def seal(self, secret: Secret) -> None:
        text = msgspec.json.encode(secret).decode()
        self.sealed = keys.seal(text, self.workspace_id, self.connection_id)


class Tally(Model):
    """How many connections there are for an audience: the limit is a condition on it."""

    class Meta(TableMeta):
        table_name = settings.table("connections")

    workspace_id = UnicodeAttribute(hash_key=True)
    connection_id = UnicodeAttribute(range_key=True)
    connections = NumberAttribute(default=0)

    @staticmethod
    def id_of(audience_key: str) -> str:
        """Where it stands, which is the id of no connection."""
        return f"tally#{audience_key}"


class Delivery(Model):
    """Something that happened and waits to be posted to a connection.

    Its key begins with when it happened, so that what waits is read in that order.
    """

    class Meta(TableMeta):
        table_name = settings.table("deliveries")

    connection_id = UnicodeAttribute(hash_key=True)
    delivery_id = UnicodeAttribute(range_key=True)
    activity_id = UnicodeAttribute()
    at = UTCDateTimeAttribute()
    expires_at = NumberAttribute()

    @staticmethod
    def id_of(at: datetime, activity_id: str) -> str:
        return f"{DUE}{at:{STAMP}}#{activity_id}"

    @classmethod
    def waiting(cls, connection_id: str) -> ResultIterator["Delivery"]:
        """What waits for a connection, oldest first, as of now."""
        return cls.query(
            connection_id, cls.delivery_id.startswith(DUE), limit=MOST_AT_ONCE, consistent_read=True
        )


class Queued(Model):
    """That something that happened was queued for a connection, whatever became of it since."""

    class Meta(TableMeta):
        table_name = settings.table("deliveries")

    connection_id = UnicodeAttribute(hash_key=True)
    delivery_id = UnicodeAttribute(range_key=True)
    expires_at = NumberAttribute()

    @staticmethod
    def id_of(activity_id: str) -> str:
        return f"queued#{activity_id}"


def packed(posting: Posting) -> str:
    """A post under way as a connection carries it."""
    return msgspec.json.encode(posting).decode()


def changes(**values: Any) -> list[Any]:
    """The actions that give a connection these values; None takes one away."""
    actions = []
    for name, value in values.items():
        attribute = getattr(Connection, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    return actions
