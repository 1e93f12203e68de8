"""Which addresses may be posted to, by their text alone; what they resolve to `outbound` checks.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
https://learn.microsoft.com/en-us/power-automate/oauth-authentication (where workflows are called)
"""

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

from chalicelib import errors

Kind = Literal["slack", "teams", "webhook"]

LONGEST: Final = 2000
"""Characters of an address."""

SHOWN: Final = 4
"""Characters of its end that are shown afterwards; all of it is a secret."""

PRINTABLE: Final = re.compile(r"[!-~]+")
HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:xn--[a-z0-9-]{1,59}|[a-z]{2,63})")
SLACK_HOST: Final = "hooks.slack.com"
SLACK_PATH: Final = re.compile(r"/services/[A-Za-z0-9_/-]+")
TEAMS_SUFFIXES: Final = (".logic.azure.com", ".api.powerplatform.com")
RETIRED_SUFFIX: Final = ".webhook.office.com"
INNER_SUFFIXES: Final = (".local", ".localhost", ".internal", ".home.arpa", ".test", ".invalid", ".onion")


@dataclass(frozen=True, repr=False)
class Address:
    """Where to connect and what to ask for there."""

    host: str
    port: int
    target: str
    is_here: bool = False
    """Whether it is the one listener of this machine, which is spoken to in the clear."""


def read(kind: Kind, url: str, *, listener: str | None = None) -> Address:
    """The address of a connection of this kind; ``listener`` is where a laptop's own addresses begin.

    Raises `AddressNotAllowed`, which says why and repeats nothing of it.
    """
    if not PRINTABLE.fullmatch(url) or "\\" in url or len(url) > LONGEST:
        raise errors.AddressNotAllowed(
            f"An address has {LONGEST} characters at most, without spaces and letters beyond ASCII."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise errors.AddressNotAllowed("This is no address. Copy it again from where it was made.") from None
    if listener is not None and url.startswith(listener):
        return _here(parts, port)
    if parts.scheme.lower() != "https" or port not in (None, 443):
        raise errors.AddressNotAllowed("An address begins with https:// and names no port but 443.")
    if "@" in parts.netloc or "#" in url:
        raise errors.AddressNotAllowed("An address carries neither a name and password nor a #.")
    host = (parts.hostname or "").lower()
    if not HOST.fullmatch(host) or len(host) > 253 or host.endswith(INNER_SUFFIXES):
        raise errors.AddressNotAllowed(
            "An address names a host of the internet, not a number or a bare name."
        )
    _check_host(kind, host, parts.path)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(host, 443, target)


def _check_host(kind: Kind, host: str, path: str) -> None:
    match kind:
        case "slack":
            if host != SLACK_HOST or not SLACK_PATH.fullmatch(path):
                raise errors.AddressNotAllowed(
                    f"An incoming webhook of Slack begins with https://{SLACK_HOST}/services/."
                )
        case "teams":
            if host.endswith(RETIRED_SUFFIX):
                raise errors.AddressNotAllowed(
                    "Microsoft has retired these connectors. In Teams, choose Workflows and “Post to a "
                    "channel when a webhook request is received”, and copy the address that it gives."
                )
            if not host.endswith(TEAMS_SUFFIXES):
                raise errors.AddressNotAllowed(
                    "A workflow of Teams has an address at logic.azure.com or api.powerplatform.com."
                )
        case "webhook":
            if host == SLACK_HOST or host.endswith((*TEAMS_SUFFIXES, RETIRED_SUFFIX)):
                raise errors.AddressNotAllowed("Connect this address as Slack or Teams, whose it is.")


def _here(parts: SplitResult, port: int | None) -> Address:
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return Address(parts.hostname or "", port or 80, target, is_here=True)


def read_target(url: str) -> str:
    """What stands behind the host of an address that was read before."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
