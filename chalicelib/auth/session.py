"""The session cookie: signed, unreadable for the page, 12 hours and sliding up to 7 days."""

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from itsdangerous import BadData, URLSafeSerializer

from chalicelib import settings
from chalicelib.auth import keys

NAME = "earshot_session"
SIGN_IN = "earshot_signin_mark"
"""Tells the page one sign-in from another: a random value, which says nothing of who it was."""

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
RENEW_AFTER = timedelta(minutes=15)
"""An older cookie is signed anew on its next use, so that most answers carry none."""


class Session(msgspec.Struct, frozen=True, array_like=True):
    """Who signed in, and when."""

    issuer: str
    subject: str
    email: str | None
    name: str
    started_at: datetime
    renewed_at: datetime


def read(cookie_header: str, now: datetime) -> Session | None:
    """The session in a request's ``Cookie`` header, None where there is none that holds."""
    cookie = named(cookie_header, NAME)
    if cookie is None:
        return None
    try:
        session = msgspec.convert(_signer().loads(cookie), type=Session)
    except (BadData, msgspec.ValidationError):
        return None
    idle = now - session.renewed_at
    return session if idle < IDLE and now - session.started_at < LONGEST else None


def is_due_for_renewal(session: Session, now: datetime) -> bool:
    """Whether the cookie has an age at which the next answer carries a fresh one."""
    return now - session.renewed_at >= RENEW_AFTER


def cookie(session: Session, now: datetime) -> str:
    """``Set-Cookie`` for this session, renewed at this moment."""
    renewed = msgspec.structs.replace(session, renewed_at=now)
    value = _signer().dumps(msgspec.to_builtins(renewed))
    until_the_end = session.started_at + LONGEST - now
    return set_cookie(NAME, str(value), int(min(IDLE, until_the_end).total_seconds()))


def ended() -> str:
    """``Set-Cookie`` that takes the session away."""
    return set_cookie(NAME, "", 0)


def mark() -> str:
    """``Set-Cookie`` of another sign-in, which the page can read as long as a session may last."""
    return set_cookie(SIGN_IN, secrets.token_urlsafe(16), int(LONGEST.total_seconds()), readable=True)


def set_cookie(name: str, value: str, max_age_seconds: int, *, readable: bool = False) -> str:
    """A ``Set-Cookie`` over TLS except on loopback; scripts read none that is not said to be readable.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis
    """
    hidden, secure = "" if readable else "; HttpOnly", "; Secure" if _over_tls() else ""
    attributes = f"Path=/; Max-Age={max_age_seconds}{hidden}; SameSite=Lax{secure}"
    return f"{in_browser(name)}={value}; {attributes}"


def named(cookie_header: str, name: str) -> str | None:
    """The value of one cookie in a ``Cookie`` header, whatever else of this host stands there."""
    for cookie in cookie_header.split(";"):
        found, _, value = cookie.strip().partition("=")
        if found == in_browser(name):
            return value
    return None


def in_browser(name: str) -> str:
    """What the browser knows a cookie as: over TLS with the prefix that keeps other hosts from setting it."""
    return f"__Host-{name}" if _over_tls() else name


def _over_tls() -> bool:
    return urlsplit(settings.BASE_URL).scheme == "https"


def begun(issuer: str, subject: str, email: str | None, name: str, now: datetime) -> Session:
    """A session that starts now."""
    return Session(issuer, subject, email, name, started_at=now, renewed_at=now)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(keys.session_secret(), salt="session")
