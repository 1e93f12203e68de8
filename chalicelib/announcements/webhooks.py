"""What is posted to any other program: JSON, signed as Standard Webhooks has it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from chalicelib import times
from chalicelib.announcements import wording
from chalicelib.announcements.wording import News

MOST_BYTES: Final = 20_000
"""Of a body: what the standard recommends at most."""

SECRET_BYTES: Final = 32
PREFIX: Final = "whsec_"
"""Of every secret, as the standard writes them."""


def compose(news: Sequence[News], *, workspace_id: str, group_id: str | None) -> tuple[bytes, int]:
    """The body of one post, and how much of this it tells, from the first on; the rest goes into the next."""
    for many in range(len(news), 0, -1):
        whole = _body("announcement", news[many - 1].at, workspace_id, group_id, news[:many])
        if len(whole) <= MOST_BYTES:
            return whole, many
    raise AssertionError("one thing that happened always fits")


def compose_test(*, workspace_id: str, group_id: str | None, now: datetime) -> bytes:
    """The body of a post by which a connection is tried."""
    return _body("test", now, workspace_id, group_id, [])


def signed(body: bytes, *, secret: str, message_id: str, now: datetime) -> dict[str, str]:
    """The headers by which a receiver knows who posts, when, and whether it is the same post again."""
    stamp = str(times.epoch(now))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def secret_of(key: bytes) -> str:
    """A secret as the standard writes it."""
    return PREFIX + base64.b64encode(key).decode()


def _body(kind: str, at: datetime, workspace_id: str, group_id: str | None, news: Sequence[News]) -> bytes:
    data: dict[str, Any] = {"workspace_id": workspace_id, "group_id": group_id}
    if kind != "test":
        data["events"] = [_event(one) for one in news]
    return msgspec.json.encode({"type": kind, "timestamp": at, "data": data})


def _event(news: News) -> dict[str, Any]:
    return {
        "id": news.activity_id,
        "event": news.event,
        "at": news.at,
        "who": news.who,
        "text": wording.plain(news),
        "track": news.track,
        "playlist": news.playlist,
        "group": news.group,
        "topic": news.topic,
        "seats_left": news.seats_left,
        "url": news.url,
    }
