"""Earshot on one machine, in one process, without an account: what `make run` starts.

EARSHOT_PORT=8000 EARSHOT_DATA=.local python -m infra.local
"""

import errno
import gc
import logging
import os
import secrets
import select
import signal
import socket
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from waitress import wasyncore
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher

from infra import private_files, vendor
from infra.journal import DataFolderError

ROOT = Path(__file__).resolve().parent.parent
STAGE = "local"
REGION = "eu-central-1"
CLIENT_ID = "earshot-local"
LARGEST_REQUEST = 64 * 1024 * 1024
SECRETS = ("session_secret", "member_key", "client_secret")


class CannotStart(Exception):
    """Earshot cannot start on this machine; the message says why and what to do."""


class Front:
    """The one port: the provider's pages, the mailbox, what was posted, and everything else Earshot's API."""

    def __init__(
        self,
        base_url: str,
        provider: WSGIApplication,
        mailbox: WSGIApplication,
        posts: WSGIApplication,
        gateway: WSGIApplication,
    ) -> None:
        self._base_url, self._host = base_url, urlsplit(base_url).netloc
        self._provider, self._gateway = provider, gateway
        self._pages = {"mailbox": mailbox, "posts": posts}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ.get("HTTP_HOST") != self._host:
            return self._elsewhere(environ, start)
        path = environ["PATH_INFO"]
        if is_providers(path):
            return self._provider(environ, start)
        return self._pages.get(path[1:].partition("/")[0], self._gateway)(environ, start)

    def _elsewhere(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Lead `localhost` to the address that sign-in knows; refuse names that are not this machine's."""
        asked = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname
        headers = [("Content-Length", "0"), ("Cache-Control", "no-store")]
        if asked in ("localhost", "127.0.0.1") and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            target = environ["REQUEST_URI"].lstrip("/") if environ["REQUEST_URI"].startswith("/") else ""
            start("307 Temporary Redirect", [*headers, ("Location", self._base_url + target)])
        else:
            start("421 Misdirected Request", headers)
        return []


class Threads(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress is untyped here
    """Threads for Earshot, and a few for the provider alone.

    Earshot asks the provider through this same port: however many requests wait for its answers, there is
    a thread left to give them.
    """

    def __init__(self, threads: int, providers_threads: int) -> None:
        super().__init__()
        self._for_provider = ThreadedTaskDispatcher()
        self.set_thread_count(threads)
        self._for_provider.set_thread_count(providers_threads)

    def add_task(self, task: Any) -> None:
        requests: deque[Any] | list[Any] = getattr(task, "requests", [])
        if requests and is_providers(requests[0].path or ""):
            self._for_provider.add_task(task)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 0.5) -> bool:
        done: bool = super().shutdown(cancel_pending, timeout)
        return bool(self._for_provider.shutdown(cancel_pending, timeout)) and done


class Server:
    """A WSGI application behind a socket that is listening already."""

    def __init__(self, application: WSGIApplication, listening: socket.socket) -> None:
        self._stopping = threading.Event()
        self._server = create_server(
            application,
            sockets=[listening],
            ident=None,
            max_request_body_size=LARGEST_REQUEST,
            clear_untrusted_proxy_headers=True,
            _dispatcher=Threads(16, 4),
        )
        self._thread = threading.Thread(target=self._serve, name="server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests, and let those under way end."""
        self._stopping.set()
        self._server.pull_trigger()
        self._thread.join(1)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._server._map)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=self._server._map, count=1)


def is_providers(path: str) -> bool:
    """Whether the identity provider answers at this path."""
    return path in ("/jwks", "/userinfo") or path.startswith(("/oauth2/", "/.well-known/", "/users/"))


def main() -> int:
    """Start Earshot, and stop it on SIGINT or SIGTERM. The exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a page asks for many things at once
    until_told = _Signals()
    parts: list[Callable[[], None]] = []
    try:
        _start(parts, until_told)
        until_told.wait()
    except (CannotStart, DataFolderError) as error:
        print(f"Earshot cannot start: {error}", file=sys.stderr)
        return 1
    finally:
        until_told.ignore()
        for stop in reversed(parts):
            stop()
    return 0


def _start(parts: list[Callable[[], None]], told: "_Signals") -> None:
    """Start every part, unless told to stop; how to stop each is noted as soon as it runs."""
    _look_for_vendor_files()
    folder = _data_folder()
    listening = _listen(_port(folder))
    parts.append(listening.close)
    base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    for name in [name for name in os.environ if name.startswith(("AWS_", "EARSHOT_"))]:
        del os.environ[name]  # what stands there is meant for a real account

    from infra import emulator  # moto: two seconds that a mistake above need not wait for

    told.leave_if_told()
    try:
        aws = emulator.start(folder, 0, page_origin=base_url, stage=STAGE, region=REGION)
    except sqlite3.Error as error:
        raise DataFolderError(f"{folder} cannot be used: {error}.") from error
    parts.append(aws.stop)
    told.leave_if_told()
    private_files.write(folder / "port.json", {"port": listening.getsockname()[1]})
    own = _secrets(folder)
    os.environ.update(aws.environment() | _environment(base_url, own))

    import boto3

    from infra.gateway import Gateway
    from infra.identity_provider import IdentityProvider
    from infra.mailbox import Mailbox
    from infra.posts import Posts
    from infra.pump import Pump

    app = import_module("app").app
    told.leave_if_told()
    provider = IdentityProvider(folder, base_url, client_id=CLIENT_ID, client_secret=own["client_secret"])
    front = Front(f"{base_url}/", provider, Mailbox(aws.mails), Posts(), Gateway(app))
    server = Server(front, listening)
    parts.append(server.stop)
    pump = Pump(app, aws, boto3.client("sqs"), failures_queue=f"earshot-{STAGE}-activity-failures")
    pump.start()
    parts.append(pump.stop)
    told.leave_if_told()
    _spare_the_collector()
    print(f"Slack, Teams and other programs are played at {base_url}/posts")
    print(f"Mails are not sent but shown at {base_url}/mailbox")
    print(f"Earshot is ready at {base_url}/", flush=True)


def _environment(base_url: str, own: dict[str, str]) -> dict[str, str]:
    """Every variable of settings.py, for this machine."""
    from infra.emulator import ACCOUNT

    without_proxy = [os.environ.get("NO_PROXY", ""), "127.0.0.1"]
    return {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": ",".join(filter(None, without_proxy)),
        "EARSHOT_STAGE": STAGE,
        "EARSHOT_BASE_URL": f"{base_url}/",
        "EARSHOT_MEDIA_BUCKET": f"earshot-{STAGE}-media-{ACCOUNT}",
        "EARSHOT_UPLOADS_QUEUE": f"earshot-{STAGE}-uploads",
        "EARSHOT_UPLOADS_DEAD_QUEUE": f"earshot-{STAGE}-uploads-dead",
        "EARSHOT_DELIVERIES_QUEUE": f"earshot-{STAGE}-deliveries",
        "EARSHOT_DIGESTS_QUEUE": f"earshot-{STAGE}-digests",
        "EARSHOT_MAIL_EVENTS_QUEUE": f"earshot-{STAGE}-mail-events",
        "EARSHOT_EXPORTS_QUEUE": f"earshot-{STAGE}-exports",
        "EARSHOT_LISTENER": f"{base_url}/posts/",
        "EARSHOT_ACTIVITY_STREAM": (
            f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/earshot-{STAGE}-activity/stream/{STAGE}"
        ),
        "EARSHOT_PROGRESS_STREAM": (
            f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/earshot-{STAGE}-progress/stream/{STAGE}"
        ),
        "EARSHOT_ISSUER": base_url,
        "EARSHOT_CLIENT_ID": CLIENT_ID,
        "EARSHOT_EMAIL_CLAIM": "verified",
        "EARSHOT_WORKSPACE_CREATORS": "*",
        "EARSHOT_MAIL_FROM": "Earshot <earshot@example.com>",
        "EARSHOT_S3_ADDRESSING": "path",
        "EARSHOT_SESSION_SECRET": own["session_secret"],
        "EARSHOT_MEMBER_KEY": own["member_key"],
        "EARSHOT_CLIENT_SECRET": own["client_secret"],
    }


def _look_for_vendor_files() -> None:
    if missing := vendor.missing():
        where = vendor.VENDOR.relative_to(ROOT)
        raise CannotStart(f"{', '.join(missing)} is missing in {where}. Run infra/setup run.")


def _data_folder() -> Path:
    folder = Path(os.environ.get("EARSHOT_DATA") or ROOT / ".local").absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"the data folder {folder} cannot be made ({error.strerror}).") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise CannotStart(f"the data folder {folder} cannot be written to. Set EARSHOT_DATA to another.")
    return folder


def _port(folder: Path) -> list[int]:
    """The ports to try. With 0 the one of last time comes first: people signed in at that address."""
    text = os.environ.get("EARSHOT_PORT") or "8000"
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise CannotStart(f"EARSHOT_PORT is {text!r}; it must be a number from 0 to 65535.")
    if int(text) != 0:
        return [int(text)]
    last = (private_files.read(folder / "port.json", dict) or {}).get("port")
    return [last, 0] if isinstance(last, int) and 0 < last <= 65535 else [0]


def _listen(ports: list[int]) -> socket.socket:
    for port in ports:
        try:
            return socket.create_server(("127.0.0.1", port), backlog=128)
        except OSError as error:
            if port == ports[-1]:
                why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
                raise CannotStart(
                    f"port {port} {why}. Stop what uses it, or set EARSHOT_PORT to another."
                ) from error
    raise AssertionError("there is always a port to try")


def _secrets(folder: Path) -> dict[str, str]:
    """This machine's secrets, made up once."""
    file = folder / "secrets.json"
    kept = private_files.read(file, dict)
    if kept is None:
        kept = {name: secrets.token_urlsafe(32) for name in SECRETS}
        private_files.write(file, kept)
    if not all(isinstance(kept.get(name), str) and len(kept[name]) >= 32 for name in SECRETS):
        raise DataFolderError(f"{file} is not what Earshot wrote there.")
    return {name: kept[name] for name in SECRETS}


def _spare_the_collector() -> None:
    """Let it leave alone what was imported and kept until now, which it would look through time and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class _Signals:
    """SIGINT and SIGTERM. They are noted and looked at where it is safe to stop.

    One may arrive anywhere, also where Python goes on after an exception, as within a callback of the
    collector: raised there, it would be lost.
    """

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        self._set(self._note)

    def leave_if_told(self) -> None:
        """End this process, orderly, if one has come. Raises `SystemExit`."""
        if select.select([self._reading], [], [], 0)[0]:
            raise SystemExit(0)

    def wait(self) -> None:
        """Until one comes."""
        os.read(self._reading, 1)

    def ignore(self) -> None:
        """One is enough; stopping is not interrupted."""
        self._set(signal.SIG_IGN)

    def _set(self, handler: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, handler)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        os.write(self._writing, b".")


if __name__ == "__main__":
    sys.exit(main())
