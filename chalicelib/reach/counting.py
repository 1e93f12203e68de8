"""Keeping, without names, how far each listener has come; the reader of the progress table's stream."""

from typing import Any

from chalicelib.progress.standing import Standing
from chalicelib.reach.models import Listener


def keep(records: list[dict[str, Any]]) -> None:
    """Keep what a batch of stream records comes to; twice has the effect of once.

    Of one listener's many reports in a batch only the last is written.
    """
    latest = {}
    for record in records:
        change = record["dynamodb"]
        listener = _listener(change.get("NewImage") or change["Keys"])
        latest[listener.track_id, listener.place] = listener
    with Listener.batch_write() as batch:
        for listener in latest.values():
            if listener.left_off_ms is None:
                batch.delete(listener)
            else:
                batch.save(listener)


def _listener(image: dict[str, Any]) -> Listener:
    """The listener in an item of progress; without a position where nothing was heard, or it is gone."""
    standing = Standing.of_item(image)
    return Listener(
        standing.track_id,
        Listener.place_of(image["member_id"]["S"], standing.track_id, standing.revision),
        completed=standing.completed_at is not None and standing.source != "self_declared",
        left_off_ms=standing.position_ms if standing.heard else None,
    )
