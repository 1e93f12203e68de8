"""The one client that speaks to hosts which people name, against real listeners over real TLS."""

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from chalicelib.announcements import addresses, outbound
from chalicelib.announcements.addresses import Address
from chalicelib.announcements.outbound import MOST_BYTES, NoAnswer, NotPublic, NotSent, Outbound
from tests import listener
from tests.listener import Behaviour, Listener

HOST = "hooks.slack.com"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return listener.certificate_for(HOST, tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def slack(pem: Path) -> Listener:
    return Listener(HOST, certificate=pem)


def speaking_to(
    port: int,
    pem: Path | None,
    *,
    found: Sequence[str] = ("127.0.0.1",),
    is_allowed: Callable[[str], bool] = lambda _: True,
    total_seconds: float = 5.0,
) -> Outbound:
    """A client to which every name leads here."""
    return Outbound(
        resolve=lambda _host: found,
        is_allowed=is_allowed,
        trust=lambda: ssl.create_default_context(cafile=pem),
        total_seconds=total_seconds,
        port=port,
    )


def address(url: str) -> Address:
    return addresses.read("slack", url)


def test_a_post_arrives_under_the_hosts_name(slack: Listener, pem: Path) -> None:
    box = slack.box()
    answer = speaking_to(slack.port, pem).post(address(box.url), b'{"text":"Hello"}', {"X-One": "1"})
    assert (answer.status, answer.text) == (200, "ok")
    [post] = box.posts
    assert post.json == {"text": "Hello"}
    assert post.headers["host"] == HOST
    assert (post.headers["content-type"], post.headers["x-one"]) == ("application/json", "1")
    assert "authorization" not in post.headers
    assert "cookie" not in post.headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(slack: Listener, pem: Path, status: int) -> None:
    elsewhere = slack.box()
    box = slack.box().answers_with(listener.says(status, Location=elsewhere.url))
    answer = speaking_to(slack.port, pem).post(address(box.url), b"{}", {})
    assert (answer.status, len(box.posts), len(elsewhere.posts)) == (status, 1, 0)


def test_a_host_that_cannot_prove_its_name_gets_nothing(slack: Listener, pem: Path, tmp_path: Path) -> None:
    box = slack.box()
    with pytest.raises(NotSent):
        speaking_to(slack.port, None).post(address(box.url), b"{}", {})  # nobody vouches for it
    other = Listener("evil.example", certificate=listener.certificate_for("evil.example", tmp_path))
    theirs = listener.certificate_for("evil.example", tmp_path)
    with pytest.raises(NotSent):
        speaking_to(other.port, theirs).post(address(box.url), b"{}", {})  # it is somebody else
    assert box.posts == []
    assert pem.exists()


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["10.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["127.0.0.1", "8.8.8.8"],
        [],
    ],
)
def test_a_name_that_leads_inside_is_not_connected_to(slack: Listener, pem: Path, found: list[str]) -> None:
    box = slack.box()
    client = speaking_to(slack.port, pem, found=found, is_allowed=outbound.is_public)
    with pytest.raises(NotPublic):
        client.post(address(box.url), b"{}", {})
    assert box.posts == []


def test_a_name_is_resolved_once_and_what_was_checked_is_connected_to(slack: Listener, pem: Path) -> None:
    asked: list[str] = []
    checked: list[str] = []

    def rebinds(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    def allows(found: str) -> bool:
        checked.append(found)
        return True

    client = Outbound(
        resolve=rebinds,
        is_allowed=allows,
        trust=lambda: ssl.create_default_context(cafile=pem),
        port=slack.port,
    )
    box = slack.box()
    assert client.post(address(box.url), b"{}", {}).status == 200
    assert (asked, checked) == ([HOST], ["127.0.0.1"])


def test_the_next_address_of_a_host_is_tried(slack: Listener, pem: Path) -> None:
    box = slack.box()
    client = speaking_to(slack.port, pem, found=["127.0.0.9", "127.0.0.1"])
    assert client.post(address(box.url), b"{}", {}).status == 200


@pytest.mark.parametrize(
    "behaviour",
    [
        listener.cuts,
        listener.talks_nonsense,
        listener.never_answers,
        listener.drips,
        listener.has_endless_headers,
    ],
)
def test_whatever_comes_instead_of_an_answer_ends(slack: Listener, pem: Path, behaviour: Behaviour) -> None:
    box = slack.box().answers_with(behaviour)
    with pytest.raises(NoAnswer):
        speaking_to(slack.port, pem, total_seconds=1.0).post(address(box.url), b"{}", {})
    assert len(box.posts) == 1


def test_a_status_counts_however_slowly_its_body_comes(slack: Listener, pem: Path) -> None:
    box = slack.box().answers_with(listener.drips_its_body)
    answer = speaking_to(slack.port, pem, total_seconds=1.0).post(address(box.url), b"{}", {})
    assert answer.status == 200
    assert len(answer.text) < 40


def test_an_answer_is_read_up_to_64_kb(slack: Listener, pem: Path) -> None:
    box = slack.box().answers_with(listener.never_ends)
    answer = speaking_to(slack.port, pem).post(address(box.url), b"{}", {})
    assert (answer.status, len(answer.text)) == (200, MOST_BYTES)


def test_a_host_that_takes_no_connection_has_certainly_got_nothing(pem: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NotSent):
        speaking_to(port, pem).post(address("https://hooks.slack.com/services/T/B/x"), b"{}", {})


def test_a_host_that_never_shakes_hands_has_certainly_got_nothing(pem: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        client = Outbound(
            resolve=lambda _: ["127.0.0.1"],
            is_allowed=lambda _: True,
            trust=lambda: ssl.create_default_context(cafile=pem),
            connect_seconds=0.5,
            port=mute.getsockname()[1],
        )
        with pytest.raises(NotSent):
            client.post(address("https://hooks.slack.com/services/T/B/x"), b"{}", {})


def test_a_name_that_is_looked_up_for_ever_is_given_up(pem: Path) -> None:
    released = threading.Event()

    def never(_host: str) -> list[str]:
        released.wait()
        return []

    client = Outbound(
        resolve=never, is_allowed=lambda _: True, trust=ssl.create_default_context, connect_seconds=0.2
    )
    with pytest.raises(NotSent):
        client.post(address("https://hooks.slack.com/services/T/B/x"), b"{}", {})
    released.set()


def test_a_name_that_is_not_there_has_certainly_got_nothing() -> None:
    def unknown(_host: str) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "hooks.slack.com")

    client = Outbound(resolve=unknown, is_allowed=lambda _: True, trust=ssl.create_default_context)
    with pytest.raises(NotSent) as failed:
        client.post(address("https://hooks.slack.com/services/T/B/x"), b"{}", {})
    assert "services" not in str(failed.value)


def test_the_listener_of_this_machine_is_spoken_to_in_the_clear() -> None:
    here = Listener()
    box = here.box()
    to = addresses.read("slack", box.url, listener=here.url)
    assert outbound.client().post(to, b"{}", {}).status == 200
    assert len(box.posts) == 1


def test_the_real_client_resolves_checks_and_trusts() -> None:
    assert outbound.resolved("localhost")[0] == "127.0.0.1"
    with pytest.raises(NotPublic):
        outbound.client().post(Address("localhost", 443, "/"), b"{}", {})
    assert outbound._trusted().verify_mode == ssl.CERT_REQUIRED
    assert outbound._trusted().check_hostname
