"""The deployment's secrets, from one SSM parameter; on a laptop from the environment.

A secret that is missing, short or a placeholder stops the start: there is no fallback.
"""

import base64
import hashlib
import hmac
import re
import secrets
from functools import cache
from os import environ

import msgspec

from chalicelib import aws, settings

SHORTEST = 32
"""Characters of a secret: what ``python -c 'import secrets; print(secrets.token_urlsafe(32))'`` exceeds."""


PLACEHOLDER = re.compile("change|default|dummy|example|password|placeholder|replace|secret", re.IGNORECASE)
"""What stands in secrets that nobody has replaced; by chance in one of 500,000 random ones."""


NONCE_BYTES = 12


class Secrets(msgspec.Struct, frozen=True):
    """What the SSM parameter holds, as JSON."""

    session_secret: str
    member_key: str
    client_secret: str


class MissingSecret(Exception):
    """A secret is not there, or is nobody's idea of one."""


def session_secret() -> str:
    """Signs session cookies and cursors."""
    return _secrets().session_secret


def client_secret() -> str:
    """Earshot's secret at the identity provider; empty for a public client."""
    return _secrets().client_secret


def check_at_start() -> None:
    """Read the secrets now, unless Chalice's own commands import the app. Raises `MissingSecret`."""
    if "AWS_CHALICE_CLI_MODE" not in environ:
        _secrets()


def keyed_hash(*parts: str) -> str:
    """22 URL-safe characters (128 bits of HMAC-SHA256) that stand for these parts and tell nothing."""
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    digest = hmac.digest(_secrets().member_key.encode(), message, hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def seal(text: str, *bound_to: str) -> bytes:
    """The text so that only Earshot can read it, and only where it is bound to (AES-256-GCM, RFC 5116)."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # a quarter of a cold start

    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_sealing_key()).encrypt(nonce, text.encode(), "#".join(bound_to).encode())


def unseal(sealed: bytes, *bound_to: str) -> str:
    """What was sealed. Raises cryptography's InvalidTag where it was sealed elsewhere, or is not whole."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce, content = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return AESGCM(_sealing_key()).decrypt(nonce, content, "#".join(bound_to).encode()).decode()


def _sealing_key() -> bytes:
    return hmac.digest(_secrets().member_key.encode(), b"seal", hashlib.sha256)


@cache
def _secrets() -> Secrets:
    if settings.SECRETS_PARAMETER:
        answer = aws.client("ssm").get_parameter(Name=settings.SECRETS_PARAMETER, WithDecryption=True)
        text = answer["Parameter"]["Value"]
        try:
            found = msgspec.json.decode(text, type=Secrets)
        except msgspec.DecodeError as error:
            raise MissingSecret(
                f"{settings.SECRETS_PARAMETER} is not the JSON it should be: {error}"
            ) from None
    else:
        found = Secrets(
            session_secret=environ.get("EARSHOT_SESSION_SECRET", ""),
            member_key=environ.get("EARSHOT_MEMBER_KEY", ""),
            client_secret=environ.get("EARSHOT_CLIENT_SECRET", ""),
        )
    for name in ("session_secret", "member_key"):
        secret = getattr(found, name)
        too_plain = len(secret) < SHORTEST or len(set(secret)) < SHORTEST // 4
        if too_plain or PLACEHOLDER.search(secret):
            raise MissingSecret(f"{name} must be a random secret of {SHORTEST} characters or more.")
    return found
