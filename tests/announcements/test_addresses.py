"""Which addresses may be posted to, and what a name may lead to."""

import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib import errors
from chalicelib.announcements import addresses, outbound
from chalicelib.announcements.addresses import Kind
from tests import environment

SLACK = "https://hooks.slack.com/services/T0/B0/" + "x" * 24
TEAMS = "https://default0a1b.2c.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/1?sig=x"
LOGIC = "https://prod-12.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?api-version=1&sig=x"
LISTENER = "http://127.0.0.1:8000/posts/"

TAKEN: list[tuple[Kind, str]] = [
    ("slack", SLACK),
    ("slack", SLACK.replace("hooks", "HOOKS")),
    ("teams", TEAMS),
    ("teams", LOGIC),
    ("webhook", "https://acme.example/hook?token=1"),
    ("webhook", "https://acme.example"),
    ("webhook", "https://xn--bcher-kva.example/x"),
]

REFUSED: list[tuple[Kind, str, str]] = [
    ("slack", "http://hooks.slack.com/services/T0/B0/x", "begins with https://"),
    ("slack", "https://hooks.slack.com:8443/services/T0/B0/x", "no port but 443"),
    ("slack", "https://hooks.slack.com:99999/services/T0/B0/x", "no address"),
    ("slack", "https://user:secret@hooks.slack.com/services/T0/B0/x", "name and password"),
    ("slack", "https://hooks.slack.com@evil.example/services/T0/B0/x", "name and password"),
    (
        "slack",
        "https://hooks.slack.com.evil.example/services/T0/B0/x",
        "begins with https://hooks.slack.com/",
    ),
    ("slack", "https://evil-hooks.slack.com/services/T0/B0/x", "begins with https://hooks.slack.com/"),
    ("slack", "https://a.hooks.slack.com/services/T0/B0/x", "begins with https://hooks.slack.com/"),
    ("slack", "https://hooks.slack.com./services/T0/B0/x", "a host of the internet"),
    ("slack", "https://hooks.slack.com/triggers/T0/1/x", "begins with https://hooks.slack.com/services/"),
    ("slack", "https://hooks.slack.com/services/../admin", "begins with https://hooks.slack.com/services/"),
    ("slack", "https://hooks.slack.com/services/T0/B0/x#y", "nor a #"),
    ("teams", "https://acme.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4", "retired"),
    ("teams", "https://acme.webhook.office.com/webhookb2/1/IncomingWebhook/3/4", "retired"),
    ("teams", "https://logic.azure.com/workflows/1", "at logic.azure.com or api.powerplatform.com"),
    ("teams", "https://evillogic.azure.com/workflows/1", "at logic.azure.com or api.powerplatform.com"),
    ("teams", "https://a.logic.azure.com.evil.example/x", "at logic.azure.com or api.powerplatform.com"),
    ("webhook", SLACK, "as Slack or Teams"),
    ("webhook", TEAMS, "as Slack or Teams"),
    ("webhook", "https://127.0.0.1/", "a host of the internet"),
    ("webhook", "https://2130706433/", "a host of the internet"),
    ("webhook", "https://0x7f000001/", "a host of the internet"),
    ("webhook", "https://0177.0.0.1/", "a host of the internet"),
    ("webhook", "https://127.1/", "a host of the internet"),
    ("webhook", "https://[::1]/", "a host of the internet"),
    ("webhook", "https://[::ffff:127.0.0.1]/", "a host of the internet"),
    ("webhook", "https://8.8.8.8/", "a host of the internet"),
    ("webhook", "https://localhost/", "a host of the internet"),
    ("webhook", "https://app.localhost/", "a host of the internet"),
    ("webhook", "https://db.internal/", "a host of the internet"),
    ("webhook", "https://printer.local/", "a host of the internet"),
    ("webhook", "https:///x", "a host of the internet"),
    ("webhook", "https://a..example/x", "a host of the internet"),
    ("webhook", f"https://{'a' * 64}.example/x", "a host of the internet"),
    ("webhook", f"https://{'a.' * 130}example/x", "a host of the internet"),
    ("webhook", "https://acme.example/a b", "without spaces"),
    ("webhook", "https://acme.example/\r\nHost: evil.example", "without spaces"),
    ("webhook", "https://acme.example\\@evil.example/", "without spaces"),
    ("webhook", "https://bücher.example/", "beyond ASCII"),
    ("webhook", "https://acme。example/", "beyond ASCII"),
    ("webhook", "", "without spaces"),
    ("webhook", "file:///etc/passwd", "begins with https://"),
    ("webhook", "gopher://acme.example/", "begins with https://"),
    ("webhook", "javascript:alert(1)", "begins with https://"),
    ("webhook", "//acme.example/x", "begins with https://"),
    ("webhook", "https://[acme.example/", "no address"),
    ("webhook", LISTENER, "begins with https://"),
    ("webhook", "http://169.254.169.254/latest/meta-data/", "begins with https://"),
]


@pytest.mark.parametrize(("kind", "url"), TAKEN)
def test_an_address_of_the_right_place_is_taken(kind: Kind, url: str) -> None:
    address = addresses.read(kind, url)
    assert (address.port, address.is_here) == (443, False)
    assert address.host == address.host.lower()
    assert address.target.startswith("/")


@pytest.mark.parametrize(("kind", "url", "why"), REFUSED)
def test_an_address_of_another_place_is_refused_and_never_repeated(kind: Kind, url: str, why: str) -> None:
    with pytest.raises(errors.AddressNotAllowed) as refused:
        addresses.read(kind, url)
    assert why in str(refused.value)
    assert not url or url not in str(refused.value)


@pytest.mark.parametrize(("more", "is_taken"), [(0, True), (1, False)])
def test_an_address_has_2000_characters(more: int, is_taken: bool) -> None:
    url = "https://acme.example/"
    url += "x" * (2000 - len(url) + more)
    if is_taken:
        assert addresses.read("webhook", url).host == "acme.example"
    else:
        with pytest.raises(errors.AddressNotAllowed, match="2000 characters"):
            addresses.read("webhook", url)


def test_on_a_laptop_one_address_more_is_taken_and_only_that() -> None:
    here = addresses.read("slack", f"{LISTENER}slack/x?y=1", listener=LISTENER)
    assert (here.host, here.port, here.target, here.is_here) == (
        "127.0.0.1",
        8000,
        "/posts/slack/x?y=1",
        True,
    )
    for other in ("http://127.0.0.1:8000/", "http://127.0.0.1:8001/posts/x", "http://localhost:8000/posts/x"):
        with pytest.raises(errors.AddressNotAllowed):
            addresses.read("webhook", other, listener=LISTENER)
    with pytest.raises(errors.AddressNotAllowed):
        addresses.read("slack", "https://127.0.0.1/posts/", listener=LISTENER)


@pytest.mark.parametrize(("stage", "known"), [("prod", None), ("dev", None), ("local", LISTENER)])
def test_only_a_laptop_and_tests_know_that_one_address(stage: str, known: str | None) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from chalicelib import settings; print(settings.LISTENER)"],
        env=environment.VARIABLES | {"EARSHOT_STAGE": stage, "EARSHOT_LISTENER": LISTENER},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == str(known)


def test_an_address_is_not_written_down_by_accident() -> None:
    assert "services" not in repr(addresses.read("slack", SLACK))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_not_of_the_internet_is_not_connected_to(address: str) -> None:
    assert not outbound.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700:4700::1111"])
def test_what_is_of_the_internet_is(address: str) -> None:
    assert outbound.is_public(address)
