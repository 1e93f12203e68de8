"""The OpenID provider: its configuration, its keys, and exchanging a code for an ID token.

OpenID Connect Discovery 1.0, OAuth 2.0 (RFC 6749) with PKCE (RFC 7636).
"""

import base64
import hashlib
import logging
import threading
import time
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec
import urllib3

from chalicelib import errors, settings
from chalicelib.auth import keys

log = logging.getLogger(__name__)

CONFIGURATION_SECONDS = 3600
MOST_BYTES = 256 * 1024
_http = urllib3.PoolManager(
    timeout=urllib3.Timeout(connect=3, read=5), retries=urllib3.Retry(1, redirect=False), maxsize=4
)


class Configuration(msgspec.Struct, frozen=True):
    """What Earshot uses of ``/.well-known/openid-configuration``."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class KeySet(msgspec.Struct, frozen=True):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, Any]]


T = TypeVar("T")


class _Cached:
    configuration: Configuration | None = None
    fetched_at = float("-inf")
    lock = threading.Lock()


def configuration() -> Configuration:
    """The provider's configuration; fetched once an hour, the last known one serves while it is unreachable.

    Raises `Unavailable`.
    """
    with _Cached.lock:
        if time.monotonic() - _Cached.fetched_at > CONFIGURATION_SECONDS:
            try:
                place = f"{settings.ISSUER.rstrip('/')}/.well-known/openid-configuration"
                found = _get(place, Configuration)
                if found.issuer != settings.ISSUER:
                    log.error("the provider says it is another issuer", extra={"issuer": found.issuer})
                    raise errors.Unavailable
                _Cached.configuration, _Cached.fetched_at = found, time.monotonic()
            except errors.Unavailable:
                if _Cached.configuration is None:
                    raise
        if _Cached.configuration is None:
            raise errors.Unavailable
        return _Cached.configuration


def key_set() -> KeySet:
    """The provider's public keys. Raises `Unavailable`."""
    return _get(configuration().jwks_uri, KeySet)


def sign_in_url(*, state: str, nonce: str, verifier: str) -> str:
    """Where the browser goes to sign in."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": settings.CLIENT_ID,
        "redirect_uri": redirect_uri(),
        "scope": "openid email profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = configuration().authorization_endpoint
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"


def exchange(code: str, verifier: str) -> str:
    """The ID token for an authorization code.

    Raises `SignInFailed` where the provider refuses the code, `Unavailable` where it does not answer.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri(),
        "client_id": settings.CLIENT_ID,
        "code_verifier": verifier,
    }
    if keys.client_secret():
        form["client_secret"] = keys.client_secret()
    try:
        answer = _http.request("POST", configuration().token_endpoint, fields=form, encode_multipart=False)
    except urllib3.exceptions.HTTPError as error:
        raise errors.Unavailable from error
    if answer.status >= 500:
        raise errors.Unavailable
    try:
        return msgspec.json.decode(answer.data, type=_Tokens).id_token
    except msgspec.DecodeError as error:
        raise errors.SignInFailed("Your sign-in was not accepted. Start again.") from error


def redirect_uri() -> str:
    """Where the provider sends the browser back to; register it there to the letter."""
    return f"{settings.BASE_URL}signin/callback"


class _Tokens(msgspec.Struct):
    id_token: str


def _get(url: str, shape: type[T]) -> T:
    try:
        answer = _http.request("GET", url, redirect=False)
        if answer.status != 200 or len(answer.data) > MOST_BYTES:
            raise errors.Unavailable
        return msgspec.json.decode(answer.data, type=shape)
    except (urllib3.exceptions.HTTPError, msgspec.DecodeError) as error:
        raise errors.Unavailable from error
