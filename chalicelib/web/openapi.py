"""The API described in OpenAPI 3.1, from the routes themselves.

https://spec.openapis.org/oas/v3.1.1.html
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from chalicelib import errors, requests, settings
from chalicelib.auth import session
from chalicelib.auth.caller import PUBLIC
from chalicelib.requests import Endpoint, OwnAnswers

VERSION = "1"
SCHEMA = "#/components/schemas/{name}"
RESPONSE = "#/components/responses/{name}"
PARAMETER = re.compile(r"{(\w+)}")
REFUSALS = {
    400: "The request is not as documented.",
    401: "Nobody is signed in, or the session has ended.",
    404: "There is nothing here that the caller may open or change.",
    409: "The request is right, but not in the present state.",
    413: "The body is too large.",
    429: "The caller has asked for more than one may; see Retry-After.",
    503: "Earshot cannot answer right now; see Retry-After.",
}
HEADERS = {
    "idempotency_key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Becomes the id of what is created; asking again creates nothing new.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "expected_version": {
        "name": "If-Match",
        "in": "header",
        "description": "The version that was seen; 409 where it is stale.",
        "schema": {"type": "string", "pattern": f"^(?:{requests.VERSION.pattern})$"},
    },
}
"""Headers by the function of `requests` that reads them: a view that calls it takes the header."""


class ErrorView(msgspec.Struct):
    """An error: its name, and what happened and what to do."""

    Code: str
    Message: str
    Current: Any = None


def describe(routes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The description of these Chalice routes."""
    described = [
        (path, method, entry.view_function)
        for path, methods in sorted(routes.items())
        for method, entry in sorted(methods.items())
    ]
    endpoints = [view.endpoint for _, _, view in described if hasattr(view, "endpoint")]
    types = {found for each in endpoints for found in (each.body, each.answer) if found}
    schemas, components = msgspec.json.schema_components([*types, ErrorView], ref_template=SCHEMA)
    of = dict(zip([*types, ErrorView], schemas, strict=True))
    paths: dict[str, Any] = {}
    for path, method, view in described:
        paths.setdefault(path, {})[method.lower()] = _operation(path, method, view, of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Earshot",
            "version": VERSION,
            "description": "People of a company learn from one another by ear. "
            "Times are RFC 3339 in UTC, durations milliseconds, ids opaque and URL-safe.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": settings.BASE_URL.rstrip("/")}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {
                HTTPStatus(status).phrase.replace(" ", ""): _refusal(status, of) for status in REFUSALS
            },
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": session.in_browser(session.NAME)},
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An ID token of the provider in /settings.json.",
                },
            },
        },
        "security": [{"session": []}, {"token": []}],
    }


def _operation(path: str, method: str, view: Any, of: dict[Any, Any]) -> dict[str, Any]:
    endpoint: Endpoint | None = getattr(view, "endpoint", None)
    operation: dict[str, Any] = {
        "operationId": view.__name__,
        "tags": [view.__module__.split(".")[1]],
        "summary": (inspect.getdoc(view) or "").splitlines()[0],
        "parameters": [*_path_parameters(path, endpoint), *_headers(view)],
    }
    more = (inspect.getdoc(view) or "").partition("\n\n")[2]
    if more:
        operation["description"] = more.replace("``", "`")
    if (method, path) in PUBLIC:
        operation["security"] = []
    if endpoint is None:
        own: OwnAnswers = view.answers
        operation["parameters"] += [
            {"name": name, "in": "query", "schema": {"type": "string"}} for name in own.query
        ]
        return operation | {"responses": _own_responses(own)}
    if endpoint.query:
        operation["parameters"] += _query(endpoint.query)
    if endpoint.body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": of[endpoint.body]}},
        }
    return operation | {"responses": _responses(path, method, endpoint, of)}


def _path_parameters(path: str, endpoint: Endpoint | None) -> Iterator[dict[str, Any]]:
    schema = {"type": "string"} | ({"pattern": f"^{requests.ID.pattern}$"} if endpoint else {})
    for name in PARAMETER.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _headers(view: Any) -> list[dict[str, Any]]:
    called = inspect.unwrap(view).__code__.co_names
    return [header for name, header in HEADERS.items() if name in called]


def _query(shape: type) -> list[dict[str, Any]]:
    (schema,), components = msgspec.json.schema_components([shape], ref_template=SCHEMA)
    whole = components[schema["$ref"].rpartition("/")[2]]
    return [
        {"name": name, "in": "query", "required": name in whole.get("required", ()), "schema": each}
        for name, each in whole["properties"].items()
    ]


def _responses(path: str, method: str, endpoint: Endpoint, of: dict[Any, Any]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": HTTPStatus(endpoint.status).phrase}
    if endpoint.answer is not None:
        success["content"] = {"application/json": {"schema": of[endpoint.answer]}}
    responses = {str(endpoint.status): success}
    if (method, path) in PUBLIC:
        refused = {404, 503} if "{" in path else set()
        refused |= {400, 413} if endpoint.body else set()
    else:
        refused = {400, 401, 429, 503}
        refused |= {413} if endpoint.body else set()
        refused |= {404, 409} if endpoint.body or "{" in path else set()
    return responses | {str(status): _reference(status) for status in sorted(refused)}


def _own_responses(own: OwnAnswers) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, media_type in own.media_types.items():
        responses[str(status)] = {"description": HTTPStatus(status).phrase}
        if media_type:
            responses[str(status)]["content"] = {media_type: {}}
    return responses | {str(status): _reference(status) for status in own.refusals}


def _refusal(status: int, of: dict[Any, Any]) -> dict[str, Any]:
    codes = sorted(code for code, its in _codes(errors.EarshotError) if its == status)
    response = {
        "description": f"{REFUSALS[status]} Codes: {', '.join(codes)}.",
        "content": {"application/json": {"schema": of[ErrorView]}},
    }
    if status in (429, 503):
        response["headers"] = {
            "Retry-After": {
                "description": "Seconds to wait.",
                "required": True,
                "schema": {"type": "integer"},
            }
        }
    return response


def _codes(error: type[errors.EarshotError]) -> Iterator[tuple[str, int]]:
    """The errors that are raised, which are the leaves of the tree."""
    below = error.__subclasses__()
    if not below:
        yield error.__name__, error.STATUS_CODE
    for each in below:
        yield from _codes(each)


def _reference(status: int) -> dict[str, str]:
    return {"$ref": RESPONSE.format(name=HTTPStatus(status).phrase.replace(" ", ""))}
