"""What is posted to a Microsoft Teams workflow: an Adaptive Card.

https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
https://adaptivecards.io/explorer/RichTextBlock.html

What persons wrote stands in text runs, which Teams does not read as Markdown.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from chalicelib.announcements import wording
from chalicelib.announcements.models import Style
from chalicelib.announcements.wording import News

VERSION: Final = "1.2"
MOST_BYTES: Final = 20_000
"""Teams takes 28 kB, its documentation promises 20."""

MOST_LINES: Final = 20
SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
CARD: Final = "application/vnd.microsoft.card.adaptive"


def compose(news: Sequence[News], more_url: str, style: Style) -> bytes:
    """The body of one post that tells all of this."""
    for many in range(min(len(news), MOST_LINES), 0, -1):
        whole = _wrapped(_card(news, many, more_url), style)
        if len(whole) <= MOST_BYTES:
            return whole
    raise AssertionError("one sentence always fits")


def compose_test(workspace: str, more_url: str, style: Style) -> bytes:
    """The body of a card by which a connection is tried."""
    lines = [
        _block([_run("Do you see this card?", weight="Bolder", size="Medium")]),
        _block([_run(f"What is new in {workspace} on Earshot will be announced here.")]),
    ]
    return _wrapped(_whole(lines, more_url), style)


def _card(news: Sequence[News], many: int, more_url: str) -> dict[str, Any]:
    body = [_block([_run(wording.headline(news), weight="Bolder", size="Medium")])]
    body += [_block(_sentence(one)) for one in news[:many]]
    if left_out := len(news) - many:
        body.append(_block([_run(f"and {left_out} more", isSubtle=True)]))
    return _whole(body, news[0].url if len(news) == 1 else more_url)


def _sentence(news: News) -> list[dict[str, Any]]:
    return [
        _run(part)
        if isinstance(part, str)
        else _run(part.text, weight="Bolder", selectAction=_opening(news.url))
        if part.leads
        else _run(f"“{part.text}”")
        for part in wording.sentence(news)
    ]


def _whole(body: list[dict[str, Any]], url: str) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "body": body,
        "actions": [_opening(url) | {"title": "Open in Earshot"}],
    }


def _block(inlines: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": inlines}


def _run(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **more}


def _opening(url: str) -> dict[str, Any]:
    return {"type": "Action.OpenUrl", "url": url}


def _wrapped(card: dict[str, Any], style: Style) -> bytes:
    if style == "card":
        return msgspec.json.encode(card)
    attachment = {"contentType": CARD, "contentUrl": None, "content": card}
    return msgspec.json.encode({"type": "message", "attachments": [attachment]})
