"""Bodies, query strings and cursors into typed values, and typed values into answers.

`endpoint` reads a view's annotations: a parameter ``body`` or ``query`` is a msgspec struct which the
request is decoded into, the returned type is what OpenAPI documents. A view that makes its answers itself
says by `answers` what they are.
"""

import ast
import inspect
import json
import logging
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, wraps
from importlib.resources import files
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import msgspec
from chalice import Response
from itsdangerous import BadData, URLSafeSerializer

from chalicelib import aws, errors
from chalicelib.auth import keys

log = logging.getLogger(__name__)

MOST_BODY_BYTES = 128 * 1024
"""Audio never passes through here: no documented body comes near this."""

LONGEST_PAGE = 100
LONGEST_LINE = 200
LONGEST_MESSAGE = 500
"""Characters of a refusal that repeats what it refuses."""

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
VERSION = re.compile(r'\s*(?:"([0-9]{1,15})"|([0-9]{1,15}))\s*')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")

current: ContextVar[Any] = ContextVar("current")
"""The Chalice request being answered; set by `auth.caller.identify`."""

_shapes: dict[str, str] = {}


def shaped(pattern: str, described: str) -> msgspec.Meta:
    """The constraint that a whole string matches a pattern, which refusals call by its description."""
    whole = rf"^(?:{pattern})$(?!\n)"  # Python's $ also matches before a last line break
    _shapes[whole] = described
    return msgspec.Meta(pattern=whole)


Line = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_LINE)]
"""A title or a name: one line of 1 to 200 characters."""

Id = Annotated[str, shaped(ID.pattern, "an id, as the answers carry it")]
"""An id in a body or a query string."""

T = TypeVar("T")


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A request's body or query string: unknown fields are refused, texts are tidied.

    Each is one line but for those named in ``PARAGRAPHS``.
    """

    PARAGRAPHS: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, str):
                tidy = paragraphs if name in self.PARAGRAPHS else one_line
                setattr(self, name, _not_empty(name, tidy(value)))


class Nothing(Body):
    """An empty object."""


class Page(Body):
    """Which part of a list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_PAGE)] = 50
    after: str | None = None


class Listing(msgspec.Struct, Generic[T]):
    """A part of a list; ``next`` is the cursor of the part that follows, null at the end."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True)
class Endpoint:
    """What a view takes and answers, as OpenAPI describes it."""

    body: type[Body] | None
    query: type[Body] | None
    answer: Any
    status: int


@dataclass(frozen=True)
class OwnAnswers:
    """What a view that makes its answers itself takes and answers, as OpenAPI describes it."""

    media_types: Mapping[int, str | None]
    refusals: tuple[int, ...]
    query: tuple[str, ...]


def one_line(text: str) -> str:
    """The text without control and direction-override characters and without space around it.

    Empty where nothing that can be seen is left.
    """
    tidy = " ".join(_CONTROL.sub(" ", text).split())
    return tidy if any(character.isprintable() for character in tidy) else ""


def paragraphs(text: str) -> str:
    """The text with each of its lines tidied as `one_line` does, and one empty line at most between two."""
    kept: list[str] = []
    for line in map(one_line, text.splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def endpoint(
    status: int = 200, *, body: type[Body] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Turn a function of typed values into a Chalice view that answers JSON with this status.

    A ``body`` given here has to be sent, and the view does not need it.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        signature = inspect.signature(view, eval_str=True)
        taken = signature.parameters.get("body")
        query = signature.parameters.get("query")
        described = Endpoint(
            body=taken.annotation if taken else body,
            query=query.annotation if query else None,
            answer=signature.return_annotation,
            status=status,
        )

        @wraps(view)
        def answer(**ids: str) -> Response:
            def of_values() -> Response:
                for value in ids.values():
                    if not ID.fullmatch(value):
                        raise errors.NotFound
                arguments: dict[str, Any] = dict(ids)
                if described.body:
                    sent = _body(described.body)
                    if taken:
                        arguments["body"] = sent
                if described.query:
                    arguments["query"] = _query(described.query)
                return json_response(view(**arguments), status)

            return _answered(view.__name__, of_values)

        answer.endpoint = described  # type: ignore[attr-defined]
        return answer

    return decorate


def answers(
    media_types: Mapping[int, str | None], *, refusals: tuple[int, ...] = (), query: tuple[str, ...] = ()
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Say of a view what it answers: the media type by status (None: no body), and the errors."""

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def answer(**ids: str) -> Response:
            return _answered(view.__name__, lambda: view(**ids))

        answer.answers = OwnAnswers(media_types, refusals, query)  # type: ignore[attr-defined]
        return answer

    return decorate


def _answered(view: str, answer: Callable[[], Response]) -> Response:
    """What a view answers, or in the one shape of errors what it raises on purpose or AWS is late with."""
    try:
        return answer()
    except errors.EarshotError as error:
        return error_response(error)
    except Exception as error:
        if not aws.is_transient(error):
            raise
        log.warning("AWS did not answer", extra={"view": view, "error": str(error)})
        return error_response(errors.Unavailable())


def is_known(etag: str) -> bool:
    """Whether the caller has what this ETag names (RFC 9110 section 13.1.2)."""
    names: str = current.get().headers.get("if-none-match", "")
    return etag in names or names.strip() == "*"


def json_response(value: Any, status: int) -> Response:
    """A value of the API as an answer; None is an empty body."""
    if value is None:
        return Response(body=b"", status_code=status, headers={"Content-Type": "application/json"})
    return Response(
        body=msgspec.json.encode(value),
        status_code=status,
        headers={"Content-Type": "application/json"},
    )


def error_response(error: errors.EarshotError) -> Response:
    """An error in the one shape that all of them have."""
    body = {"Code": type(error).__name__, "Message": str(error)}
    state = error.current()
    if state is not None:
        body["Current"] = state
    response = json_response(body, error.STATUS_CODE)
    response.headers.update(error.headers())
    return response


def _body(shape: type[Body]) -> Body:
    raw: bytes = current.get().raw_body
    if len(raw) > MOST_BODY_BYTES:
        raise errors.BodyTooLarge(MOST_BODY_BYTES)
    if not raw:
        raise errors.InvalidRequest("The body is empty; it must be a JSON object.")
    try:
        body = msgspec.json.decode(raw, type=shape)
        json.loads(raw, object_pairs_hook=_without_duplicates)
    except (msgspec.ValidationError, _Duplicate) as error:
        raise errors.InvalidRequest(_readable(str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise errors.InvalidRequest(f"The body must be a JSON object: {error}.") from error
    return body


def _query(shape: type[Body]) -> Body:
    values: Any = current.get().query_params or {}
    repeated = [name for name in values if len(values.getlist(name)) > 1]
    if repeated:
        raise errors.InvalidRequest(f"`{repeated[0][:LONGEST_LINE]}` stands in the query more than once.")
    try:
        return msgspec.convert(dict(values), type=shape, strict=False)
    except msgspec.ValidationError as error:
        raise errors.InvalidRequest(_readable(str(error))) from error


def _not_empty(name: str, text: str) -> str:
    if not text:
        raise ValueError(f"`{name}` must not be empty")
    return text


def tidy_each(name: str, texts: list[str]) -> list[str]:
    """Each of the texts as one line and once, in their order. Raises ValueError where one is empty."""
    return list(dict.fromkeys(_not_empty(name, one_line(text)) for text in texts))


def known_zone(name: str) -> None:
    """Raise ValueError where this is no name of a time zone."""
    if name not in _zones():
        raise ValueError("`time_zone` must be a name of the IANA time zone database, such as Europe/Berlin")


@cache
def _zones() -> frozenset[str]:
    """The names of the IANA database as packaged: a machine's own may have more (``localtime``)."""
    return frozenset(files("tzdata").joinpath("zones").read_text().split())


class _Duplicate(Exception):
    """A name stands in one object of a body more than once."""


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise _Duplicate(f"`{name}` stands in one object more than once")
        members[name] = value
    return members


def _readable(message: str) -> str:
    """msgspec's message with the place in front, and with what is expected in words."""
    what, found, where = message.partition(" - at `$.")
    _, unlike, pattern = what.partition("Expected `str` matching regex ")
    if unlike:
        what = f"Expected {_shapes[ast.literal_eval(pattern)]}"
    sentence = f"`{where.rstrip('`')}`: {what}." if found else f"{what}."
    return sentence if len(sentence) <= LONGEST_MESSAGE else f"{sentence[:LONGEST_MESSAGE]}…"


def expected_version() -> int | None:
    """The version in ``If-Match``, None where the caller did not ask for one."""
    header = current.get().headers.get("if-match")
    if header is None:
        return None
    version = VERSION.fullmatch(header)
    if version is None:
        raise errors.InvalidRequest("If-Match must be a version, as the answers carry it.")
    return int(version[1] or version[2])


def idempotency_key() -> str | None:
    """The ``Idempotency-Key``, a UUID that becomes the id of what is created."""
    header = current.get().headers.get("idempotency-key")
    if header is None:
        return None
    if UUID.fullmatch(header) is None:
        raise errors.InvalidRequest("Idempotency-Key must be a UUID.")
    return str(header.lower())


def cursor(position: dict[str, Any] | None, *scope: str) -> str | None:
    """A cursor for this position, signed for this scope (caller, list and filters); None at the end."""
    return None if position is None else str(_cursors(scope).dumps(position))


def position(after: str | None, *scope: str) -> dict[str, Any] | None:
    """The position in a cursor that was signed for this scope.

    Raises `InvalidCursor` where it was not.
    """
    if after is None:
        return None
    try:
        found: dict[str, Any] = _cursors(scope).loads(after)
    except BadData as error:
        raise errors.InvalidCursor from error
    return found


def _cursors(scope: tuple[str, ...]) -> URLSafeSerializer:
    return URLSafeSerializer(keys.session_secret(), salt=json.dumps(["cursor", *scope]))
