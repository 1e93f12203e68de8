"""Signing in: to the provider and back, with state, nonce and PKCE in a short-lived signed cookie."""

import re
import secrets
from datetime import datetime, timedelta

import msgspec
from itsdangerous import BadData, URLSafeSerializer

from chalicelib import errors
from chalicelib.auth import keys, provider, session

COOKIE = "earshot_signin"
LASTS = timedelta(minutes=10)
PLACE = re.compile(r"#[A-Za-z0-9/_?&=%.-]{0,500}")
"""Where the page goes on afterwards: a fragment of our own page, so that no link leads elsewhere."""


class Attempt(msgspec.Struct, frozen=True, array_like=True):
    """One way to the provider and back."""

    state: str
    nonce: str
    verifier: str
    place: str
    started_at: datetime


def start(place: str, now: datetime) -> tuple[str, str]:
    """The provider's address to go to, and the cookie that recognises who comes back."""
    attempt = Attempt(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        place=place if PLACE.fullmatch(place) else "",
        started_at=now,
    )
    cookie = str(_signer().dumps(msgspec.to_builtins(attempt)))
    url = provider.sign_in_url(state=attempt.state, nonce=attempt.nonce, verifier=attempt.verifier)
    return url, session.set_cookie(COOKIE, cookie, int(LASTS.total_seconds()))


def finish(cookie_header: str, state: str, code: str, now: datetime) -> tuple[session.Session, str]:
    """The session of who comes back with this code, and the place to go on at.

    Raises `SignInFailed` where the way back does not fit the way there.
    """
    from chalicelib.auth import tokens  # PyJWT and cryptography cost 160 ms of a cold start

    attempt = _attempt(cookie_header)
    if (
        attempt is None
        or now - attempt.started_at > LASTS
        or not secrets.compare_digest(attempt.state.encode(), state.encode())
    ):
        raise errors.SignInFailed("This sign-in took too long or was begun in another browser. Start again.")
    try:
        claims = tokens.verify(provider.exchange(code, attempt.verifier))
    except errors.SignInNeeded as error:
        raise errors.SignInFailed("The provider's answer cannot be trusted. Start again.") from error
    if claims.nonce is None or not secrets.compare_digest(claims.nonce.encode(), attempt.nonce.encode()):
        raise errors.SignInFailed("The provider's answer belongs to another sign-in. Start again.")
    return session.begun(claims.issuer, claims.subject, claims.email, claims.name, now), attempt.place


def done() -> str:
    """``Set-Cookie`` that takes the attempt away: its state serves once."""
    return session.set_cookie(COOKIE, "", 0)


def _attempt(cookie_header: str) -> Attempt | None:
    cookie = session.named(cookie_header, COOKIE)
    if cookie is None:
        return None
    try:
        return msgspec.convert(_signer().loads(cookie), type=Attempt)
    except (BadData, msgspec.ValidationError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(keys.session_secret(), salt="signin")
