"""Bearer tokens: what is believed and, as a table, what is not."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from chalicelib.auth import tokens
from tests.environment import provider
from tests.world import World

EMAIL = "ann@acme.example"


def status(world: World, token: str) -> int:
    return world.call("GET", "/v1/me", headers={"Authorization": f"Bearer {token}"}).status


def test_a_token_of_the_provider_is_believed(world: World) -> None:
    assert status(world, provider.token(EMAIL)) == 200


def test_a_verified_token_costs_no_second_signature_check(world: World) -> None:
    token = provider.token(EMAIL)
    assert tokens.verify(token) is tokens.verify(token)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example"},
        {"iss": provider.issuer + "/"},
        {"aud": "another-client"},
        {"aud": ["earshot-test", "another"]},
        {"aud": None},
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": int(time.time()) + 86_400},
        {"iat": None},
        {"iat": int(time.time()) + 86_400},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"headers": {"crit": ["x"], "x": 1}},
        {"headers": {"kid": "unknown"}},
    ],
    ids=" ".join,
)
def test_a_token_with_any_of_this_is_not_believed(world: World, changed: dict[str, Any]) -> None:
    assert status(world, provider.token(EMAIL, **changed)) == 401


def unsigned(header: dict[str, Any], token: str) -> str:
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    return f"{encoded}.{token.split('.')[1]}."


def test_no_algorithm_is_no_signature(world: World) -> None:
    for name in ("none", "None", "NONE"):
        assert status(world, unsigned({"alg": name, "kid": "first"}, provider.token(EMAIL))) == 401


def test_the_public_key_is_no_secret_to_sign_with(world: World) -> None:
    public = (
        provider.keys["first"]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    signed = unsigned({"alg": "HS256", "kid": "first"}, provider.token(EMAIL)).rstrip(".")
    mac = hmac.digest(public, signed.encode(), hashlib.sha256)
    token = f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    assert status(world, token) == 401


def test_keys_that_the_token_brings_along_are_ignored(world: World) -> None:
    from tests.provider import Provider

    forger = Provider()
    for header in (
        {"jku": f"{forger.issuer}/keys"},
        {"x5u": f"{forger.issuer}/keys"},
        {"jwk": json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(forger.keys["first"].public_key()))},
    ):
        forged = forger.token(EMAIL, iss=provider.issuer, headers=header)
        assert status(world, forged) == 401
    assert forger.requests == []


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer a.b",
        "Bearer a.b.c",
        "Bearer " + "x" * 9000,
        "Bearer ü.ü.ü",
    ],
)
def test_what_is_no_token_is_nobody(world: World, header: str) -> None:
    assert world.call("GET", "/v1/me", headers={"Authorization": header}).status == 401


def test_a_token_that_expires_while_it_is_cached_is_refused(world: World) -> None:
    token = provider.token(EMAIL, exp=int(time.time()) + 1 - tokens.LEEWAY_SECONDS)
    assert status(world, token) == 200
    time.sleep(1.1)
    assert status(world, token) == 401


def test_an_unknown_key_is_asked_for_once_in_a_window(world: World) -> None:
    assert status(world, provider.token(EMAIL)) == 200
    asked = provider.requests.count("/keys")
    for _ in range(5):
        assert status(world, provider.token(EMAIL, headers={"kid": "unknown"})) == 401
    assert provider.requests.count("/keys") == asked


def test_a_rotated_key_is_fetched_and_empties_the_cache(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert status(world, provider.token(EMAIL)) == 200
    provider.add_key("second")
    monkeypatch.setattr(tokens, "KEYS_WINDOW_SECONDS", -1)
    try:
        assert status(world, provider.token(EMAIL, key_id="second")) == 200
        assert len(tokens.cache) == 1
    finally:
        del provider.keys["second"]


def test_nobody_gets_in_while_the_provider_is_away_and_its_keys_are_unknown(world: World) -> None:
    provider.is_down = True
    try:
        answer = world.call("GET", "/v1/me", headers={"Authorization": f"Bearer {provider.token(EMAIL)}"})
        assert answer.expect(503)["Code"] == "Unavailable"
        assert answer.headers["Retry-After"]
    finally:
        provider.is_down = False


def test_a_provider_that_comes_back_is_asked_again_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.is_down = True
    try:
        assert status(world, provider.token(EMAIL)) == 503
    finally:
        provider.is_down = False
    asked = len(provider.requests)
    assert status(world, provider.token(EMAIL)) == 503  # and is not asked with every request
    assert len(provider.requests) == asked
    monkeypatch.setattr(tokens, "KEYS_AGAIN_SECONDS", -1)
    assert status(world, provider.token(EMAIL)) == 200


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", ["not", "an", "object"]),
        ("/.well-known/openid-configuration", {"issuer": provider.issuer}),
        (
            "/.well-known/openid-configuration",
            provider.document("/.well-known/openid-configuration") | {"issuer": "x"},
        ),
        ("/keys", [1]),
        ("/keys", {"keys": "none"}),
        ("/keys", {"keys": []}),
        ("/keys", {"keys": [{"kty": "unheard of"}]}),
    ],
    ids=lambda value: str(value).replace(provider.issuer, "issuer"),
)
def test_a_provider_that_talks_nonsense_is_one_that_is_away(world: World, path: str, answer: Any) -> None:
    provider.says[path] = answer
    try:
        assert status(world, provider.token(EMAIL)) == 503
        page = world.call("GET", "/signin")
        assert page.status == (503 if path != "/keys" else 303)
    finally:
        provider.says.clear()


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Ann  Example\u202e\r\n"}, "Ann Example"),
        ({"name": " \u200b\u0000"}, "ann@acme.example"),
        ({"name": None, "preferred_username": "annie"}, "annie"),
        ({"name": {"first": "Ann"}}, "{'first': 'Ann'}"),
        ({"name": "x" * 101}, "x" * 100),
        ({"name": "", "email_verified": False}, "Somebody"),
    ],
    ids=str,
)
def test_a_name_is_one_line_that_can_be_seen(world: World, claims: dict[str, Any], name: str) -> None:
    assert world.person(EMAIL, **claims).get("/v1/me").expect(200)["name"] == name


@pytest.mark.parametrize(
    ("email", "believed"),
    [
        (" Ann@ACME.example ", "ann@acme.example"),
        ("mi\u212ae@acme.example", "mi\u212ae@acme.example"),
        ("ann", None),
        ("ann@", None),
        ("a@b@c.example", None),
        ("ann@acme.example\r\nBcc: eve@evil.example", None),
        ("x" * 250 + "@a.example", None),
        (["ann@acme.example"], None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_two_people_never_share_an_address(world: World, email: Any, believed: str | None) -> None:
    assert world.person("sub", email=email).get("/v1/me").expect(200)["email"] == believed


def test_an_address_that_nobody_vouches_for_opens_no_invitation(world: World) -> None:
    for changed in ({"email_verified": False}, {"email_verified": None}, {"email_verified": "true"}):
        person = world.person(EMAIL, sub="x", **changed)
        me = person.get("/v1/me").expect(200)
        assert (me["email"], me["invitations"], me["may_create_workspace"]) == (None, [], False)
        person.post("/v1/workspaces", name="Acme").expect(404)
