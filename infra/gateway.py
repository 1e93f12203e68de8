"""API Gateway's REST API in front of a Chalice app, as a WSGI application.

Builds the event of a Lambda proxy integration and sends what it returns:
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import gzip
import logging
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

from chalice.app import Chalice

from infra.resources import gateway_responses

log = logging.getLogger(__name__)

LARGEST_PAYLOAD = 6 * 1024 * 1024
"""Bytes of a body as Lambda gets and gives it: what is binary travels in base64."""

SMALLEST_COMPRESSED = 1024
LONGEST_REQUEST_S = 29
COMPRESSED_TYPES = (
    "text/",
    "application/json",
    "application/javascript",
    "application/manifest+json",
    "application/wasm",
    "image/svg+xml",
)


@dataclass
class Context:
    """What Lambda passes beside the event."""

    function_name: str
    timeout_s: float
    memory_limit_in_mb: int = 512
    function_version: str = "$LATEST"
    invoked_function_arn: str = ""
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    began_at: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the function."""
        return max(0, int((self.timeout_s - (time.monotonic() - self.began_at)) * 1000))


class _OfThread:
    """What Chalice keeps on the app of the request under way, kept for each thread apart."""

    _kept = threading.local()

    @property
    def current_request(self) -> Any:
        return getattr(self._kept, "request", None)

    @current_request.setter
    def current_request(self, request: Any) -> None:
        self._kept.request = request

    @property
    def lambda_context(self) -> Any:
        return getattr(self._kept, "context", None)

    @lambda_context.setter
    def lambda_context(self, context: Any) -> None:
        self._kept.context = context


def separate_threads(app: Chalice) -> None:
    """Let threads use this app at the same time: in Lambda a process has one request at a time."""
    if not isinstance(app, _OfThread):
        app.__class__ = type(type(app).__name__, (_OfThread, type(app)), {})


@dataclass(frozen=True)
class Answer:
    """What goes back to the browser."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Gateway:
    """One REST API with this app behind it."""

    def __init__(self, app: Chalice) -> None:
        separate_threads(app)
        self._app = app
        self._routes = [(resource, resource.split("/")) for resource in sorted(app.routes)]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        answer = _compressed(self._answer(method, environ), environ.get("HTTP_ACCEPT_ENCODING", ""))
        headers, body = answer.headers, answer.body
        if answer.status in (204, 304):
            body = b""
        else:
            headers = [*headers, ("Content-Length", str(len(body)))]
        start(f"{answer.status} {_phrase(answer.status)}", headers)
        return [] if method == "HEAD" or not body else [body]

    def _answer(self, method: str, environ: WSGIEnvironment) -> Answer:
        context = Context(self._app.app_name, LONGEST_REQUEST_S)
        path, _, query = _target(environ).partition("?")
        matched = self._match(path)
        if matched is None or method not in self._app.routes[matched[0]]:
            return _refusal("MISSING_AUTHENTICATION_TOKEN", context)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if len(body) * 4 / 3 > LARGEST_PAYLOAD:
            return _refusal("REQUEST_TOO_LARGE", context)
        try:
            result = self._app(_event(method, path, query, matched, environ, body, context), context)
            answer = _read(result, context)
        except Exception:
            log.exception("the function failed", extra={"resource": matched[0]})
            return _refusal("DEFAULT_5XX", context)
        return answer if len(answer.body) <= LARGEST_PAYLOAD else _refusal("DEFAULT_5XX", context)

    def _match(self, path: str) -> tuple[str, dict[str, str]] | None:
        """The resource for a path, with its parameters as they stand there, percent-encoded."""
        parts = (path.rstrip("/") or "/").split("/")
        for resource, pattern in self._routes:  # sorted: a fixed segment stands before a parameter
            if len(pattern) == len(parts) and all(
                part if expected.startswith("{") else part == expected
                for expected, part in zip(pattern, parts, strict=True)
            ):
                pairs = zip(pattern, parts, strict=True)
                return resource, {name[1:-1]: part for name, part in pairs if name.startswith("{")}
        return None


def _refusal(reason: str, context: Context) -> Answer:
    """What API Gateway says without asking the function, or where the function fails."""
    response = gateway_responses()[reason]
    headers = [
        (name.removeprefix("gatewayresponse.header."), value.strip("'"))
        for name, value in response["responseParameters"].items()
    ]
    [(content_type, body)] = response["responseTemplates"].items()
    headers += [("Content-Type", content_type), ("x-amzn-RequestId", context.aws_request_id)]
    return Answer(response["statusCode"], headers, body.encode())


def _target(environ: WSGIEnvironment) -> str:
    """Path and query string as they were sent: WSGI's own PATH_INFO is decoded."""
    target: str = environ["REQUEST_URI"]
    if target.startswith("/"):
        return target
    return "/" + target.partition("://")[2].partition("/")[2]  # absolute form, RFC 9112 section 3.2.2


def _event(
    method: str,
    path: str,
    query: str,
    matched: tuple[str, dict[str, str]],
    environ: WSGIEnvironment,
    body: bytes,
    context: Context,
) -> dict[str, Any]:
    resource, parameters = matched
    headers = _headers(environ)
    values = parse_qs(query, keep_blank_values=True)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: many[-1] for name, many in values.items()} or None,
        "multiValueQueryStringParameters": values or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": path,
            "protocol": environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
            "stage": "api",
            "requestId": context.aws_request_id,
            "requestTimeEpoch": int(time.time() * 1000),
            "identity": {
                "sourceIp": environ.get("REMOTE_ADDR", "127.0.0.1"),
                "userAgent": headers.get("User-Agent"),
            },
        },
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").title()] = environ[name]
    return headers | {
        "X-Forwarded-For": environ.get("REMOTE_ADDR", "127.0.0.1"),
        "X-Forwarded-Proto": environ.get("wsgi.url_scheme", "http"),
    }


def _read(result: dict[str, Any], context: Context) -> Answer:
    headers = [(name, str(value)) for name, value in (result.get("headers") or {}).items()]
    for name, values in (result.get("multiValueHeaders") or {}).items():
        headers += [(name, str(value)) for value in values]
    headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    body = result.get("body") or ""
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    return Answer(
        int(result["statusCode"]), [*headers, ("x-amzn-RequestId", context.aws_request_id)], content
    )


def _compressed(answer: Answer, accepted: str) -> Answer:
    headers = {name.lower(): value for name, value in answer.headers}
    content_type = headers.get("content-type", "")
    if (
        len(answer.body) < SMALLEST_COMPRESSED
        or "content-encoding" in headers
        or not content_type.startswith(COMPRESSED_TYPES)
        or not _takes_gzip(accepted)
    ):
        return answer
    more = [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    return Answer(answer.status, [*answer.headers, *more], gzip.compress(answer.body, 6, mtime=0))


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header allows gzip (RFC 9110 section 12.5.3)."""
    for coding in accepted.lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
