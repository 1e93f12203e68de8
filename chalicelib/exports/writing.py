"""Writing an export: taken up from its last checkpoint, as often as it takes, by one at a time.

A run stops by itself well before its time is over and orders the next one. Whenever it is killed, the next
order goes on from the last checkpoint: what lies in S3 beyond that is sent again, in the place of the first.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from botocore.exceptions import ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.exports import contents, orders, parts
from chalicelib.exports.models import Export, UnderWay
from chalicelib.exports.orders import Order
from chalicelib.exports.packing import Packing, State, Written
from chalicelib.exports.parts import LEAST_BYTES, MOST_PARTS, PART_BYTES, Part
from chalicelib.exports.views import Reason
from chalicelib.groups import finding
from chalicelib.workspaces.models import Member

BUDGET_SECONDS: Final = 120.0
"""After which a run hands on; the part that it has begun with may take it some time longer."""

LEASE: Final = timedelta(seconds=300)
"""For so long an export is whoever's took it up: the function's timeout."""

MOST_ATTEMPTS: Final = 8
"""Turns in a row that may end without a further part."""


class Overtaken(Exception):
    """Somebody else has taken the export up, because this run took longer than it may."""


class GivenUp(Exception):
    """An export cannot be written."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def go_on(body: str, *, now: datetime, seconds: float = BUDGET_SECONDS) -> None:
    """Go on with the export that a message names; after so many seconds the next one does.

    Raises `Overtaken`, and whatever keeps a run from going on: the message is delivered again.
    """
    stops_at = time.monotonic() + seconds
    export = _taken_up(msgspec.json.decode(body, type=Order), now)
    if export is None:
        return
    try:
        _write(export, lambda: time.monotonic() >= stops_at, now)
    except GivenUp as given_up:
        _end(export, [Export.status.set("failed"), Export.reason.set(given_up.reason)])
    except ClientError as error:
        if not parts.is_gone(error):
            raise
        _find_or_begin_anew(export, now)


def _taken_up(order: Order, now: datetime) -> Export | None:
    """The export for this run alone; None where it is over, or somebody has it: then they are waited for."""
    export = Export(order.audience_key, order.export_id)
    free = Export.lease_until.does_not_exist() | (Export.lease_until <= now)
    taken: list[Action] = [
        Export.status.set("writing"),
        Export.lease_until.set(now + LEASE),
        Export.turn.add(1),
        Export.attempts.add(1),
    ]
    if not aws.updated(export, taken, Export.status.is_in("waiting", "writing") & free):
        there = orders.find(order)
        if there is not None and not there.is_over:
            orders.send(there, (there.lease_until or now) - now)
        return None
    return export


def _write(export: Export, is_late: Callable[[], bool], now: datetime) -> None:
    if export.attempts > MOST_ATTEMPTS:
        raise GivenUp("could_not_be_written")
    packing = _packing(export)
    state = packing.state
    while not state.is_complete:
        _write_part(packing, is_late)
        if is_late() and not state.is_complete:
            _change(export, Export.lease_until.remove())
            orders.send(export)
            return
    parts.complete(export, state)
    _end_ready(export, state.size, now)


def _packing(export: Export) -> Packing:
    """The zip as far as it has come; with it who it is for, where that is one member."""
    state = parts.load(export.checkpoint) if export.checkpoint else None
    packing = Packing(export, state or State("", []))
    if packing.whose == "member":
        packing.owner = _owner(export)
    elif packing.whose == "group":
        _check_group(export)
    if state is None:
        units = contents.planned(packing)
        packing.state = State(parts.begin(export), units)
        _keep(packing)
    return packing


def _write_part(packing: Packing, is_late: Callable[[], bool]) -> None:
    """Gather one part more, in whole units, and send it; the last one may be as small as it is."""
    export, state = packing.export, packing.state
    if len(state.parts) == MOST_PARTS:
        raise GivenUp("too_large")
    with Part.begun(state.size) as part:
        while not state.is_complete and part.size < (LEAST_BYTES if is_late() else PART_BYTES):
            for file in contents.files(packing, state.units[state.next]):
                state.written.append(Written(state.next, part.add(file)))
            state.next += 1
        if state.is_complete:
            part.end(state.listed)
        state.size += part.size
        state.parts.append(parts.send(export, state, part))
    _keep(packing, Export.attempts.set(0))


def _keep(packing: Packing, *more: Action) -> None:
    """Let the next turn begin from here."""
    export, state = packing.export, packing.state
    former, key = export.checkpoint, parts.checkpoint_key(export, state)
    parts.save(key, state)
    _change(
        export,
        Export.checkpoint.set(key),
        Export.done.set(state.count(until=state.next)),
        Export.total.set(state.count()),
        *more,
    )
    if former not in (None, key):
        parts.forget(former)


def _find_or_begin_anew(export: Export, now: datetime) -> None:
    """After S3 knows nothing of the upload any more: it was completed and nobody could say so, or ended."""
    size = parts.size_of(export)
    if size is not None:
        _end_ready(export, size, now)
        return
    _change(export, Export.checkpoint.remove(), Export.lease_until.remove())
    orders.send(export)


def _end_ready(export: Export, size_bytes: int, now: datetime) -> None:
    last = export.checkpoint
    _end(
        export,
        [Export.status.set("ready"), Export.ready_at.set(now), Export.size_bytes.set(size_bytes)],
    )
    if last is not None:
        parts.forget(last)


def _change(export: Export, *actions: Action) -> None:
    """Write down how it goes, as long as the export is this run's. Raises `Overtaken`."""
    if not aws.updated(export, actions, _held(export)):
        raise Overtaken


def _end(export: Export, actions: list[Action]) -> None:
    """Let the export be over, and another one be started. Raises `Overtaken`."""

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(UnderWay(export.audience_key))
        transaction.update(
            Export(export.audience_key, export.export_id),
            actions=[*actions, Export.checkpoint.remove(), Export.lease_until.remove()],
            condition=_held(export),
        )

    if not aws.written(fill):
        raise Overtaken


def _held(export: Export) -> Condition:
    held: Condition = (Export.turn == export.turn) & (Export.status == "writing")
    return held


def _owner(export: Export) -> Member:
    member_id = export.audience_key.partition("#")[2]
    owner = aws.found(Member, export.workspace_id, member_id)
    if owner is None:
        raise GivenUp("member_left")
    if not owner.is_active:
        raise GivenUp("member_left")
    return owner


def _check_group(export: Export) -> None:
    try:
        finding.current(export.workspace_id, export.audience_key.partition("#")[2])
    except errors.NotFound:
        raise GivenUp("group_closed") from None
