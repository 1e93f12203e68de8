"""A post office for tests: it does what is due at a moment, and carries out the orders for digests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from chalicelib import aws, duties, settings
from chalicelib.activity import log
from chalicelib.activity.models import Activity
from chalicelib.digests import noting, sending
from chalicelib.digests.models import Subscription
from chalicelib.due.models import Due
from chalicelib.workspaces.models import Member
from tests import policies
from tests.ses import Ses
from tests.world import Person, World


def at(text: str) -> datetime:
    """A moment in UTC, such as ``2026-12-01 08:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Office:
    """What stands between what is due and SES."""

    world: World
    ses: Ses
    slept: list[float] = field(default_factory=list)

    def strikes(self, moment: datetime) -> None:
        """Do what is due until a moment, as a schedule does that fires then, and send what that orders."""
        self.orders(moment)
        self.sends(moment)

    def orders(self, moment: datetime) -> None:
        """Do what is due until a moment, and leave what that orders in the queue.

        As a run does (`chalicelib.due.running`), but without its look into hundreds of empty slots.
        """
        self.world.settle()
        found = [each for each in Due.scan() if each.slot.startswith("2") and each.due_at <= moment]
        with policies.held_to("run_due"):
            for due in found:
                duties.BY_KIND[due.kind](due, now=moment)
                due.delete()

    def sends(self, moment: datetime) -> None:
        """Carry out what lies in the queue."""
        for body in self.takes():
            self.carries_out(body, moment)

    def takes(self) -> list[str]:
        """What lies in the queue, which is empty then."""
        bodies = []
        url = self.world.sqs.get_queue_url(QueueName=settings.DIGESTS_QUEUE)["QueueUrl"]
        while messages := self.world.messages(settings.DIGESTS_QUEUE):
            for message in messages:
                self.world.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["receiptHandle"])
                bodies.append(message["body"])
        return bodies

    def carries_out(self, body: str, moment: datetime) -> None:
        with policies.held_to("send_digests"):
            sending.carry_out(body, now=moment, sleep=self.slept.append)

    def to(self, person: Person) -> list[EmailMessage]:
        """The digests that somebody got."""
        return self.ses.to(person.email)


def joined_long_ago(*people: Person) -> None:
    """Have people been there since before everything, and not looked at it since."""
    for person in people:
        Member(person.workspace_id, person.member_id).update(
            actions=[Member.joined_at.set(at("2020-01-01 00:00")), Member.visited_at.remove()]
        )


def subscription(person: Person) -> Subscription:
    """What is written down of somebody's mails."""
    return Subscription.get(person.workspace_id, person.member_id)


def lives_in(person: Person, zone: str) -> None:
    """Have somebody live by the clocks of a zone."""
    person.patch(f"{person.place}/members/{person.member_id}", time_zone=zone).expect(200)
    person.world.settle()


def wants(person: Person, **mails: Any) -> dict[str, Any]:
    """Have somebody want other mails; what the API says of them then."""
    wanted: dict[str, Any] = person.patch(f"{person.place}/mails", **mails).expect(200)
    return wanted


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """One of the two parts of a mail."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def somebody_thanks(person: Person, moment: datetime) -> None:
    """Have something happen for somebody alone at a moment."""

    aws.transact(
        lambda transaction: log.record(
            transaction,
            "thanks_sent",
            f"m#{person.member_id}",
            workspace_id=person.workspace_id,
            actor_id=None,
            now=moment,
        )
    )
    [activity] = Activity.since(f"m#{person.member_id}", moment - timedelta(seconds=1), limit=1)
    noting.note(activity)
