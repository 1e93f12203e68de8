"""The form that the app makes, held against what S3 lets through: exactly the file that was announced."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from chalicelib.tracks import uploads
from infra import emulator
from tests import environment
from tests.endpoints import forget_clients
from tests.infra.emulated import PAGE_ORIGIN
from tests.tracks.audio import mp3
from tests.world import Person, World, forget_everything

Form = dict[str, Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Earshot on the AWS that `make run` starts, with its gate before S3."""
    running = emulator.start(tmp_path_factory.mktemp("aws"), 0, page_origin=PAGE_ORIGIN, stage="test")
    before = {name: os.environ.get(name) for name in running.environment()}
    os.environ.update(running.environment())
    forget_clients()
    forget_everything()
    try:
        world = World(environment.provider)
        world.messages()  # S3's test event
        yield world
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        forget_clients()
        running.stop()


@pytest.fixture(scope="module")
def ann(world: World) -> Person:
    return world.founder("ann@acme.example", workspace="Acme")


def sent(form: Form, audio: bytes, **fields: str) -> requests.Response:
    """What S3 says to a form with some of its fields changed."""
    whole = form["fields"] | {name.replace("_", "-"): value for name, value in fields.items()}
    return requests.post(form["url"], data=whole, files={"file": ("voice.mp3", audio)}, timeout=10)


def test_what_was_announced_comes_through_and_is_heard(world: World, ann: Person) -> None:
    created = ann.announces(size_bytes=len(mp3()))
    assert sent(created["upload"], mp3()).status_code == 204
    world.carry_uploads()
    assert ann.track(created["track"]["track_id"])["status"] == "ready"
    assert ann.hears(created["track"]["track_id"])[:3] == b"ID3"


def longer_lasting(form: Form) -> Form:
    """The form with a policy that lasts for ever, and the signature of the one it had."""
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    policy["expiration"] = "2099-01-01T00:00:00Z"
    encoded = base64.b64encode(json.dumps(policy).encode()).decode()
    return form | {"fields": form["fields"] | {"policy": encoded}}


def without(name: str) -> Callable[[Form], Form]:
    def leave_out(form: Form) -> Form:
        return form | {"fields": {field: value for field, value in form["fields"].items() if field != name}}

    return leave_out


def changed(**fields: str) -> Callable[[Form], Form]:
    def change(form: Form) -> Form:
        return form | {"fields": form["fields"] | {name.replace("_", "-"): v for name, v in fields.items()}}

    return change


def as_it_is(form: Form) -> Form:
    return form


REFUSED: dict[str, tuple[Callable[[Form], Form], int, int, str]] = {
    "one byte too many": (as_it_is, 1001, 400, "EntityTooLarge"),
    "nothing": (as_it_is, 0, 400, "EntityTooSmall"),
    "another type": (changed(Content_Type="text/html"), 1000, 403, "AccessDenied"),
    "another type in other letters": (changed(Content_Type="Audio/MPEG"), 1000, 403, "AccessDenied"),
    "no type": (without("Content-Type"), 1000, 403, "AccessDenied"),
    "another key": (changed(key="uploads/w/t/00000000000000000000000000000000"), 1000, 403, "AccessDenied"),
    "the key of a stored file": (
        changed(key="media/00000000000000000000000000000000"),
        1000,
        403,
        "AccessDenied",
    ),
    "a field more": (changed(acl="public-read"), 1000, 403, "AccessDenied"),
    "a redirect": (changed(success_action_redirect="https://evil.example"), 1000, 403, "AccessDenied"),
    "a policy that was changed": (longer_lasting, 1000, 403, "SignatureDoesNotMatch"),
    "no policy": (without("policy"), 1000, 403, "AccessDenied"),
    "no signature": (without("x-amz-signature"), 1000, 400, "InvalidArgument"),
    "another's signature": (changed(x_amz_signature="0" * 64), 1000, 403, "SignatureDoesNotMatch"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_anything_else_is_refused(world: World, ann: Person, case: str) -> None:
    change, size, status, code = REFUSED[case]
    created = ann.announces(size_bytes=1000)
    answer = sent(change(created["upload"]), bytes(size))
    assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (status, True), answer.text
    assert world.objects("") == [key for key in world.objects("") if key.startswith("media/")]
    assert world.messages() == []
    assert ann.track(created["track"]["track_id"])["status"] == "awaiting_upload"


def test_a_form_expires(world: World, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "FORM_LASTS", timedelta(seconds=-1))
    answer = sent(ann.announces(size_bytes=1000)["upload"], bytes(1000))
    assert answer.status_code == 403
    assert "Policy expired" in answer.text


def test_a_form_lasts_a_quarter_of_an_hour_and_names_one_key_type_and_size(ann: Person) -> None:
    created = ann.announces(size_bytes=1000)
    policy = json.loads(base64.b64decode(created["upload"]["fields"]["policy"]))
    conditions = [
        each if isinstance(each, list) else next(iter(each.items())) for each in policy["conditions"]
    ]
    assert ["content-length-range", 1, 1000] in conditions
    assert ("Content-Type", "audio/mpeg") in conditions
    assert ("key", created["upload"]["fields"]["key"]) in conditions
    assert timedelta(minutes=15) == uploads.FORM_LASTS
