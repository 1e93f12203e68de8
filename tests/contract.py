"""What OpenAPI says of every request and answer that passes in a test, held against what really passed."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs

from chalicelib import errors
from chalicelib.web import openapi


@dataclass(frozen=True)
class Passed:
    """A request and its answer, as they passed."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int
    answer_headers: dict[str, Any]
    answer: Any


def document() -> dict[str, Any]:
    """The description of the app's routes."""
    import app

    return _document(tuple(sorted((path, *methods) for path, methods in app.app.routes.items())))


@cache
def _document(_routes: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    import app

    return openapi.describe(app.app.routes)


def template(path: str) -> str | None:
    """The documented path that this path matches, None where none does."""
    parts = path.partition("?")[0].split("/")
    for documented in sorted(document()["paths"]):  # a fixed segment stands before a parameter
        expected = documented.split("/")
        if len(expected) == len(parts) and all(
            each.startswith("{") or each == part for each, part in zip(expected, parts, strict=True)
        ):
            return str(documented)
    return None


def check(passed: Passed) -> None:
    """Fail where the answer, or a request that was accepted, is not as documented."""
    documented = template(passed.path)
    operation = document()["paths"].get(documented, {}).get(passed.method.lower())
    if operation is None:
        assert passed.status == 404, passed
        return
    status = str(passed.status)
    assert status in operation["responses"], f"{passed.method} {documented} answers {status}: {passed.answer}"
    _check_answer(passed, _resolved(operation["responses"][status]))
    if passed.status < 300:
        _check_accepted(passed, operation)


def _check_answer(passed: Passed, response: dict[str, Any]) -> None:
    content = response.get("content")
    if content is None or passed.method == "HEAD":
        assert not passed.answer, f"{passed.status} has a body: {passed.answer}"
    else:
        media_type = passed.answer_headers["Content-Type"].partition(";")[0]
        assert content.keys() & {media_type, "*/*"}, f"{media_type} is not one of {list(content)}"
        schema = content.get(media_type, {}).get("schema")
        if schema:
            _valid(schema, passed.answer)
    for name, header in response.get("headers", {}).items():
        _valid(header["schema"], int(passed.answer_headers[name]))
    is_page = content is not None and "text/html" in content
    if passed.status >= 400 and passed.method != "HEAD" and not is_page:
        codes = {code for code, its in openapi._codes(errors.EarshotError) if its == passed.status}
        assert passed.answer["Code"] in codes
        assert passed.answer["Message"].endswith((".", "…")), passed.answer


def _check_accepted(passed: Passed, operation: dict[str, Any]) -> None:
    if "requestBody" in operation:
        _valid(operation["requestBody"]["content"]["application/json"]["schema"], json.loads(passed.body))
    documented = {each["name"]: each for each in operation["parameters"]}
    for name, text in parse_qsl(passed.path.partition("?")[2]):
        if documented.get(name, {}).get("in") == "query":
            schema = documented[name]["schema"]
            _valid(schema, json.loads(text) if schema.get("type") in ("integer", "boolean") else text)
    for name, value in passed.headers.items():
        if name in ("Idempotency-Key", "If-Match"):
            assert name in documented, f"{name} is not documented for {operation['operationId']}"
            _valid(documented[name]["schema"], value)


def _resolved(response: dict[str, Any]) -> dict[str, Any]:
    name = re.sub("^#/components/responses/", "", response.get("$ref", ""))
    return document()["components"]["responses"][name] if name else response


def _valid(schema: dict[str, Any], value: Any) -> None:
    error = next(iter(_validator(json.dumps(schema)).iter_errors(value)), None)
    assert error is None, f"{error}"


@cache
def _validator(schema: str) -> Any:
    whole = json.loads(schema) | {"components": document()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
