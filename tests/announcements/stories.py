"""What stories about announcements need: somebody who connects, a listener, and time that goes by."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from chalicelib import settings, times
from chalicelib.activity import announced
from chalicelib.announcements import delivery
from chalicelib.announcements.models import Connection, Delivery
from tests import policies
from tests.environment import listener
from tests.listener import Box
from tests.world import Answer, Person, World

SOON = timedelta(minutes=1)


@dataclass
class Channel:
    """A connection that somebody has made, and where it leads."""

    person: Person
    box: Box
    connection_id: str
    signing_secret: str | None

    @property
    def path(self) -> str:
        return f"{self.person.place}/connections/{self.connection_id}"

    @property
    def place(self) -> str:
        group_id = Connection.get(self.person.workspace_id, self.connection_id).group_id
        return f"{self.person.place}/groups/{group_id}" if group_id else self.person.place

    def seen(self) -> dict[str, Any]:
        """The connection as it is listed."""
        items = self.person.get(f"{self.place}/connections").expect(200)["items"]
        [found] = [each for each in items if each["connection_id"] == self.connection_id]
        return dict(found)

    def changes(self, **changes: Any) -> dict[str, Any]:
        changed: dict[str, Any] = self.person.patch(self.path, **changes).expect(200)
        return changed

    def tests(self) -> dict[str, Any]:
        """What came of trying it."""
        tried: dict[str, Any] = self.person.post(f"{self.path}/test").expect(200)
        return tried

    def rests(self) -> "Channel":
        """Let its pace be over: the clock of the API cannot be turned."""
        connection = Connection.get(self.person.workspace_id, self.connection_id)
        connection.update(actions=[Connection.paced_until.remove()])
        return self

    def waiting(self) -> int:
        return len(list(Delivery.waiting(self.connection_id)))

    def texts(self) -> list[str]:
        """What was posted there, all of it as text."""
        return [post.body.decode() for post in self.box.posts]


def asks_to_connect(person: Person, kind: str, url: str, group_id: str | None = None, **more: Any) -> Answer:
    place = f"{person.place}/groups/{group_id}" if group_id else person.place
    body = {"kind": kind, "name": "Sales", "url": url} | more
    return person.post(f"{place}/connections", **body)


def connects(person: Person, kind: str = "slack", group_id: str | None = None) -> Channel:
    """A channel that this person connects, where everything is accepted until told otherwise."""
    box = listener.box(kind)
    made = asks_to_connect(person, kind, box.url, group_id).expect(201)
    return Channel(person, box, made["connection"]["connection_id"], made["signing_secret"])


def orders() -> list[str]:
    """The messages that wait, however long they are to wait; they are taken out."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].queues[settings.DELIVERIES_QUEUE]
    found = [message.body for message in queue._messages]
    queue._messages.clear()
    return found


def deliver(body: str, now: datetime) -> None:
    """Hand one message to `deliver` at this moment."""
    with policies.held_to("deliver"):
        partial(delivery.deliver, tell=announced.news)(body, now=now)


def passes(world: World, time: timedelta = SOON, *, since: datetime | None = None) -> datetime:
    """Let so much time go by, and hand on every message that waits then; when that is."""
    world.settle()
    moment = (since or times.now()) + time
    for body in orders():
        deliver(body, moment)
    return moment


def said(channel: Channel) -> list[str]:
    """The sentences that stand in a Slack channel."""
    return [
        block["text"]["text"]
        for post in channel.box.posts
        for block in post.json["blocks"]
        if block["type"] == "section"
    ]
