"""The one client that speaks to hosts which people name: what it refuses, nobody can talk it into.

A name is resolved once, and what is connected to is an address that was checked: public, and not behind one
of the ways to write a private address as another. No redirect is followed, no proxy asked, and whatever the
other side does, it is over after 5 s and 64 kB.
https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import http.client
import ipaddress
import os
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from botocore.httpsession import get_cert_path

from chalicelib.announcements.addresses import Address

CONNECT_SECONDS: Final = 3.0
TOTAL_SECONDS: Final = 5.0
MOST_BYTES: Final = 64 * 1024
"""Of an answer."""

AGENT: Final = "Earshot"
HTTPS: Final = 443

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], Sequence[str]]
"""The addresses of a host. Raises OSError."""

EMBEDDING: Final = tuple(
    map(
        ipaddress.IPv6Network,
        ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"),
    )
)
"""IPv6 addresses that lead to an IPv4 address written inside them."""


@dataclass(frozen=True)
class Answer:
    """What the other side said."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case."""
    text: str


class NotSent(Exception):
    """The request has certainly not arrived: sending it later is right."""


class NotPublic(NotSent):
    """The host's address is not one of the internet."""


class NoAnswer(Exception):
    """The request was sent, and no answer came in time: whether it arrived nobody knows."""


class Outbound:
    """A client with its own ways to resolve and to trust; ``is_allowed`` decides on each address."""

    def __init__(
        self,
        *,
        resolve: Resolve,
        is_allowed: Callable[[str], bool],
        trust: Callable[[], ssl.SSLContext],
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
        port: int | None = None,
    ) -> None:
        self._resolve, self._is_allowed, self._trust = resolve, is_allowed, trust
        self._connect_seconds, self._total_seconds, self._port = connect_seconds, total_seconds, port

    def post(self, address: Address, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post JSON and wait for the answer. Raises `NotSent` and `NoAnswer`."""
        begun = time.monotonic()
        try:
            connected = self._connected(address, begun + self._connect_seconds)
        except (OSError, ValueError) as error:
            raise NotSent(type(error).__name__) from None
        with connected, _cut_off(connected, begun + self._total_seconds):
            return _exchanged(connected, address, body, headers)

    def _connected(self, address: Address, until: float) -> socket.socket:
        """A connection to the first of the host's addresses that takes one, each of which was checked."""
        if address.is_here:
            return socket.create_connection((address.host, address.port), _left(until))
        found = _in_time(lambda: self._resolve(address.host), until)
        if not found or not all(self._is_allowed(each) for each in found):
            raise NotPublic
        refused: OSError = OSError("no address")
        for each in found:
            try:
                plain = socket.create_connection((each, self._port or address.port), _left(until))
            except OSError as error:
                refused = error
                continue
            try:
                plain.settimeout(_left(until))
                return self._trust().wrap_socket(plain, server_hostname=address.host)
            except BaseException:
                plain.close()
                raise
        raise refused


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, and of a single host there."""
    ip: IPAddress = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and any(ip in network for network in EMBEDDING):
        return False
    kept_back = (
        ip.is_private
        or ip.is_loopback
        or ip.is_link_local
        or ip.is_multicast
        or ip.is_reserved
        or ip.is_unspecified
        or (isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local)
    )
    return ip.is_global and not kept_back


def resolved(host: str) -> list[str]:
    """The addresses of a host, those of IPv4 first: Lambda reaches no others. Raises OSError."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    ordered = sorted(found, key=lambda each: each[0] != socket.AF_INET)
    return list(dict.fromkeys(str(each[4][0]) for each in ordered))


@cache
def client() -> Outbound:
    """The client of this process."""
    return Outbound(resolve=resolved, is_allowed=is_public, trust=_trusted)


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=get_cert_path(True))


def _exchanged(connected: socket.socket, address: Address, body: bytes, headers: Mapping[str, str]) -> Answer:
    connection = http.client.HTTPConnection(address.host, address.port)
    connection.sock = connected
    own = {
        "Host": address.host if address.port == HTTPS else f"{address.host}:{address.port}",
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "Connection": "close",
    }
    try:
        connection.request("POST", address.target, body, own | dict(headers))
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, _text(response))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer(type(error).__name__) from None
    finally:
        connection.close()


def _text(response: http.client.HTTPResponse) -> str:
    """What comes of the body in time: the status has said already what became of the request."""
    try:
        return response.read(MOST_BYTES).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException, ValueError):
        return ""


@contextmanager
def _cut_off(connected: socket.socket, at: float) -> Iterator[None]:
    """End the connection at this moment, however slowly the other side drips."""
    line = socket.socket(fileno=os.dup(connected.fileno()))
    connected.settimeout(_left(at))

    def cut() -> None:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:  # the other side was faster
            return

    timer = threading.Timer(_left(at), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        line.close()


def _in_time(look: Callable[[], Sequence[str]], until: float) -> Sequence[str]:
    """What this gives, which has no time limit of its own. Raises OSError where it takes longer, or does."""
    given: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def looked() -> None:
        try:
            given.put(look())
        except (OSError, UnicodeError) as error:
            given.put(error)

    threading.Thread(target=looked, daemon=True).start()
    try:
        found = given.get(timeout=_left(until))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise OSError(type(found).__name__)
    return list(found)


def _left(until: float) -> float:
    return max(0.001, until - time.monotonic())
