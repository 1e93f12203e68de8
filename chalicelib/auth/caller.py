"""Who is calling: decided once, by the middleware, on the matched route."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from chalice.app import CaseInsensitiveMapping, Response

from chalicelib import errors, requests, settings, times
from chalicelib.auth import session

PUBLIC = frozenset(
    {
        ("GET", "/"),
        ("GET", "/embed/{token}"),
        ("GET", "/feeds/{token}"),
        ("GET", "/feeds/{token}/{track_id}/{file}"),
        ("HEAD", "/feeds/{token}"),
        ("HEAD", "/feeds/{token}/{track_id}/{file}"),
        ("GET", "/openapi.json"),
        ("GET", "/s/{token}"),
        ("GET", "/s/{token}/content"),
        ("GET", "/s/{token}/tracks/{track_id}/audio"),
        ("GET", "/s/{token}/tracks/{track_id}/transcript"),
        ("GET", "/settings.json"),
        ("GET", "/signin"),
        ("GET", "/signin/callback"),
        ("POST", "/signout"),
        ("GET", "/static/{name}"),
        ("GET", "/sw.js"),
        ("POST", "/s/{token}/visits"),
        ("GET", "/u/{token}"),
        ("POST", "/u/{token}"),
    }
)
"""The only routes that answer nobody in particular, as the router matched them."""

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""On every answer that does not say otherwise itself."""


@dataclass(frozen=True)
class Caller:
    """A person at a provider; ``email`` only where the provider vouches for it."""

    issuer: str
    subject: str
    email: str | None
    name: str
    began_at: datetime
    """When the session or the token began, to be compared with ``sessions_valid_from``."""


_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)


def current() -> Caller:
    """Who is calling. Raises `SignInNeeded` on a public route that nobody signed in for."""
    caller = _caller.get()
    if caller is None:
        raise errors.SignInNeeded
    return caller


def identify(request: Any, get_response: Callable[[Any], Response]) -> Response:
    """Answer with 401 whoever calls a route that is not public without a session or a token."""
    if "accept" not in request.headers:
        # Chalice refuses to answer binary types, which here is all, to whoever sends no Accept.
        request.headers = CaseInsensitiveMapping({**dict(request.headers), "accept": "*/*"})
    requests.current.set(request)
    now = times.now()
    begun = session.read(request.headers.get("cookie", ""), now)
    public = (request.method, request.path) in PUBLIC
    try:
        _caller.set(None if public else _identified(request, begun))
        response = get_response(request)
    except errors.EarshotError as error:
        response = requests.error_response(error)
    if response.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:  # Chalice's own answer
        response = requests.error_response(errors.InvalidRequest("Send JSON, as `application/json`."))
    if begun and not public and session.is_due_for_renewal(begun, now) and response.status_code < 400:
        response.headers["Set-Cookie"] = session.cookie(begun, now)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _identified(request: Any, begun: session.Session | None) -> Caller:
    authorization = request.headers.get("authorization")
    if authorization is not None:
        from chalicelib.auth import tokens  # PyJWT and cryptography cost 160 ms of a cold start

        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise errors.SignInNeeded
        claims = tokens.verify(token.strip())
        return Caller(claims.issuer, claims.subject, claims.email, claims.name, claims.issued_at)
    if begun is None or begun.issuer != settings.ISSUER:
        raise errors.SignInNeeded
    if request.method not in ("GET", "HEAD"):
        refuse_foreign_pages(request)
    return Caller(begun.issuer, begun.subject, begun.email, begun.name, begun.started_at)


def refuse_foreign_pages(request: Any) -> None:
    """Let a browser change something only from Earshot's own page. Raises `ForeignPage`.

    https://www.w3.org/TR/fetch-metadata/
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        ours = site == "same-origin"
    else:
        base = urlsplit(settings.BASE_URL)
        ours = request.headers.get("origin") == f"{base.scheme}://{base.netloc}"
    if not ours:
        raise errors.ForeignPage
