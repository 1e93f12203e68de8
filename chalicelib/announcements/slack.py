"""What is posted to a Slack incoming webhook: Block Kit.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
https://docs.slack.dev/reference/block-kit/blocks

There are no buttons: even one that only leads somewhere warns whoever presses it, as nobody answers for it.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from chalicelib.announcements import wording
from chalicelib.announcements.wording import Name, News

LONGEST_HEADER: Final = 150
LONGEST_TEXT: Final = 9_000
"""Characters in all blocks together: Slack takes less than 10,000."""

MOST_LINES: Final = 20
"""Things that one post tells; of more it says how many."""

LONGEST_WORDS: Final = 700
LONGEST_NAME: Final = 500
"""Characters of a sentence's words and of each name in it, so that a section has room for all of them."""

LONGEST_FALLBACK: Final = 500
"""Characters of what notifications show."""

ROOM_FOR_MORE: Final = 200
"""Characters kept for saying how much is left out."""


def compose(news: Sequence[News], more_url: str) -> bytes:
    """The body of one post that tells all of this."""
    header = shortened(wording.headline(news), LONGEST_HEADER)
    room = LONGEST_TEXT - length(header) - ROOM_FOR_MORE - length(more_url)
    lines: list[str] = []
    for one in news[:MOST_LINES]:
        line = _line(one)
        if length(line) > room:
            break
        lines.append(line)
        room -= length(line)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": header, "emoji": False}},
        *({"type": "section", "text": _text(line)} for line in lines),
    ]
    left_out = len(news) - len(lines)
    if left_out:
        blocks.append({"type": "context", "elements": [_text(f"<{more_url}|and {left_out} more>")]})
    fallback = wording.plain(news[0]) if len(news) == 1 else header
    return body(escaped(shortened(fallback, LONGEST_FALLBACK)), blocks)


def compose_test(workspace: str) -> bytes:
    """The body of a post by which a connection is tried."""
    text = f"Earshot can post here: what is new in {escaped(workspace)} will be announced in this channel."
    return body(text, [{"type": "section", "text": _text(text)}])


def body(text: str, blocks: list[dict[str, Any]]) -> bytes:
    """A post of these blocks, with what notifications and old clients show instead."""
    return msgspec.json.encode({"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False})


def escaped(text: str) -> str:
    """The three characters that mean something to Slack, and only those, made harmless."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def length(text: str) -> int:
    """How long a text is to Slack, which counts units of UTF-16: most emoji are two."""
    return len(text.encode("utf-16-le")) // 2


def shortened(text: str, most: int) -> str:
    """The text in at most so many units, with a sign that something is missing; no character is cut."""
    if length(text) <= most:
        return text
    while length(text) > most - 1:
        text = text[:-1]
    return f"{text}…"


def _line(news: News) -> str:
    """A sentence in Slack's markup. What persons wrote is escaped; in a link, too, it ends no link."""
    return "".join(
        _fitting(part, LONGEST_WORDS) if isinstance(part, str) else _name(part, news.url)
        for part in wording.sentence(news)
    )


def _name(name: Name, url: str) -> str:
    text = _fitting(name.text, LONGEST_NAME)
    return f"<{escaped(url)}|{text}>" if name.leads else f"“{text}”"


def _fitting(text: str, most: int) -> str:
    """The text escaped, and so much of it that it is not longer than this then."""
    kept = shortened(text, most)
    while length(escaped(kept)) > most:
        kept = shortened(kept, length(kept) - 1)
    return escaped(kept)


def _text(text: str) -> dict[str, Any]:
    """Markup in which Slack looks for no further links, channels or people than are marked as such."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
