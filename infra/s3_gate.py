"""The gate before the local S3: it refuses what S3 refuses and the emulator lets through.

Presigned POSTs and URLs are held against signature, policy, size and expiry; other origins than
those of the bucket's own CORS configuration get no CORS headers; errors have S3's XML.
"""

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qsl, quote, unquote_to_bytes
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from xml.sax.saxutils import escape

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from infra import post_policy, signatures
from infra.signatures import Keys, RefusedError

BLOCK = 256 * 1024
LARGEST_FORM = 20 * 1024  # S3's limit for everything that stands before the file
REASONS = {
    200: "OK",
    201: "Created",
    204: "No Content",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    411: "Length Required",
}
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class CorsRule:
    """One rule of a bucket's CORS configuration."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    max_age_seconds: int | None = None

    def answer(self, origin: str, method: str, requested: tuple[str, ...] = ()) -> Headers | None:
        """The headers for a request of this origin, or None where the rule says nothing of it."""
        if method not in self.methods or not _matches_any(origin, self.origins):
            return None
        if not all(_matches_any(name.lower(), self.headers, lower=True) for name in requested):
            return None
        anyone = "*" in self.origins
        answer = [
            ("Access-Control-Allow-Origin", "*" if anyone else origin),
            ("Access-Control-Allow-Methods", ", ".join(self.methods)),
        ]
        if not anyone:
            answer.append(("Access-Control-Allow-Credentials", "true"))
        if requested:
            answer.append(("Access-Control-Allow-Headers", ", ".join(requested).lower()))
        if self.exposed:
            answer.append(("Access-Control-Expose-Headers", ", ".join(self.exposed)))
        if self.max_age_seconds is not None:
            answer.append(("Access-Control-Max-Age", str(self.max_age_seconds)))
        return answer


@dataclass(frozen=True)
class Upload:
    """A file that came with an admitted form, in a temporary file that its keeper takes over."""

    path: Path
    size: int
    md5: str
    content_type: str
    metadata: dict[str, str]


class Gate:
    """A WSGI application in front of the S3 of an emulator.

    `cors_rules` answers None where there is no such bucket; `keep` stores an admitted upload.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        *,
        keys: Keys,
        folder: Path,
        cors_rules: Callable[[str], list[CorsRule] | None],
        keep: Callable[[str, str, Upload], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._inner, self._keys, self._folder = inner, keys, folder
        self._cors_rules, self._keep, self._clock = cors_rules, keep, clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        bucket, _, key = _path(environ).lstrip("/").partition("/")
        rules = self._cors_rules(bucket)
        cors = _cors_headers(rules or [], environ)

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            own = [(name, value) for name, value in headers if not _is_cors(name)]
            return start_response(status, own + cors, exc_info)

        try:
            if rules is None:
                raise RefusedError(
                    404, "NoSuchBucket", "The specified bucket does not exist", BucketName=bucket
                )
            return self._admit(environ, cast(StartResponse, start), bucket, key, rules)
        except RefusedError as refusal:
            return refuse(environ, cast(StartResponse, start), refusal)

    def _admit(
        self,
        environ: WSGIEnvironment,
        start: StartResponse,
        bucket: str,
        key: str,
        rules: list[CorsRule],
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        names = {name for name, _ in query}
        if method == "OPTIONS":
            return _preflight(environ, start, rules)
        if method == "POST" and not key and not names:
            return self._receive(environ, start, bucket)
        if "X-Amz-Signature" in names:
            signatures.check_presigned(
                method, _raw_path(environ), query, _headers(environ), self._keys, self._clock()
            )
            return self._inner(environ, start)
        if names & {"Signature", "AWSAccessKeyId"}:
            raise RefusedError(
                400,
                "InvalidRequest",
                "The authorization mechanism you have provided is not supported. "
                "Please use AWS4-HMAC-SHA256.",
            )
        raise RefusedError(403, "AccessDenied", "Access Denied")

    def _receive(self, environ: WSGIEnvironment, start: StartResponse, bucket: str) -> Iterable[bytes]:
        with Form(environ) as form:
            policy = post_policy.admit(bucket, form.fields, self._keys, self._clock())
            key = form.fields.get("key", "").replace("${filename}", form.filename)
            if not key:
                raise RefusedError(
                    400,
                    "InvalidArgument",
                    "Bucket POST must contain a field named "
                    "'key'.  If it is specified, please check the order of the fields.",
                )
            upload = self._spool(form, policy)
        try:
            self._keep(bucket, key, upload)
        finally:
            upload.path.unlink(missing_ok=True)
        return _created(environ, start, bucket, key, upload, form)

    def _spool(self, form: "Form", policy: post_policy.Policy) -> Upload:
        size, md5 = 0, hashlib.md5(usedforsecurity=False)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix="incoming-", delete=False) as to:
            path = Path(to.name)
            try:
                for block in form.file():
                    size += len(block)
                    if size > policy.largest:
                        break
                    md5.update(block)
                    to.write(block)
                post_policy.check_size(size, policy)
            except BaseException:
                path.unlink()
                raise
        return Upload(
            path,
            size,
            md5.hexdigest(),
            content_type=form.fields.get("content-type", "binary/octet-stream"),
            metadata={name: value for name, value in form.fields.items() if name.startswith("x-amz-meta-")},
        )


class Form:
    """A multipart form read as it comes: the fields before the file, then the file in blocks."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        kind, options = parse_options_header(environ.get("CONTENT_TYPE"))
        if kind != "multipart/form-data" or not options.get("boundary"):
            raise RefusedError(
                412,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
                Condition="Bucket POST must be of the enclosure-type multipart/form-data",
            )
        self._input: BinaryIO = environ["wsgi.input"]
        self._left = int(environ.get("CONTENT_LENGTH") or 0)
        self._decoder = MultipartDecoder(options["boundary"].encode("latin-1"), max_parts=100)
        self.fields: dict[str, str] = {}
        self.filename = ""

    def __enter__(self) -> "Form":
        """Read the fields, up to the file."""
        size, name, value = 0, "", b""
        for event in self._events():
            if isinstance(event, Field | File) and event.name.lower() == "file":
                self.filename = event.filename if isinstance(event, File) else ""
                return self
            if isinstance(event, Field | File):
                name, value = event.name.lower(), b""
            elif isinstance(event, Data):
                value += event.data
                size += len(event.data)
                if size > LARGEST_FORM:
                    raise RefusedError(
                        400,
                        "MaxPostPreDataLengthExceeded",
                        "Your POST request fields preceding the upload file were too large.",
                    )
                if not event.more_data:
                    self.fields[name] = value.decode("utf-8", "replace")
        raise RefusedError(
            400,
            "InvalidArgument",
            "POST requires exactly one file upload per request.",
            ArgumentName="file",
            ArgumentValue="0",
        )

    def __exit__(self, *_: object) -> None:
        """What follows the file is not read; S3 ignores it too."""

    def file(self) -> Iterator[bytes]:
        """The file, in blocks."""
        for event in self._events():
            if isinstance(event, Data):
                yield bytes(event.data)
                if not event.more_data:
                    return
        raise _malformed()

    def _events(self) -> Iterator[Any]:
        while True:
            try:
                event = self._decoder.next_event()
                while isinstance(event, NeedData):
                    block = self._input.read(min(BLOCK, self._left))
                    self._left -= len(block)
                    self._decoder.receive_data(block or None)
                    event = self._decoder.next_event()
            except ValueError as error:
                raise _malformed() from error
            if isinstance(event, Epilogue):
                return
            yield event


def refuse_everything(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Answer a request that is nobody's with S3's Access Denied."""
    return refuse(environ, start, RefusedError(403, "AccessDenied", "Access Denied"))


def _created(
    environ: WSGIEnvironment,
    start: StartResponse,
    bucket: str,
    key: str,
    upload: Upload,
    form: Form,
) -> list[bytes]:
    location = f"http://{environ['HTTP_HOST']}/{bucket}/{quote(key)}"
    headers = [("ETag", f'"{upload.md5}"'), ("Location", location)]
    status = {"200": 200, "201": 201}.get(form.fields.get("success_action_status", ""), 204)
    body = b""
    if status == 201:
        body = _xml(
            "PostResponse",
            {"Location": location, "Bucket": bucket, "Key": key, "ETag": f'"{upload.md5}"'},
        )
        headers.append(("Content-Type", "application/xml"))
    if status != 204:
        headers.append(("Content-Length", str(len(body))))
    start(f"{status} {REASONS[status]}", headers)
    return [body] if body else []


def _preflight(environ: WSGIEnvironment, start: StartResponse, rules: list[CorsRule]) -> list[bytes]:
    origin = environ.get("HTTP_ORIGIN")
    method = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
    if not origin or not method:
        raise RefusedError(400, "BadRequest", "Insufficient information. Origin request header needed.")
    if not rules:
        raise RefusedError(
            403,
            "AccessForbidden",
            "CORSResponse: CORS is not enabled for this bucket.",
            Method=method,
            ResourceType="BUCKET",
        )
    if not _cors_headers(rules, environ):
        raise RefusedError(
            403,
            "AccessForbidden",
            "CORSResponse: This CORS request is not allowed. "
            "This is usually because the evalution of Origin, request method / "
            "Access-Control-Request-Method or Access-Control-Request-Headers are not "
            "whitelisted by the resource's CORS spec.",
            Method=method,
            ResourceType="OBJECT",
        )
    start("200 OK", [("Content-Length", "0")])
    return []


def _cors_headers(rules: list[CorsRule], environ: WSGIEnvironment) -> Headers:
    """The CORS headers of the first rule that allows this request or asked-for request."""
    origin = environ.get("HTTP_ORIGIN")
    if not origin:
        return []
    method, requested = environ["REQUEST_METHOD"], ()
    if method == "OPTIONS":
        method = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "")
        listed = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        requested = tuple(name.strip() for name in listed.split(",") if name.strip())
    vary = ("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
    for rule in rules:
        answer = rule.answer(origin, method, requested)
        if answer is not None:
            return [*answer, vary]
    return []


def refuse(environ: WSGIEnvironment, start: StartResponse, refusal: RefusedError) -> list[bytes]:
    """Answer with an error as S3 words it."""
    body = _xml(
        "Error",
        {
            "Code": refusal.code,
            "Message": refusal.message,
            **refusal.details,
            "RequestId": "EARSHOTLOCAL0000",
            "HostId": "earshot-local",
        },
    )
    reason = REASONS.get(refusal.status, "Precondition Failed")
    start(
        f"{refusal.status} {reason}",
        [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))],
    )
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def answer_in_xml(start: StartResponse, root: str, values: dict[str, str]) -> list[bytes]:
    """Answer with what S3 says in XML."""
    body = _xml(root, values)
    start("200 OK", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


def _xml(root: str, values: dict[str, str]) -> bytes:
    inner = "".join(f"<{name}>{escape(_printable(value))}</{name}>" for name, value in values.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{inner}</{root}>'.encode()


def _printable(text: str) -> str:
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)


def _malformed() -> RefusedError:
    return RefusedError(
        400,
        "MalformedPOSTRequest",
        "The body of your POST request is not well-formed multipart/form-data.",
    )


def _matches_any(value: str, patterns: tuple[str, ...], *, lower: bool = False) -> bool:
    for pattern in patterns:
        wanted = ".*".join(re.escape(part) for part in pattern.split("*"))
        if re.fullmatch(wanted.lower() if lower else wanted, value):
            return True
    return False


def _is_cors(name: str) -> bool:
    return name.lower().startswith("access-control-")


def _path(environ: WSGIEnvironment) -> str:
    raw: str = environ.get("PATH_INFO", "")
    return raw.encode("latin-1").decode("utf-8", "replace")


def _raw_path(environ: WSGIEnvironment) -> str:
    """The path in the one encoding S3 signs, whatever encoding it came in."""
    raw = environ.get("REQUEST_URI", "").partition("?")[0]
    decoded = unquote_to_bytes(raw) if raw else environ["PATH_INFO"].encode("latin-1")
    return quote(decoded, safe="/-_.~")


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    with suppress(KeyError):
        headers["content-type"] = environ["CONTENT_TYPE"]
    return headers
