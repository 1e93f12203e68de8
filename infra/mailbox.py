"""The mails sent on one machine, as pages to read them in."""

import email
import email.policy
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from wsgiref.types import StartResponse, WSGIEnvironment

from infra import pages

PAGE = re.compile(r"/mailbox/([1-9][0-9]{0,8})(/html)?")
HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
MAIL_HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    (
        "Content-Security-Policy",
        f"sandbox {SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "form-action 'none'; frame-ancestors 'self'",
    ),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
]
"""A mail is shown without scripts, without an origin, and fetches nothing."""


@dataclass(frozen=True)
class Mail:
    """One mail as its reader sees it; ``html`` and ``text`` are None where it has no such part."""

    number: int
    sender: str
    to: str
    subject: str
    time: str
    html: str | None
    text: str | None


class Mailbox:
    """A WSGI application for ``/mailbox``; `mails` gives every mail as it was sent, oldest first."""

    def __init__(self, mails: Callable[[], list[bytes]]) -> None:
        self._mails = mails

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            headers, body = pages.render("error.html", description="Mails are only read here.")
            return _send(environ, start, "405 Method Not Allowed", [*headers, ("Allow", "GET, HEAD")], body)
        path = environ["PATH_INFO"].rstrip("/")
        raw = self._mails()
        if path == "/mailbox":
            mails = [_read(number, one) for number, one in enumerate(raw, 1)]
            return _send(environ, start, "200 OK", *pages.render("mailbox.html", mails=mails[::-1]))
        asked = PAGE.fullmatch(path)
        if asked is not None and int(asked[1]) <= len(raw):
            mail = _read(int(asked[1]), raw[int(asked[1]) - 1])
            if asked[2] is None:
                return _send(environ, start, "200 OK", *pages.render("mail.html", mail=mail))
            if mail.html is not None:
                return _send(environ, start, "200 OK", MAIL_HEADERS, _with_links_on_top(mail.html).encode())
        return _send(
            environ, start, "404 Not Found", *pages.render("error.html", description="There is no such mail.")
        )


def _read(number: int, raw: bytes) -> Mail:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return Mail(
        number,
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        time=str(message["Date"] or ""),
        html=_part(message, "html"),
        text=_part(message, "plain"),
    )


def _part(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    return None if part is None else str(part.get_content())


def _with_links_on_top(html: str) -> str:
    """The mail with its links leading the whole window, not the frame that shows it."""
    base = '<base target="_top">'
    head = HEAD.search(html)
    return html[: head.end()] + base + html[head.end() :] if head else base + html


def _send(
    environ: WSGIEnvironment,
    start: StartResponse,
    status: str,
    headers: list[tuple[str, str]],
    body: bytes,
) -> Iterable[bytes]:
    start(status, [*headers, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
