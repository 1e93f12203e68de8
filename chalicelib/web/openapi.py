"""The API described in OpenAPI 3.1, from the routes themselves.

https://spec.openapis.org/oas/v3.1.1.html
"""

import inspect
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.auth.caller import PUBLIC
from chalicelib.requests import LONGEST_LINE, Endpoint

VERSION = "1"
REFERENCE = "#/components/schemas/{name}"
PARAMETER = re.compile(r"{(\w+)}")
STATUSES = {
    "400": "The request is not as documented.",
    "401": "Nobody is signed in, or the session has ended.",
    "404": "There is nothing here that the caller may open or change.",
    "409": "The request is right, but not in the present state.",
    "413": "The body is too large.",
    "429": "The caller has done as much of this as one may in a day.",
    "503": "Earshot cannot answer right now; see Retry-After.",
}


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
    schemas, components = msgspec.json.schema_components([*types, ErrorView], ref_template=REFERENCE)
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
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "earshot_session"},
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
        "summary": (inspect.getdoc(view) or "").splitlines()[0],
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string", "maxLength": LONGEST_LINE},
            }
            for name in PARAMETER.findall(path)
        ],
        "responses": _responses(path, method, endpoint, of),
    }
    if (method, path) in PUBLIC:
        operation["security"] = []
    if endpoint and endpoint.query:
        operation["parameters"] += _query(endpoint.query)
    if endpoint and endpoint.body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": of[endpoint.body]}},
        }
        operation["parameters"] += _headers(method)
    return operation


def _responses(path: str, method: str, endpoint: Endpoint | None, of: dict[Any, Any]) -> dict[str, Any]:
    if endpoint is None:
        return {"default": {"description": "A page, a file or the way to the provider."}}
    success: dict[str, Any] = {"description": "As asked."}
    if endpoint.answer is not None:
        success["content"] = {"application/json": {"schema": of[endpoint.answer]}}
    error = {"application/json": {"schema": of[ErrorView]}}
    refusals = {} if (method, path) in PUBLIC else dict(STATUSES)
    return {str(endpoint.status): success} | {
        status: {"description": description, "content": error} for status, description in refusals.items()
    }


def _query(shape: type) -> list[dict[str, Any]]:
    (schema,), components = msgspec.json.schema_components([shape], ref_template=REFERENCE)
    whole = components[schema["$ref"].rpartition("/")[2]]
    return [
        {"name": name, "in": "query", "required": False, "schema": property_schema}
        for name, property_schema in whole["properties"].items()
    ]


def _headers(method: str) -> list[dict[str, Any]]:
    if method == "POST":
        return [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "Becomes the id of what is created; asking again creates nothing new.",
                "schema": {"type": "string", "format": "uuid"},
            }
        ]
    return [
        {
            "name": "If-Match",
            "in": "header",
            "description": "The version that was seen; 409 where it is stale.",
            "schema": {"type": "string"},
        }
    ]
