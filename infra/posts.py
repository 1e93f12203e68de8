"""Plays Slack, Teams and other programs on one machine, and shows what was posted as they would show it."""

import html
import json
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment

from infra import pages

ADDRESS: Final = re.compile(r"/posts/(slack|teams|webhook)/([A-Za-z0-9_-]{1,64})")
LINK: Final = re.compile(r"<([^|>]+)\|([^>]+)>")
LARGEST: Final = 64 * 1024
KEPT: Final = 200
"""Posts that are shown, the newest first; they are gone when Earshot stops."""

SLACK_REFUSES: Final = {
    "no_service": "404 Not Found",
    "no_active_hooks": "404 Not Found",
    "channel_not_found": "404 Not Found",
    "channel_is_archived": "410 Gone",
    "action_prohibited": "403 Forbidden",
    "invalid_token": "403 Forbidden",
}
"""Channels that refuse everything, with the words that Slack has for it."""

BARE: Final = "bare"
"""The Teams channel whose workflow shows nothing but a bare card."""

SIGNATURE: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")


@dataclass(frozen=True)
class Run:
    """A piece of text, and where it leads."""

    text: str
    url: str | None = None
    is_bold: bool = False


@dataclass(frozen=True)
class Post:
    """One post as whoever got it shows it: a heading, lines, and buttons; or why nothing is shown."""

    kind: str
    channel: str
    at: str
    raw: str
    answer: str
    heading: str | None = None
    lines: list[list[Run]] = field(default_factory=list)
    buttons: list[Run] = field(default_factory=list)
    hidden: str | None = None


class Posts:
    """A WSGI application for ``/posts``; what is posted below it is accepted as its place would accept it."""

    def __init__(self) -> None:
        self._posts: deque[Post] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"].rstrip("/"), environ["REQUEST_METHOD"]
        asked = ADDRESS.fullmatch(path)
        if method == "POST" and asked:
            status, content = self._take(asked[1], asked[2], environ)
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))]
            start(status, headers if content else headers[1:])
            return [content]
        if method in ("GET", "HEAD") and path == "/posts":
            with self._lock:
                posts = list(self._posts)
            base = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}/posts"
            shown = pages.render("posts.html", posts=posts[::-1], base=base, refuses=[*SLACK_REFUSES])
            return _page(environ, start, "200 OK", *shown)
        return _page(
            environ,
            start,
            "404 Not Found",
            *pages.render(
                "error.html", description="Channels begin with /posts/slack/, /teams/ or /webhook/."
            ),
        )

    def _take(self, kind: str, channel: str, environ: WSGIEnvironment) -> tuple[str, bytes]:
        """Status and body of the answer to a post, which is kept if it can be read."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        # A page elsewhere cannot post JSON here without being asked first, which nothing answers.
        if length > LARGEST or not environ.get("CONTENT_TYPE", "").startswith("application/json"):
            return "400 Bad Request", b"invalid_payload"
        raw = environ["wsgi.input"].read(length)
        try:
            body = json.loads(raw)
            status, answer, shown = _READERS[kind](body, channel, environ)
        except (ValueError, LookupError, TypeError, AttributeError):
            status, answer, shown = "400 Bad Request", "invalid_payload", {"hidden": "It could not be read."}
        else:
            raw = json.dumps(body, indent=2, ensure_ascii=False).encode()
        post = Post(
            kind,
            channel,
            f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
            raw.decode("utf-8", "replace"),
            f"{status} {answer}".strip(),
            **shown,
        )
        with self._lock:
            self._posts.append(post)
        return status, answer.encode()


Read = tuple[str, str, dict[str, Any]]
"""Status and body of the answer, and what of a `Post` there is to show."""


def _slack(body: dict[str, Any], channel: str, _environ: WSGIEnvironment) -> Read:
    """https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""
    if channel in SLACK_REFUSES:
        return SLACK_REFUSES[channel], channel, {"hidden": "This channel refuses everything."}
    if not body.get("text"):
        return "400 Bad Request", "no_text", {"hidden": "A post needs a text."}
    blocks = body.get("blocks", [])
    heading = next((block["text"]["text"] for block in blocks if block["type"] == "header"), None)
    texts = [
        text["text"]
        for block in blocks
        if block["type"] != "header"
        for text in block.get("elements") or [block["text"]]
    ]
    return "200 OK", "ok", {"heading": heading, "lines": [list(_marked_up(text)) for text in texts]}


def _marked_up(text: str) -> Iterator[Run]:
    """Slack's markup as far as Earshot uses it: links, and three characters that are escaped."""
    last = 0
    for link in LINK.finditer(text):
        yield Run(html.unescape(text[last : link.start()]))
        yield Run(html.unescape(link[2]), _web(html.unescape(link[1])), is_bold=True)
        last = link.end()
    yield Run(html.unescape(text[last:]))


def _teams(body: dict[str, Any], channel: str, _environ: WSGIEnvironment) -> Read:
    """https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using

    A workflow accepts whatever comes, and only then finds out whether it can show it.
    """
    is_bare = body["type"] == "AdaptiveCard"
    if is_bare != (channel == BARE):
        expects = "the bare card" if channel == BARE else "a message with the card attached"
        return "202 Accepted", "", {"hidden": f"Nothing is shown: this workflow expects {expects}."}
    card = body if is_bare else body["attachments"][0]["content"]
    lines = [[_run(run) for run in block["inlines"]] for block in card["body"]]
    buttons = [Run(action["title"], _web(action["url"])) for action in card.get("actions", [])]
    return "202 Accepted", "", {"lines": lines, "buttons": buttons}


def _run(run: dict[str, Any]) -> Run:
    url = run.get("selectAction", {}).get("url")
    return Run(run["text"], _web(url) if url else None, run.get("weight") == "Bolder")


def _webhook(body: dict[str, Any], _channel: str, environ: WSGIEnvironment) -> Read:
    events = body["data"].get("events", [])
    lines = [[Run(event["text"], _web(event["url"]))] for event in events]
    for name in SIGNATURE:
        value = environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")
        lines.append([Run(f"{name}: "), Run(value or "missing", is_bold=not value)])
    return "204 No Content", "", {"heading": body["type"], "lines": lines}


_READERS: Final = {"slack": _slack, "teams": _teams, "webhook": _webhook}


def _web(url: str) -> str:
    """An address that may stand in a link. Raises ValueError for any other."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(url)
    return url


def _page(
    environ: WSGIEnvironment,
    start: StartResponse,
    status: str,
    headers: list[tuple[str, str]],
    body: bytes,
) -> Iterable[bytes]:
    start(status, [*headers, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
