"""Bodies, query strings, cursors and headers that are not as documented, each with what is said of it."""

import base64
import json
import re
import uuid
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from chalicelib import requests
from chalicelib.workspaces.invitations import MOST_AT_ONCE
from tests import contract
from tests.environment import provider
from tests.progress.player import track_of
from tests.world import Answer, Person, World

SMILE = "\U0001f600"
TRACK: dict[str, Any] = {"title": "A pitch", "content_type": "audio/mpeg", "size_bytes": 1000}
WITH_BODIES = [
    (method.upper(), path, operation["requestBody"]["content"]["application/json"]["schema"])
    for path, methods in contract.document()["paths"].items()
    for method, operation in methods.items()
    if "requestBody" in operation
]
NOT_THEIRS = ("user_id", "member_id", "speaker_id", "actor_id", "workspace_id", "role", "status", "admin_ids")
"""Fields by which somebody might try to be somebody else."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One AWS for everything that is refused."""
    with mock_aws():
        yield World.begin(provider)


@pytest.fixture(scope="module")
def ann(world: World) -> Person:
    return world.founder("ann@acme.example", workspace="Acme")


@pytest.fixture(scope="module")
def ben(ann: Person) -> Person:
    return ann.invites("ben@acme.example")


def refused(answer: Answer, status: int = 400) -> str:
    """What the refusal says."""
    body = answer.expect(status)
    assert body.keys() == {"Code", "Message"}
    return str(body["Message"])


@pytest.mark.parametrize(("method", "path", "schema"), WITH_BODIES, ids=lambda value: str(value)[:60])
def test_a_body_that_is_no_such_object_is_refused_everywhere(
    ann: Person, method: str, path: str, schema: dict[str, Any]
) -> None:
    path = re.sub(r"{(\w+)}", lambda found: ann.workspace_id if found[1] == "workspace_id" else "x", path)
    for body, said in {
        b"": "The body is empty; it must be a JSON object.",
        b"name=Ann": "The body must be a JSON object: JSON is malformed: ",
        b"{": "The body must be a JSON object: Input data was truncated.",
        b"{} {}": "",
        b"\xef\xbb\xbf{}": "The body must be a JSON object: JSON is malformed: ",
        b'{"\xff": 1}': "The body must be a JSON object: ",
        b'{"a": NaN}': "",
        b'{"a": Infinity}': "",
        b"[]": "Expected `object`, got `array`.",
        b"null": "Expected `object`, got `null`.",
        b"1": "Expected `object`, got `int`.",
        b'"x"': "Expected `object`, got `str`.",
        b"[" * 10_000: "Expected `object`, got `array`.",
        b'{"a":' * 10_000: "Object contains unknown field `a`.",
        b'{"unheard_of": 1}': "Object contains unknown field `unheard_of`.",
    }.items():
        answer = ann.call(method, path, body)
        assert refused(answer).startswith(said), body[:40]
        assert answer.body["Code"] == "InvalidRequest"
    for name in NOT_THEIRS:
        if name not in fields(schema):
            said = f"Object contains unknown field `{name}`."
            assert refused(ann.call(method, path, {name: "x"})) == said


def fields(schema: dict[str, Any]) -> set[str]:
    name = schema["$ref"].rpartition("/")[2]
    return set(contract.document()["components"]["schemas"][name]["properties"])


def test_a_body_may_be_so_large_and_not_one_byte_larger(ann: Person) -> None:
    body = json.dumps(TRACK).encode()
    full = body + b" " * (requests.MOST_BODY_BYTES - len(body))
    ann.call("POST", f"{ann.place}/tracks", full).expect(201)
    answer = ann.call("POST", f"{ann.place}/tracks", full + b" ")
    assert refused(answer, 413) == "A body may have 131072 bytes at most."
    assert answer.body["Code"] == "BodyTooLarge"


def test_nothing_deep_or_huge_is_looked_into(ann: Person) -> None:
    deep = b'{"title":' + b"[" * 100_000
    assert refused(ann.call("POST", f"{ann.place}/tracks", deep)) == "`title`: Expected `str`, got `array`."
    nested = b'{"title": "x", "consent": ' + b'{"audience": ' * 9_000
    assert refused(ann.call("POST", f"{ann.place}/tracks", nested)).startswith("`consent.audience`: ")
    refused(ann.call("POST", f"{ann.place}/tracks", b"[" * 1_000_000), 413)


def test_a_refusal_repeats_only_so_much_of_what_it_refuses(ann: Person) -> None:
    message = refused(ann.post("/v1/workspaces", **{"x" * 100_000: 1}))
    assert len(message) == requests.LONGEST_MESSAGE + 1
    assert message.endswith("x…")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"name": "a", "name": "b"}', "`name` stands in one object more than once."),
        (b'{"name": "\\ud800"}', "The body must be a JSON object: "),
        (b"{}", "Object missing required field `name`."),
        (b'{"name": null}', "`name`: Expected `str`, got `null`."),
        (b'{"name": 7}', "`name`: Expected `str`, got `int`."),
        (b'{"name": ["Acme"]}', "`name`: Expected `str`, got `array`."),
        (b'{"name": ""}', "`name`: Expected `str` of length >= 1."),
        (b'{"name": "  "}', "`name` must not be empty."),
        (b'{"name": "\\u202e\\u0000"}', "`name` must not be empty."),
        ('{"name": "\u200b\u2060"}'.encode(), "`name` must not be empty."),
        (json.dumps({"name": "x" * 101}).encode(), "`name`: Expected `str` of length <= 100."),
        (b'{"name": "a", "time_zone": 1}', "`time_zone`: Expected `str`, got `int`."),
        (
            b'{"name": "a", "time_zone": "Mars"}',
            "`time_zone` must be a name of the IANA time zone database, ",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_refused_field_is_named(ann: Person, body: bytes, said: str) -> None:
    assert refused(ann.call("POST", "/v1/workspaces", body)).startswith(said)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"size_bytes": 0}, "`size_bytes`: Expected `int` >= 1."),
        ({"size_bytes": 100_000_001}, "`size_bytes`: Expected `int` <= 100000000."),
        ({"size_bytes": 1.5}, "`size_bytes`: Expected `int`, got `float`."),
        ({"size_bytes": "1"}, "`size_bytes`: Expected `int`, got `str`."),
        ({"size_bytes": True}, "`size_bytes`: Expected `int`, got `bool`."),
        ({"size_bytes": 10**30}, "`size_bytes`: "),
        ({"content_type": "audio/ogg"}, "`content_type`: Invalid enum value 'audio/ogg'."),
        ({"content_type": "audio/mpeg; x"}, "`content_type`: Invalid enum value 'audio/mpeg; x'."),
        ({"peaks": [0] * 801}, "`peaks`: Expected `array` of length <= 800."),
        ({"peaks": [256]}, "`peaks[0]`: Expected `int` <= 255."),
        ({"peaks": [-1]}, "`peaks[0]`: Expected `int` >= 0."),
        ({"loudness_lufs": 21}, "`loudness_lufs`: Expected `float` <= 20.0."),
        ({"loudness_lufs": -121}, "`loudness_lufs`: Expected `float` >= -120.0."),
        ({"consent": {"audience": "everybody"}}, "`consent.audience`: Invalid enum value 'everybody'."),
        ({"consent": {"public": True}}, "`consent`: Object contains unknown field `public`."),
        ({"consent": {"public_link": "yes"}}, "`consent.public_link`: Expected `bool`, got `str`."),
        ({"status": "ready"}, "Object contains unknown field `status`."),
        ({"media_key": "media/x"}, "Object contains unknown field `media_key`."),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_track_that_cannot_be(ann: Person, changed: dict[str, Any], said: str) -> None:
    assert refused(ann.call("POST", f"{ann.place}/tracks", TRACK | changed)).startswith(said)


@pytest.mark.parametrize("changed", [{"size_bytes": 1}, {"size_bytes": 100_000_000}, {"peaks": [255] * 800}])
def test_a_track_at_the_edge_of_its_limits(ann: Person, changed: dict[str, Any]) -> None:
    ann.call("POST", f"{ann.place}/tracks", TRACK | changed).expect(201)


@pytest.mark.parametrize("character", ["x", SMILE, "é", "中"])
def test_a_title_has_two_hundred_characters_of_any_kind_and_not_one_more(ann: Person, character: str) -> None:
    created = ann.call("POST", f"{ann.place}/tracks", TRACK | {"title": character * 200}).expect(201)
    track_id = created["track"]["track_id"]
    assert ann.track(track_id)["title"] == character * 200
    for answer in (
        ann.call("POST", f"{ann.place}/tracks", TRACK | {"title": character * 201}),
        ann.patch(f"{ann.place}/tracks/{track_id}", title=character * 201),
    ):
        assert refused(answer) == "`title`: Expected `str` of length <= 200."


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("  How  I\topen\r\na call ", "How I open a call"),
        ("a\x00b\x1fc\x7fd\x85e\u2028f", "a b c d e f"),
        ("\u202egpj.exe\u2066", "gpj.exe"),
        ("<b>Tom & Jerry</b>", "<b>Tom & Jerry</b>"),
        ("👩‍👩‍👧 שלום", "👩‍👩‍👧 שלום"),
    ],
    ids=ascii,
)
def test_a_title_is_one_line_and_otherwise_as_it_was_written(ann: Person, title: str, kept: str) -> None:
    created = ann.call("POST", f"{ann.place}/tracks", TRACK | {"title": title}).expect(201)
    assert created["track"]["title"] == kept


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "`limit`: Expected `int` >= 1."),
        ("limit=101", "`limit`: Expected `int` <= 100."),
        ("limit=-1", "`limit`: Expected `int` >= 1."),
        ("limit=x", "`limit`: Expected `int`, got `str`."),
        ("limit=1.5", "`limit`: Expected `int`, got `str`."),
        ("limit=", "`limit`: Expected `int`, got `str`."),
        ("limit=" + "9" * 5000, "`limit`: "),
        ("limit=1&limit=2", "`limit` stands in the query more than once."),
        ("offset=1", "Object contains unknown field `offset`."),
        ("workspace_id=x", "Object contains unknown field `workspace_id`."),
        ("after=", "`after` must not be empty."),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("path", ["members", "invitations", "tracks", "activity"])
def test_a_list_that_cannot_be_asked_for(ann: Person, path: str, query: str, said: str) -> None:
    assert refused(ann.get(f"{ann.place}/{path}?{query}")).startswith(said)


@pytest.mark.parametrize("limit", [1, 100])
def test_a_list_at_the_edge_of_its_limits(ann: Person, limit: int) -> None:
    assert len(ann.get(f"{ann.place}/members?limit={limit}").expect(200)["items"]) <= limit


@pytest.mark.parametrize("speaker", ["", "x" * 65, "x" * 3000, "a/b", "a b", "%00", "ü", "me,you"])
def test_a_speaker_that_cannot_be(ann: Person, speaker: str) -> None:
    message = refused(ann.get(f"{ann.place}/tracks?speaker={speaker}"))
    assert message == "`speaker`: Expected an id, as the answers carry it."


def test_a_cursor_serves_its_own_list_and_caller(ann: Person, ben: Person) -> None:
    def cursor(path: str, who: Person = ann) -> str:
        return str(who.get(f"{who.place}/{path}").expect(200)["next"])

    ann.announces()
    ann.announces()
    own = cursor("members?limit=1")
    ann.get(f"{ann.place}/members?limit=1&after={own}").expect(200)
    ann.get(f"{ann.place}/members?limit=7&after={own}").expect(200)
    mine = cursor("tracks?speaker=me&limit=1")
    for who, path, after in (
        (ben, "members", own),
        (ann, "activity", own),
        (ann, "invitations", own),
        (ann, "tracks", own),
        (ann, "tracks", mine),
        (ann, f"tracks?speaker={ben.member_id}", mine),
        (ann, "members", cursor("members?limit=1", ben)),
    ):
        answer = who.get(f"{who.place}/{path}{'&' if '?' in path else '?'}after={after}")
        assert refused(answer) == "This cursor does not belong to this list. Start again without `after`."
        assert answer.body["Code"] == "InvalidCursor"


def test_a_cursor_says_nothing_of_what_is_hidden(ann: Person, ben: Person) -> None:
    """The last one that was looked at may be hidden; the list goes on behind the last one that was shown."""
    tracks: dict[str, list[str]] = {"workspace": [], "me": []}
    for number in range(12):
        chosen = ("me", "workspace")[number % 2]
        tracks[chosen].append(track_of(ann, 1000 + number, chosen=chosen))
    seen: list[str] = []
    after = ""
    while True:
        page = ben.get(f"{ben.place}/tracks?speaker={ann.member_id}&limit=2{after}").expect(200)
        seen += [each["track_id"] for each in page["items"]]
        if page["next"] is None:
            break
        position = text_of(page["next"])
        assert page["items"][-1]["track_id"] in position
        assert not [track_id for track_id in tracks["me"] if track_id in position]
        after = f"&after={page['next']}"
    assert sorted(seen) == sorted(tracks["workspace"])


def text_of(cursor: str) -> str:
    """What somebody reads who takes a cursor apart."""
    payload = cursor.rpartition(".")[0]
    raw = base64.urlsafe_b64decode(payload.lstrip(".") + "===")
    return (zlib.decompress(raw) if payload.startswith(".") else raw).decode()


def test_a_cursor_cannot_be_made_or_changed(ann: Person, ben: Person) -> None:
    whole = ann.get(f"{ann.place}/members?limit=1").expect(200)["next"]
    payload, _, signature = whole.rpartition(".")
    for forged in (
        whole[:-1],
        whole[1:],
        whole + "x",
        whole.swapcase(),
        payload,
        f"{payload}.",
        f".{signature}",
        f"e30.{signature}",
        ".",
        "x" * 5000,
        "ü",
        "null",
    ):
        answer = ann.get(f"{ann.place}/members?after={forged}")
        assert answer.expect(400)["Code"] == "InvalidCursor", (forged, answer.body)


@pytest.mark.parametrize(
    "version", ["", "x", "-1", "1.0", 'W/"1"', '"1', "*", "1, 2", "１", "1_0", "9" * 16, "0x1"]
)
def test_a_version_that_cannot_be(ann: Person, version: str) -> None:
    answer = ann.call("PATCH", ann.place, {"name": "Acme"}, If_Match=version)
    assert refused(answer) == "If-Match must be a version, as the answers carry it."


@pytest.mark.parametrize("version", ["7", '"7"', " 7 ", "9" * 15])
def test_a_version_that_is_not_this_one(ann: Person, version: str) -> None:
    assert ann.call("PATCH", ann.place, {"name": "x"}, If_Match=version).expect(409)["Code"] == "StaleVersion"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "1",
        "0190f6a0-0000-7000-8000-00000000000",
        "../x",
        "ü",
        "295013ec420844be9f11aa72aaf14473",
        "{66aa959b-05c0-439d-89f5-e3b547db60f1}",
    ],
)
@pytest.mark.parametrize("path", ["/v1/workspaces", "{place}/tracks"])
def test_a_key_that_is_no_uuid(ann: Person, key: str, path: str) -> None:
    body = TRACK if path.endswith("tracks") else {"name": "Acme"}
    answer = ann.call("POST", path.format(place=ann.place), body, Idempotency_Key=key)
    assert refused(answer) == "Idempotency-Key must be a UUID."


def test_a_key_in_capitals_is_the_same_key(ann: Person) -> None:
    key = uuid.uuid4()
    for spelling in (str(key), str(key).upper()):
        created = ann.call("POST", f"{ann.place}/tracks", TRACK, Idempotency_Key=spelling).expect(201)
        assert created["track"]["track_id"] == str(key)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
)
def test_what_is_not_said_to_be_json_is_not_taken_for_it(world: World, ann: Person, kind: str) -> None:
    headers = {"Authorization": f"Bearer {ann.token}", "Content-Type": kind}
    answer = world.call("POST", "/v1/workspaces", headers=headers, body=b'{"name": "Acme"}')
    assert refused(answer) == "Send JSON, as `application/json`."


def test_so_many_invitations_is_what_the_description_says(ann: Person) -> None:
    schema = contract.document()["components"]["schemas"]["NewInvitations"]
    assert schema["properties"]["emails"]["maxItems"] == MOST_AT_ONCE
    assert refused(ann.post(f"{ann.place}/invitations", emails=[])) == (
        "`emails`: Expected `array` of length >= 1."
    )
