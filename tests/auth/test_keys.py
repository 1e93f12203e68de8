"""Secrets: there is no start without them, and no fallback."""

import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib import aws, settings
from chalicelib.auth import keys
from tests import environment
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    keys._secrets.cache_clear()
    yield
    keys._secrets.cache_clear()


NO_SECRETS = [
    "",
    "x" * 31,
    "x" * 64,
    "0123456" * 10,
    "change-me-change-me-change-me-change-me",
    "please-replace-this-before-you-deploy-it",
    "This-is-only-an-EXAMPLE-of-a-signing-key",
    "my-very-long-and-rather-secret-password!",
    "PLACEHOLDER_abcdefghijklmnopqrstuvwxyz012",
]


@pytest.mark.parametrize("name", ["EARSHOT_SESSION_SECRET", "EARSHOT_MEMBER_KEY"])
@pytest.mark.parametrize("secret", NO_SECRETS)
def test_what_is_missing_short_or_a_placeholder_is_no_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, secret: str
) -> None:
    monkeypatch.setenv(name, secret)
    with pytest.raises(keys.MissingSecret) as raised:
        keys.check_at_start()
    assert name.removeprefix("EARSHOT_").lower() in str(raised.value)
    assert not secret or secret not in str(raised.value)


@pytest.mark.parametrize("make", [secrets.token_urlsafe, secrets.token_hex])
def test_what_is_random_is_a_secret(monkeypatch: pytest.MonkeyPatch, make: Callable[[int], str]) -> None:
    for _ in range(200):
        keys._secrets.cache_clear()
        monkeypatch.setenv("EARSHOT_SESSION_SECRET", make(32))
        keys.check_at_start()


def put(text: str) -> None:
    """Hold this in the parameter, before the first secret is needed."""
    keys._secrets.cache_clear()
    aws.client("ssm").put_parameter(Name="/earshot/test/secrets", Value=text, Type="SecureString")


def test_on_aws_they_come_from_one_parameter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECRETS_PARAMETER", "/earshot/test/secrets")
    held = {name: secrets.token_urlsafe(32) for name in ("session_secret", "member_key", "client_secret")}
    put(json.dumps(held))
    assert keys.session_secret() == held["session_secret"]
    assert keys.client_secret() == held["client_secret"]


@pytest.mark.parametrize(
    "text", ["not json", "{}", '{"session_secret": 1}', '{"session_secret": "s3cr3t-value"}']
)
def test_a_parameter_that_is_not_right_stops_the_start(
    world: World, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(settings, "SECRETS_PARAMETER", "/earshot/test/secrets")
    put(text)
    with pytest.raises(keys.MissingSecret, match="/earshot/test/secrets") as raised:
        keys.check_at_start()
    assert "s3cr3t-value" not in str(raised.value)


@pytest.mark.parametrize(("more", "starts"), [({}, False), ({"AWS_CHALICE_CLI_MODE": "1"}, True)])
def test_the_app_itself_does_not_start_without_them(more: dict[str, str], starts: bool) -> None:
    without = environment.VARIABLES | {"EARSHOT_SESSION_SECRET": ""} | more
    done = subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=ROOT,
        env=without,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is starts
    assert ("MissingSecret" in done.stderr) is not starts


def test_a_keyed_hash_keeps_its_parts_apart() -> None:
    assert keys.keyed_hash("ab", "c") != keys.keyed_hash("a", "bc")
    assert keys.keyed_hash("a", "b") == keys.keyed_hash("a", "b")
    assert len(keys.keyed_hash("a" * 1000)) == 22
