"""A loopback proxy between Earshot and its emulator, in which calls of AWS go wrong.

Only calls that Earshot signs are counted, and only while a fault is awaited: what a browser sends, and what
a test itself asks for in between, passes.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding"})

Kind = Literal["refused", "throttled", "cut", "unanswered", "slow", "late", "conflict", "in_progress"]
"""What goes wrong with a call.

AWS fails and does nothing; has no capacity left; is never reached; does it and its answer is lost, or comes
after a second; or the connection breaks, and the request arrives long after it was given up. A transaction
meets another one, or itself.
"""

SLOW_S = 1.0


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_earshots(self) -> bool:
        return self.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 ")

    @property
    def operation(self) -> str:
        """``UpdateItem``, ``PUT``: as the service is asked for it."""
        return self.headers.get("x-amz-target", self.method).rpartition(".")[2]

    @property
    def call(self) -> str:
        """The same for a call and its repetitions by the SDK."""
        return self.headers["amz-sdk-invocation-id"]


@dataclass
class Fault:
    """What goes wrong with the ``number``-th call, or with any (0), of this operation, or of any (empty)."""

    kind: Kind
    number: int = 0
    operation: str = ""
    times: int = 1
    happened: int = 0


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Proxy:
    """Listens at `url` and passes everything on to `upstream`, but for the faults that are awaited."""

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream).netloc
        self._lock = threading.Lock()
        self._faults: list[Fault] | None = None
        self._calls: list[Request] = []
        self._late: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @contextmanager
    def awaiting(self, *faults: Fault) -> Iterator[None]:
        """In this block these faults happen, each after those before it; what was late arrives at its end."""
        with self._lock:
            self._calls, self._late, self._faults = [], [], list(faults)
        try:
            yield
        finally:
            with self._lock:
                self._faults, late = None, self._late
            for request in late:
                self.pass_on(request)

    @property
    def calls(self) -> list[str]:
        """The operations that Earshot asked for while the last faults were awaited, each once."""
        return [request.operation for request in self._calls]

    def verdict(self, request: Request) -> Kind | None:
        """What is to go wrong with this request; None for nothing."""
        with self._lock:
            if self._faults is None or not request.is_earshots:
                return None
            known = [seen.call for seen in self._calls]
            if request.call not in known:
                self._calls.append(request)
                known.append(request.call)
            fault = next((fault for fault in self._faults if fault.happened < fault.times), None)
            if (
                fault is None
                or fault.number not in (0, known.index(request.call) + 1)
                or not request.operation.startswith(fault.operation)
            ):
                return None
            fault.happened += 1
            if fault.kind == "late":
                self._late.append(request)
            return fault.kind

    def pass_on(self, request: Request) -> Answer:
        """Ask the emulator."""
        connection = HTTPConnection(self._upstream, timeout=30)
        try:
            connection.request(request.method, request.target, request.body, request.headers)
            response: HTTPResponse = connection.getresponse()
            headers = [
                (name, value) for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP
            ]
            return Answer(response.status, headers, response.read())
        finally:
            connection.close()


def refusal(request: Request, code: str, **more: Any) -> Answer:
    """An error in the shape of the service that was asked."""
    status = 500 if code.startswith("Internal") else 400
    if "x-amz-target" in request.headers:
        body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "as a test wants it", **more}
        return Answer(status, [("Content-Type", "application/x-amz-json-1.0")], json.dumps(body).encode())
    xml = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>as a test wants it</Message></Error>"
    return Answer(503, [("Content-Type", "application/xml")], xml.encode())


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # a body would wait until its headers were acknowledged: 40 ms

        def handle_any(self) -> None:
            request = Request(
                self.command,
                self.path,
                {
                    name.lower(): value
                    for name, value in self.headers.items()
                    if name.lower() not in HOP_BY_HOP
                },
                self._body(),
            )
            match proxy.verdict(request):
                case "refused":
                    self._answer(refusal(request, "InternalServerError"))
                case "throttled":
                    code = "ThrottlingException" if "x-amz-target" in request.headers else "SlowDown"
                    self._answer(refusal(request, code))
                case "conflict":
                    actions = len(json.loads(request.body)["TransactItems"])
                    reasons = [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * (actions - 1)]
                    canceled = refusal(request, "TransactionCanceledException", CancellationReasons=reasons)
                    self._answer(canceled)
                case "in_progress":
                    self._answer(refusal(request, "TransactionInProgressException"))
                case "cut" | "late":
                    self._cut()
                case "slow":
                    answer = proxy.pass_on(request)
                    time.sleep(SLOW_S)
                    with suppress(OSError):  # nobody may be there any more
                        self._answer(answer)
                case "unanswered":
                    proxy.pass_on(request)
                    self._cut()
                case None:
                    self._answer(proxy.pass_on(request))

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.handle_any
            raise AttributeError(name)

        def _body(self) -> bytes:
            if self.headers.get("transfer-encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("content-length") or 0))
            whole = b""
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                whole += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return whole

        def _answer(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            length = "0" if answer.status == 204 else str(len(answer.body))
            has_length = any(name.lower() == "content-length" for name, _ in answer.headers)
            for name, value in answer.headers:
                self.send_header(name, value)
            if not has_length and answer.status != 204:
                self.send_header("Content-Length", length)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def _cut(self) -> None:
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    return Handler
