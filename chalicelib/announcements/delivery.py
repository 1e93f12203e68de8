"""Posting what waits for a connection: one post at a time, nothing lost, nothing twice.

The marker's rule. Before a post is sent it is written to its connection, with what is in it and a lease;
after the answer it is marked as settled in one write, and then its rows go. So whoever is killed in between
leaves a marker that says how far it came:

- no marker: nothing was sent, and what waits is posted as if nothing had been.
- settled: it was answered, and only the rows have to go.
- not settled, and the lease is over: it was perhaps sent, and nobody knows the answer. A webhook is sent
  again under the same id, by which its receiver knows it. Slack and Teams would show it a second time, so it
  is not sent again, and the connection says that nobody knows.

What is certain not to have arrived (no connection, refused, 429, 5xx) is tried again with growing pauses, for
24 hours.
"""

import logging
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from chalicelib import aws
from chalicelib.announcements import posting, queueing
from chalicelib.announcements.models import (
    GIVEN_UP_AFTER,
    MOST_AT_ONCE,
    Connection,
    Delivery,
    Posting,
    changes,
    packed,
)
from chalicelib.announcements.queueing import Order
from chalicelib.announcements.verdicts import Verdict
from chalicelib.announcements.wording import News
from chalicelib.auth import audience
from chalicelib.workspaces.models import Member

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
"""How long whoever sends may wait for the answer: as long as the function may run."""

FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=1)
MOST_DOUBLINGS: Final = 10
NOBODYS: Final = "Who has connected this belongs here no more. Let it go on if it should, or remove it."
GIVEN_UP: Final = "What could not be posted for 24 hours was given up."

Tell = Callable[[str, str, Collection[str]], Mapping[str, News]]
"""What of these activities everybody in an audience of a workspace may know now, by id."""


def deliver(body: str, *, tell: Tell, now: datetime) -> None:
    """Post what waits for the connection that a message names, or have somebody look again later."""
    order = msgspec.json.decode(body, type=Order)
    connection = Connection.find(order.workspace_id, order.connection_id)
    if connection is None or connection.status != "active":
        return
    under_way = connection.under_way
    if under_way is not None and not _is_over(connection, under_way, now):
        return
    allowed_at = max(connection.paced_until or now, connection.next_allowed_at or now)
    if allowed_at > now:
        queueing.look(connection, allowed_at - now)
        return
    if not _is_vouched_for(connection):
        _stop(connection)
        return
    unsettled = connection.under_way
    if unsettled is None:
        _post_what_waits(connection, tell, now)
    else:
        _post_again(connection, unsettled, tell, now)


def _is_vouched_for(connection: Connection) -> bool:
    """Whether who connected it, or let it go on since, belongs to whom it is for."""
    member = aws.found(Member, connection.workspace_id, connection.vouched_by)
    if member is None:
        return False
    return member.is_active and audience.may_open(member, connection.audience_key)


def _stop(connection: Connection) -> None:
    """Post there no more until somebody has looked at it."""
    aws.updated(connection, changes(status="attention", attention=NOBODYS), Connection.status == "active")


def _is_over(connection: Connection, under_way: Posting, now: datetime) -> bool:
    """Whether one may go on: an earlier post has been brought to its end, or is a webhook to send again."""
    if under_way.settled:
        _tidy(connection, under_way)
    elif under_way.until > now:
        queueing.look(connection, under_way.until - now)
        return False
    elif now - under_way.begun_at > GIVEN_UP_AFTER:
        _settle(connection, under_way, given_up_at=now, last_said=GIVEN_UP)
    elif connection.kind != "webhook":
        _settle(connection, under_way, last_said=posting.UNANSWERED)
    return True


def _post_what_waits(connection: Connection, tell: Tell, now: datetime) -> None:
    waiting = list(Delivery.waiting(connection.connection_id))
    rows = [row for row in waiting if now - row.at <= GIVEN_UP_AFTER]
    if len(rows) < len(waiting):
        _give_up(connection, waiting[: len(waiting) - len(rows)], now)
    if not rows:
        if len(waiting) == MOST_AT_ONCE:
            queueing.look(connection, timedelta(0))
        return
    rests_until = queueing.rests_until(rows[0].at, rows[-1].at)
    if rests_until > now and len(waiting) < MOST_AT_ONCE:
        queueing.look(connection, rests_until - now)
        return
    told = _told(connection, tell, [row.activity_id for row in rows])
    kept = [row for row in rows if row.activity_id in told]
    for row in rows:
        if row.activity_id not in told:
            row.delete()
    if kept:
        content, taken = posting.compose(connection, [told[row.activity_id] for row in kept])
        begun = Posting(str(uuid.uuid4()), [row.delivery_id for row in kept[:taken]], now, now + LEASE)
        if not _send(connection, begun, content, now):
            return
    if len(kept) > (taken if kept else 0) or len(waiting) == MOST_AT_ONCE:
        queueing.look(connection, posting.PACES[connection.kind])


def _post_again(connection: Connection, earlier: Posting, tell: Tell, now: datetime) -> None:
    """Send what was perhaps sent before, under the same id, and without what may not be told any more."""
    ids = [row.rpartition("#")[2] for row in earlier.rows]
    told = _told(connection, tell, ids)
    kept = [told[each] for each in ids if each in told]
    if not kept:
        _settle(connection, earlier)
        return
    content, taken = posting.compose(connection, kept)
    rows = [
        row for row in earlier.rows if row.rpartition("#")[2] in {one.activity_id for one in kept[:taken]}
    ]
    begun = Posting(earlier.post_id, rows, earlier.begun_at, now + LEASE)
    if _send(connection, begun, content, now):
        queueing.look(connection, posting.PACES[connection.kind])


def _told(connection: Connection, tell: Tell, activity_ids: list[str]) -> dict[str, News]:
    """What of these may be told there now and is switched on."""
    found = tell(connection.audience_key, connection.workspace_id, activity_ids)
    return {each: one for each, one in found.items() if one.event in (connection.events or ())}


def _send(connection: Connection, begun: Posting, content: bytes, now: datetime) -> bool:
    """Mark, send, and note what came of it; whether that was settled and one may go on with the next."""
    if not _marked(connection, begun, now):
        queueing.look(connection, posting.PACES[connection.kind])  # somebody else was faster
        return False
    verdict, _ = posting.send(connection, content, post_id=begun.post_id, now=now)
    log.info(
        "posted",
        extra={
            "connection_id": connection.connection_id,
            "post_id": begun.post_id,
            "meaning": verdict.meaning,
            "rows": len(begun.rows),
        },
    )
    match verdict.meaning:
        case "accepted":
            _settle(connection, begun, last_accepted_at=now, last_said=verdict.sentence)
            return True
        case "refused":
            _settle(connection, begun, last_said=verdict.sentence)
            return True
        case "unanswered" if connection.kind != "webhook":
            _settle(connection, begun, last_said=verdict.sentence)
            return True
        case "attention":
            _let_go(
                connection,
                begun,
                status="attention",
                attention=verdict.sentence,
                last_said=verdict.sentence,
            )
            return False
    _try_later(connection, begun, verdict, now)
    return False


def _try_later(connection: Connection, begun: Posting, verdict: Verdict, now: datetime) -> None:
    """Wait as long as was asked, or longer each time; a webhook keeps its id, for which it may have come."""
    failures = int(connection.failures)
    pause = min(FIRST_PAUSE * 2 ** min(failures, MOST_DOUBLINGS), LONGEST_PAUSE)
    wait = pause if verdict.wait is None else max(verdict.wait, posting.PACES[connection.kind])
    asked: dict[str, Any] = {} if verdict.wait is None else {"paced_until": now + wait}
    kept = (
        {"posting": packed(msgspec.structs.replace(begun, until=now))} if connection.kind == "webhook" else {}
    )
    _let_go(
        connection,
        begun,
        failures=failures + 1,
        next_allowed_at=now + wait,
        last_said=verdict.sentence,
        **(asked | kept),
    )
    queueing.look(connection, wait)


def _marked(connection: Connection, begun: Posting, now: datetime) -> bool:
    """Write the marker; False where somebody else has, or the connection was paused or removed meanwhile."""
    there = Connection.posting
    unchanged = there.does_not_exist() if connection.posting is None else there == connection.posting
    paced = Connection.paced_until.does_not_exist() | (Connection.paced_until <= now)
    marker = packed(begun)
    return aws.updated(
        connection,
        changes(posting=marker, paced_until=now + posting.PACES[connection.kind], last_tried_at=now),
        (Connection.status == "active") & unchanged & paced,
    )


def _settle(connection: Connection, begun: Posting, **more: Any) -> None:
    """Note the end of a post, and then take its rows away."""
    settled = msgspec.structs.replace(begun, settled=True)
    known = {"failures": 0, "next_allowed_at": None, "posting": packed(settled)}
    if _changed(connection, begun, **(known | more)):
        _tidy(connection, settled)


def _tidy(connection: Connection, settled: Posting) -> None:
    for row in settled.rows:
        Delivery(connection.connection_id, row).delete()
    _changed(connection, settled, posting=None)


def _let_go(connection: Connection, begun: Posting, **more: Any) -> None:
    """Note that a post did not arrive: its rows wait on."""
    _changed(connection, begun, **({"posting": None} | more))


def _changed(connection: Connection, marker: Posting, **values: Any) -> bool:
    """Change a connection that carries this marker; False where it was removed."""
    return aws.updated(connection, changes(**values), Connection.posting == packed(marker))


def _give_up(connection: Connection, rows: Collection[Delivery], now: datetime) -> None:
    """Post these no more, and say so."""
    said = changes(given_up_at=now, last_said=GIVEN_UP)
    aws.updated(connection, said, Connection.connection_id.exists())
    for row in rows:
        row.delete()
