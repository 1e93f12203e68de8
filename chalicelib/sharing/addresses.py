"""Addresses that need no account: a random token says all; whoever knows one is shown what it leads to."""

import hashlib
import secrets
from typing import Final

from chalicelib import settings

TOKEN_BYTES: Final = 32


def new_token() -> str:
    """256 random bits as 43 URL-safe characters, told once."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token: as random as it is, it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def page(token: str) -> str:
    """The page of a link, with its player."""
    return f"{settings.BASE_URL}s/{token}"


def embed(token: str) -> str:
    """The play button of a link, for an iframe."""
    return f"{settings.BASE_URL}embed/{token}"


def feed(token: str) -> str:
    """The podcast feed of a member, or of a link to a playlist."""
    return f"{settings.BASE_URL}feeds/{token}"
