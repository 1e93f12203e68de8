"""The description of the API; that answers keep to it is checked wherever a test calls the API."""

import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib import requests
from chalicelib.auth.caller import PUBLIC
from tests import contract
from tests.world import Person, World


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    """What anybody can read."""
    described: dict[str, Any] = world.call("GET", "/openapi.json").expect(200)
    return described


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_description_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_is_in_it_and_nothing_else(world: World, document: dict[str, Any]) -> None:
    routes = {(method, path) for path, methods in world.app.app.routes.items() for method in methods}
    assert {(method, path) for method, path, _ in operations(document)} == routes


def test_every_operation_says_what_it_does_under_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[A-Z].+\.", operation["summary"]) for _, _, operation in operations(document))


def test_only_the_public_routes_need_no_caller(document: dict[str, Any]) -> None:
    open_to_all = {
        (method, path) for method, path, each in operations(document) if each.get("security") == []
    }
    assert open_to_all == PUBLIC
    assert document["security"] == [{"session": []}, {"token": []}]


def test_headers_stand_where_they_are_read(document: dict[str, Any]) -> None:
    takes = {
        header: {
            operation["operationId"]
            for _, _, operation in operations(document)
            if any(each["name"] == header for each in operation["parameters"])
        }
        for header in ("Idempotency-Key", "If-Match")
    }
    assert {"create_workspace", "create_track"} <= takes["Idempotency-Key"]
    assert {"change_workspace", "change_member", "change_track"} <= takes["If-Match"]
    assert "accept_invitation" not in takes["Idempotency-Key"]


def test_every_error_that_is_raised_is_named_at_its_status(document: dict[str, Any]) -> None:
    responses = document["components"]["responses"]
    assert "LastAdmin" in responses["Conflict"]["description"]
    assert "StaleVersion" in responses["Conflict"]["description"]
    assert responses["ServiceUnavailable"]["headers"]["Retry-After"]["required"]


def test_limits_of_the_client_are_those_of_the_description(world: World, document: dict[str, Any]) -> None:
    limits = world.call("GET", "/settings.json").expect(200)["limits"]
    schemas = document["components"]["schemas"]
    assert schemas["NewTrack"]["properties"]["title"]["maxLength"] == limits["line_length"]
    assert schemas["NewWorkspace"]["properties"]["name"]["maxLength"] == limits["name_length"]
    assert schemas["NewTrack"]["properties"]["size_bytes"]["maximum"] == limits["upload_bytes"]
    assert schemas["NewInvitations"]["properties"]["emails"]["maxItems"] == limits["invitations_at_once"]
    [problem, _] = schemas["NewGroup"]["properties"]["problem"]["anyOf"]
    [said, _] = schemas["NewContribution"]["properties"]["text"]["anyOf"]
    capacity = schemas["MemberChange"]["properties"]["mentor_capacity"]
    assert (problem["maxLength"], said["maxLength"], capacity["maximum"]) == (
        limits["problem_length"],
        limits["contribution_length"],
        limits["mentor_capacity"],
    )
    assert schemas["NewChapters"]["properties"]["chapters"]["maxItems"] == limits["chapters"]
    assert schemas["ChapterView"]["properties"]["title"]["maxLength"] == limits["chapter_length"]
    assert limits["page_size"] == requests.LONGEST_PAGE


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": 418},
        {"answer": {"name": "Ann"}},
        {"answer_headers": {"Content-Type": "text/html"}},
        {"status": 503, "answer": {"Code": "Unavailable", "Message": "Later."}, "answer_headers": {}},
        {"status": 404, "answer": {"Code": "Unheard", "Message": "Of."}},
        {"method": "POST"},
    ],
    ids=str,
)
def test_an_answer_that_is_not_as_described_fails_the_test(ann: Person, wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {
        "method": "GET",
        "path": "/v1/me",
        "headers": {},
        "body": b"",
        "status": 200,
        "answer_headers": {"Content-Type": "application/json"},
        "answer": ann.get("/v1/me").expect(200),
    }
    contract.check(contract.Passed(**right))
    with pytest.raises((AssertionError, KeyError)):
        contract.check(contract.Passed(**(right | wrong)))
