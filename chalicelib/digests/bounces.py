"""What became of mails that SES had taken: to whom none arrives, or who calls them spam, none is sent.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import logging
from datetime import datetime
from typing import Final

import msgspec

from chalicelib import aws, settings
from chalicelib.digests import notifications
from chalicelib.digests.models import Subscription
from chalicelib.digests.notifications import Fetch, Forged
from chalicelib.workspaces.models import Member

log = logging.getLogger(__name__)

TOPIC: Final = settings.name("mail-events")

BOUNCED: Final = "bounced"
COMPLAINED: Final = "complained"


class Bounce(msgspec.Struct, rename="camel"):
    """A mail that came back; a mailbox that is full is no reason to stop."""

    bounce_type: str


class Sent(msgspec.Struct, rename="camel"):
    """The mail that this is about, with the tags that it was sent with."""

    destination: list[str] = []
    tags: dict[str, list[str]] = {}


class Event(msgspec.Struct, rename="camel"):
    """What SES tells of a mail."""

    event_type: str
    mail: Sent
    bounce: Bounce | None = None


def note(body: str, *, now: datetime, fetch: Fetch = notifications.fetched) -> None:
    """Note what a message of mail events says; what SNS did not sign is left out, and logged."""
    try:
        event = msgspec.json.decode(
            notifications.verified(body, topic=TOPIC, fetch=fetch).message, type=Event
        )
    except (Forged, msgspec.MsgspecError) as error:
        log.error("a mail event is not believed", extra={"why": str(error)})
        return
    why = _why_to_stop(event)
    workspace_ids, member_ids = (event.mail.tags.get(name, []) for name in ("workspace", "member"))
    if why is None or not workspace_ids or not member_ids:
        return
    log.info("mails are stopped", extra={"member_id": member_ids[0], "why": why, "at": now.isoformat()})
    _stop(workspace_ids[0], member_ids[0], event.mail.destination, why)


def _why_to_stop(event: Event) -> str | None:
    if event.event_type == "Complaint":
        return COMPLAINED
    if event.event_type == "Bounce" and event.bounce and event.bounce.bounce_type == "Permanent":
        return BOUNCED
    return None


def _stop(workspace_id: str, member_id: str, addresses: list[str], why: str) -> None:
    """Send no more, as long as the member is there under the address that it was about."""
    found = list(Member.batch_get([(workspace_id, member_id)], consistent_read=True))
    if not found or found[0].email not in addresses:
        return
    subscription = Subscription(workspace_id, member_id)
    stopped = Subscription.stopped
    aws.updated(subscription, [stopped.set(why)], stopped.does_not_exist() | (stopped != COMPLAINED))
