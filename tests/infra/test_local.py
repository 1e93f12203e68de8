"""Earshot on one machine: the real process, started, killed and started again."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"Earshot is ready at (http://127\.0\.0\.1:[0-9]+/)")


class Running:
    """A process of `python -m infra.local`."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.process = launch(folder, port)
        assert self.process.stdout is not None
        self.lines: list[str] = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            ready = READY.fullmatch(self.lines[-1])
            if ready:
                self.url = ready[1]
                return
        _, errors = self.process.communicate(timeout=20)
        raise AssertionError(errors)

    def ended(self, number: int | None = None) -> tuple[int, str]:
        """Exit code and standard error, after this signal."""
        if number is not None:
            self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


def launch(folder: Path, port: int | str) -> "subprocess.Popen[str]":
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EARSHOT_"))
    }
    # What a person may have set for a real account is not used.
    environment |= {"AWS_PROFILE": "nobody", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"}
    environment |= {"EARSHOT_PORT": str(port), "EARSHOT_DATA": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-m", "infra.local"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refusal(folder: Path, port: int | str = 0) -> str:
    """The sentence with which Earshot does not start."""
    process = launch(folder, port)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert output == ""
    assert errors.count("\n") == 1
    assert "Traceback" not in errors
    return errors


class Browser:
    """A browser with cookies that follows redirects."""

    def __init__(self, url: str) -> None:
        self.url, self.cookies = url, CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def open(
        self, url: str, data: bytes | None = None, method: str | None = None, **headers: str
    ) -> tuple[int, str, bytes]:
        """Status, address and body of what one arrives at."""
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=20) as response:
                return response.status, response.url, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.url or "", error.read()

    def signs_in(self, email: str, name: str = "") -> None:
        status, page, body = self.open(f"{self.url}signin")
        assert status == 200, body
        assert urlsplit(page).path == "/oauth2/authorize"
        self.open(page, urlencode({"sub": email, "name": name}).encode())
        assert {cookie.name for cookie in self.cookies} >= {"earshot_session"}

    def asks(self, path: str, content: Any = None) -> Any:
        data = None if content is None else json.dumps(content).encode()
        origin = self.url.rstrip("/")
        status, _, body = self.open(
            self.url + path, data, **{"Content-Type": "application/json", "Origin": origin}
        )
        assert status < 300, (status, body)
        return json.loads(body)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "new" / "folder"


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Running]:
    running = Running(folder)
    yield running
    running.ended(signal.SIGKILL)


@pytest.fixture
def start() -> Iterator[Callable[[Path], Running]]:
    """Starts Earshot; whatever is still running afterwards is ended."""
    started: list[Running] = []

    def start(folder: Path) -> Running:
        started.append(Running(folder))
        return started[-1]

    yield start
    for running in started:
        if running.process.returncode is None:
            running.ended(signal.SIGKILL)


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)


def test_somebody_signs_in_and_everything_outlives_a_kill(
    tmp_path: Path, start: Callable[[Path], Running]
) -> None:
    first = start(tmp_path)
    ann = Browser(first.url)
    ann.signs_in("ann@acme.example", "Ann Lee")
    assert ann.asks("v1/me")["name"] == "Ann Lee"
    created = ann.asks("v1/workspaces", {"name": "Acme"})
    ann.asks(f"v1/workspaces/{created['workspace_id']}/invitations", {"emails": ["ben@acme.example"]})
    first.ended(signal.SIGKILL)

    second = start(tmp_path)
    assert second.url == first.url, "with port 0 the port of last time is taken again"
    [workspace] = ann.asks("v1/me")["workspaces"]
    assert (workspace["workspace_id"], workspace["name"]) == (created["workspace_id"], "Acme")
    eventually(lambda: b"ben@acme.example" in ann.open(f"{second.url}mailbox")[2])
    ben = Browser(second.url)
    ben.signs_in("ben@acme.example")
    assert [invitation["workspace_name"] for invitation in ben.asks("v1/me")["invitations"]] == ["Acme"]
    again = Browser(second.url)
    again.signs_in("Ann@acme.example")
    assert again.asks("v1/me")["workspaces"] == [workspace]

    assert second.ended(signal.SIGTERM)[0] == 0


def test_the_last_line_says_where_and_the_line_before_where_mails_are(running: Running) -> None:
    assert running.lines[-1] == f"Earshot is ready at {running.url}"
    assert f"{running.url}mailbox" in running.lines[-2]


def test_secrets_are_the_owners_alone(running: Running, folder: Path) -> None:
    for name in ("secrets.json", "signing_key.json"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert len(set(json.loads((folder / "secrets.json").read_text()).values())) == 3


def test_many_sign_ins_at_once_do_not_wait_for_one_another(running: Running) -> None:
    # More than there are threads for Earshot, each of which asks the provider through the same port.
    gate = threading.Barrier(18)

    def sign_in(number: int) -> str:
        browser = Browser(running.url)
        gate.wait()
        browser.signs_in(f"person{number}@acme.example")
        return str(browser.asks("v1/me")["email"])

    with ThreadPoolExecutor(18) as pool:
        emails = list(pool.map(sign_in, range(18)))
    assert emails == [f"person{number}@acme.example" for number in range(18)]


@pytest.mark.parametrize(
    ("method", "host", "status"),
    [
        ("GET", "elsewhere.example", 421),
        ("POST", "localhost:{port}", 421),
        ("GET", "localhost:{port}", 307),
        ("GET", "127.0.0.1", 307),
    ],
)
def test_other_names_of_this_machine_lead_to_the_one_that_sign_in_knows(
    running: Running, method: str, host: str, status: int
) -> None:
    port = urlsplit(running.url).port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, "/mailbox?x=1", headers={"Host": host.format(port=port)})
    response = connection.getresponse()
    assert (response.status, response.read()) == (status, b"")
    assert response.headers["Location"] == (f"{running.url}mailbox?x=1" if status == 307 else None)
    connection.close()


def test_a_second_earshot_on_the_same_folder_is_refused(running: Running, folder: Path) -> None:
    assert "in use by another Earshot" in refusal(folder)
    assert Browser(running.url).open(f"{running.url}settings.json")[0] == 200


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} is taken" in refusal(tmp_path, port)


@pytest.mark.parametrize("port", ["http", "-1", "65536", "²"])
def test_a_port_that_is_none_is_named(tmp_path: Path, port: str) -> None:
    assert "EARSHOT_PORT" in refusal(tmp_path, port)


@pytest.mark.parametrize("name", ["journal.sqlite3", "secrets.json", "people.json", "port.json"])
def test_a_broken_file_in_the_data_folder_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("this is not what Earshot wrote " * 100)
    assert name in refusal(tmp_path)


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert f"data folder {tmp_path / 'file'} cannot" in refusal(tmp_path / "file")


@pytest.mark.parametrize("made", ["data", "data/journal.sqlite3", "data/port.json"])
def test_a_signal_during_the_start_ends_it_quietly(tmp_path: Path, made: str) -> None:
    with launch(tmp_path / "data", 0) as process:
        try:
            eventually((tmp_path / made).exists)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, errors) == (0, "")
    assert "ready" not in output
