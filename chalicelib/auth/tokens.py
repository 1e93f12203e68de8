"""ID tokens of the one provider this deployment trusts (OpenID Connect Core 1.0, section 3.1.3.7).

Verified claims are cached under the SHA-256 of the whole token: a signature costs 150 µs, a hit 3.
"""

import hashlib
import re
import threading
import time
from datetime import datetime
from typing import Any

import jwt
import msgspec
from cachetools import LRUCache

from chalicelib import errors, mail, settings, times
from chalicelib.auth import provider
from chalicelib.requests import one_line

ALGORITHMS = ("RS256", "ES256")
LEEWAY_SECONDS = 30
CACHED_TOKENS = 4096
KEYS_WINDOW_SECONDS = 300
"""An unknown key id makes us fetch the provider's keys at most once in this time."""

KEYS_AGAIN_SECONDS = 2
"""When they could not be had, they are asked for again after this time."""

EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")
LONGEST_NAME = 100
LONGEST_EMAIL = 254
"""Characters of an address (RFC 5321, section 4.5.3.1.3)."""


class Claims(msgspec.Struct, frozen=True):
    """What Earshot believes of an ID token. ``email`` is None where the provider does not vouch for it."""

    issuer: str
    subject: str
    email: str | None
    name: str
    issued_at: datetime
    expires_at: float
    nonce: str | None


class KeySet:
    """The provider's public keys, fetched when first needed and when an unknown key id appears."""

    def __init__(self) -> None:
        self._keys: list[jwt.PyJWK] = []
        self._asked_at = float("-inf")
        self._were_had = True
        self._lock = threading.Lock()

    def of(self, key_id: str | None) -> jwt.PyJWK:
        """The key with this id, or the only key where the token names none.

        Raises `jwt.InvalidKeyError` where there is no such key, `Unavailable` where the provider cannot be
        asked whether there is.
        """
        key = self._named(key_id)
        if key is None:
            with self._lock:
                key = self._named(key_id)
                if key is None:
                    self._ask()
                    key = self._named(key_id)
        if key is None:
            raise jwt.InvalidKeyError("no such key")
        return key

    def _ask(self) -> None:
        window = KEYS_WINDOW_SECONDS if self._were_had else KEYS_AGAIN_SECONDS
        if time.monotonic() - self._asked_at > window:
            self._asked_at, self._were_had = time.monotonic(), False
            self._keys = _signing_keys()
            self._were_had = True
            with _cache_lock:
                cache.clear()
        if not self._were_had:
            raise errors.Unavailable

    def _named(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.key_id == key_id), None)


cache: LRUCache[bytes, Claims] = LRUCache(CACHED_TOKENS)
_cache_lock = threading.Lock()
keys = KeySet()


def verify(token: str) -> Claims:
    """The claims of a token, which the provider signed for this client and which holds now.

    Raises `SignInNeeded` for any other token, `Unavailable` where the provider's keys cannot be had.
    """
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
    with _cache_lock:
        claims = cache.get(digest)
    if claims is None:
        claims = _verify(token)
        with _cache_lock:
            cache[digest] = claims
    if time.time() >= claims.expires_at + LEEWAY_SECONDS:
        raise errors.SignInNeeded
    return claims


def _verify(token: str) -> Claims:
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS or "crit" in header:
            raise errors.SignInNeeded
        key = keys.of(header.get("kid"))
        if key.algorithm_name != header["alg"]:
            raise errors.SignInNeeded
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[header["alg"]],
            audience=settings.CLIENT_ID,
            issuer=settings.ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub"], "verify_nbf": True},
        )
        return _believed(claims)
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise errors.SignInNeeded from error


def _signing_keys() -> list[jwt.PyJWK]:
    try:
        found = jwt.PyJWKSet.from_dict(msgspec.to_builtins(provider.key_set())).keys
    except jwt.PyJWTError as error:
        raise errors.Unavailable from error
    return [key for key in found if key.public_key_use in (None, "sig")]


def _believed(claims: dict[str, Any]) -> Claims:
    if not claims["sub"]:
        raise errors.SignInNeeded
    issued_at, expires_at = float(claims["iat"]), float(claims["exp"])
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != settings.CLIENT_ID:
        raise errors.SignInNeeded
    email = _believed_email(claims)
    names = (str(claims.get(claim) or "") for claim in ("name", "preferred_username"))
    name = next(filter(None, map(one_line, names)), email or "Somebody")
    return Claims(
        issuer=claims["iss"],
        subject=claims["sub"],
        email=email,
        name=name[:LONGEST_NAME].rstrip(),
        issued_at=times.from_epoch(issued_at),
        expires_at=expires_at,
        nonce=claims.get("nonce"),
    )


def _believed_email(claims: dict[str, Any]) -> str | None:
    vouched = settings.EMAIL_CLAIM == "trusted" or claims.get("email_verified") is True
    email = claims.get("email")
    if not vouched or not isinstance(email, str) or not EMAIL.fullmatch(address := mail.address(email)):
        return None
    return address if len(address) <= LONGEST_EMAIL else None
