"""Keeping, without names, how far each listener has come; the reader of the progress table's stream."""

from typing import Any

from chalicelib.progress.models import Progress
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
    track_id, revision = Progress.of_key(image["track_key"]["S"])
    by_ear = "source" in image and image["source"]["S"] != "self_declared"
    return Listener(
        track_id,
        Listener.place_of(image["member_id"]["S"], track_id, revision),
        completed="completed" in image and by_ear,
        left_off_ms=int(image.get("position", {"N": "0"})["N"]) if "heard" in image else None,
    )
