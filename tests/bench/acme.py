"""What the benches of the API have in common: a workspace with a member in it, requests, and CPU time."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests import environment

WORKSPACE = "acme"

Request = dict[str, Any]
Handler = Callable[[Request, Any], dict[str, Any]]


@dataclass(frozen=True)
class Caller:
    """A member who is signed in."""

    member_id: str
    cookie: str


def populate() -> Caller:
    """Make a workspace with a member in it."""
    from chalicelib.auth import session
    from chalicelib.workspaces.models import Member, Workspace

    now = datetime.now(UTC)
    who = session.begun(environment.provider.issuer, "ann", "ann@acme.example", "Ann", now)
    member_id = Member.id_of(WORKSPACE, who.issuer, who.subject)
    Workspace(WORKSPACE, name="Acme", admin_ids={member_id}, created_at=now).save()
    Member(
        WORKSPACE,
        member_id,
        identity_key=Member.identity_of(who.issuer, who.subject),
        name=who.name,
        email=who.email,
        role="admin",
        joined_at=now,
        sessions_valid_from=now,
    ).save()
    return Caller(member_id, session.cookie(who, now).partition(";")[0])


def request(caller: Caller, method: str, resource: str, *, body: str | None = None, **ids: str) -> Request:
    """A request as API Gateway hands it to Lambda."""
    headers = {
        "accept": "*/*",
        "content-type": "application/json",
        "cookie": caller.cookie,
        "sec-fetch-site": "same-origin",
    }
    ids = {"workspace_id": WORKSPACE, **ids}
    return {
        "resource": resource,
        "path": resource.format(**ids),
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": ids,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": resource,
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": body,
        "isBase64Encoded": False,
    }


def cpu_ms(handle: Handler, requests: Iterator[Request], calls: int) -> float:
    """The CPU that each of so many calls takes."""
    asked = [next(requests) for _ in range(calls)]
    began = time.process_time()
    answers = [handle(each, None) for each in asked]
    spent = time.process_time() - began
    for answer in answers:
        check(answer)
    return 1000 * spent / calls


def check(answer: dict[str, Any]) -> None:
    if answer["statusCode"] != 200:
        raise RuntimeError(f"the bench measures refusals: {answer}")
