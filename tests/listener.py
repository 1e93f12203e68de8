"""A host on loopback that plays Slack, Teams and other programs, also slow, broken and silent ones."""

import json
import ssl
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Behaviour = Callable[[BaseHTTPRequestHandler], None]
"""What is done after a request was read."""


@dataclass(frozen=True)
class Post:
    """What came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Box:
    """One address of the listener, what came in there, and what is answered: the last one for ever."""

    url: str
    posts: list[Post] = field(default_factory=list)
    answers: list[Behaviour] = field(default_factory=list)

    def answers_with(self, *answers: Behaviour) -> "Box":
        self.answers[:] = answers
        return self

    def next(self) -> Behaviour:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Listener:
    """Listens at `url` until the process ends; over TLS as a host of this name."""

    def __init__(self, host: str | None = None, *, certificate: Path | None = None) -> None:
        self.boxes: dict[str, Box] = {}
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                box = listener.boxes[self.path]
                box.posts.append(
                    Post(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                )
                with suppress(OSError):  # nobody may be there any more
                    box.next()(self)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake is made by the thread that answers, not by the one that accepts.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]
        self.url = f"https://{host}/" if host else f"http://127.0.0.1:{self.port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def box(self, name: str = "") -> Box:
        """A fresh address, where everything is accepted until told otherwise."""
        path = f"/services/{name or 'box'}/{uuid.uuid4().hex}"
        box = self.boxes[path] = Box(self.url.rstrip("/") + path, answers=[says(200, "ok")])
        return box


class _Server(ThreadingHTTPServer):
    """A thread for each connection, however it ends."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Whoever does not trust it hangs up, and that is no error of its own."""


def says(status: int, text: str = "", **headers: str) -> Behaviour:
    """Answer with this."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = text.encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def cuts(handler: BaseHTTPRequestHandler) -> None:
    """End the connection without an answer."""
    handler.close_connection = True


def talks_nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 smtp.example ESMTP\r\n\r\n")


def never_answers(handler: BaseHTTPRequestHandler) -> None:
    """Wait until the other side has gone."""
    handler.rfile.read(1)


def drips(handler: BaseHTTPRequestHandler) -> None:
    """Answer byte by byte, each well within any time that one waits for a piece."""
    for byte in b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok":
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        threading.Event().wait(0.1)


def drips_its_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        handler.wfile.write(b"o")
        handler.wfile.flush()
        threading.Event().wait(0.1)


def never_ends(handler: BaseHTTPRequestHandler) -> None:
    """An answer without an end, as fast as it can be read."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    while True:
        handler.wfile.write(b"x" * 65536)


def has_endless_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    while True:
        handler.wfile.write(b"X-Header: " + b"x" * 1000 + b"\r\n")


@cache
def certificate_for(host: str, folder: Path) -> Path:
    """A key and a certificate that nobody but a test trusts, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
