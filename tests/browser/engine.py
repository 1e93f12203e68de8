"""A server that plays Earshot and S3 to the client's audio engine: real files, real policy, a made-up API."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ROOT / "chalicelib/web/static", ROOT / "chalicelib/web/vendor"
TYPES = {".js": "text/javascript", ".wasm": "application/wasm"}
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
ME = {"workspace_id": "w1", "name": "Acme", "member_id": "m1", "role": "member"}


@dataclass
class Engine:
    """What the server was asked, what it keeps, and how it is to misbehave."""

    url: str = ""
    signed_in: str = "m1"
    """Which member the server takes the caller for."""
    asked: list[str] = field(default_factory=list)
    tracks: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: list[tuple[str, bytes]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    """What was reported of listening, as it came."""
    fails: dict[str, list[int]] = field(default_factory=dict)
    """Statuses to answer instead, by how the request begins: ``{"POST /s3": [503, 403]}``; 0 hangs up."""
    holds: threading.Event = field(default_factory=threading.Event)
    """While set, S3 takes the bytes and does not answer."""
    looks: int = 2
    """How many times a track is looked at before it is settled."""
    rejection: str | None = None
    standing: dict[str, Any] | None = None
    """What the server knows of how far somebody is in a track."""
    loudness: float | None = None
    reads_clocks: bool = False
    """Whether events from the future are refused, as Earshot does."""
    playback: list[dict[str, Any]] = field(default_factory=list)
    """What was said of how somebody likes to listen, as it came."""
    complaints: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Engine"]:
        engine = cls()
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"engine": engine}))
        engine.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield engine
        finally:
            engine.holds.clear()
            server.shutdown()
            server.server_close()
            thread.join()

    def opened(self, context: BrowserContext) -> Page:
        """A page with the outbox's workspace at hand as ``workspace``."""
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Policy" in said.text else None)
        page.goto(self.url)
        return page

    def count(self, request: str) -> int:
        return sum(line.startswith(request) for line in self.asked)

    def track(self, track_id: str) -> dict[str, Any]:
        """The track as the API shows it; every look brings it nearer to its end."""
        track = self.tracks[track_id]
        if track["status"] == "processing":
            track["looks"] += 1
            if track["looks"] > self.looks:
                track["status"] = "rejected" if self.rejection else "ready"
                track["reason"] = self.rejection
                track["revision"] += 0 if self.rejection else 1
        shown = {key: value for key, value in track.items() if key != "looks"}
        if track["revision"] and track["status"] != "ready":
            new = {"status": track["status"], "reason": track["reason"]}
            return {**shown, "status": "ready", "reason": None, "new_revision": new}
        return {**shown, "new_revision": None}

    def is_early(self, event: dict[str, Any]) -> bool:
        soon = datetime.now(UTC) + timedelta(minutes=1)
        return self.reads_clocks and datetime.fromisoformat(event["effective_at"]) > soon

    def form(self, track_id: str) -> dict[str, Any]:
        until = datetime.now(UTC) + timedelta(minutes=15)
        return {"url": f"{self.url}s3", "fields": {"key": track_id}, "expires_at": until.isoformat()}


class Handler(BaseHTTPRequestHandler):
    engine: Engine
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a body would wait until its headers were acknowledged: 40 ms

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """The test says what it wants to know."""

    def _answer(self) -> None:
        engine = self.engine
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = f"{self.command} {self.path}"
        engine.asked.append(request)
        for beginning, statuses in engine.fails.items():
            if request.startswith(beginning) and statuses:
                status = statuses.pop(0)
                if status == 0:
                    self.close_connection = True
                    return
                self._json({"Code": "Unavailable", "Message": "Not now."}, status)
                return
        if self.path == "/s3":
            self._take(body)
        elif self.path.startswith("/v1/"):
            self._api(request, json.loads(body) if body else {})
        else:
            self._file()

    def _api(self, request: str, body: dict[str, Any]) -> None:
        engine = self.engine
        match request.split("/"):
            case ["GET ", "v1", "me"]:
                self._json({"workspaces": [ME | {"member_id": engine.signed_in}]})
            case ["POST ", "v1", "workspaces", "w1", "tracks"]:
                track_id = self.headers["Idempotency-Key"]
                new = {
                    "track_id": track_id,
                    "speaker": engine.signed_in,
                    "status": "awaiting_upload",
                    "reason": None,
                    "revision": 0,
                    "looks": 0,
                }
                track = engine.tracks.setdefault(track_id, {**new, **body})
                waits = track["status"] == "awaiting_upload"
                upload = engine.form(track_id) if waits else None
                self._json({"track": engine.track(track_id), "upload": upload}, 201)
            case ["POST ", "v1", "workspaces", "w1", "tracks", track_id, "uploads"]:
                engine.tracks[track_id].update(status="awaiting_upload", reason=None, looks=0)
                self._json({"track": engine.track(track_id), "upload": engine.form(track_id)}, 201)
            case ["GET ", "v1", "workspaces", "w1", "tracks", track_id] if track_id in engine.tracks:
                self._json(engine.track(track_id))
            case ["GET ", "v1", "workspaces", "w1", "tracks", track_id, "audio"]:
                until = datetime.now(UTC) + timedelta(minutes=5)
                url = f"{engine.url}audio/{track_id}"
                known = {"expires_at": until.isoformat(), "loudness_lufs": engine.loudness}
                revision = engine.tracks.get(track_id, {}).get("revision")
                self._json({"url": url, "revision": revision} | known)
            case ["GET ", "v1", "workspaces", "w1", "progress", _] if engine.standing:
                self._json(engine.standing)
            case ["PATCH ", "v1", "workspaces", "w1", "playback"]:
                engine.playback.append(body)
                self._json({"rate": 1.0, "even_loudness": True, "go_on": True, "single_keys": True} | body)
            case ["POST ", "v1", "workspaces", "w1", "progress"]:
                early = [i for i, event in enumerate(body["events"]) if engine.is_early(event)]
                taken = [event for i, event in enumerate(body["events"]) if i not in early]
                engine.events += taken
                refused = [{"index": i, "Code": "EventAhead"} for i in early]
                self._json({"taken": len(taken), "refused": refused, "progress": []})
            case ["DELETE ", "v1", "workspaces", "w1", "tracks", track_id]:
                engine.tracks.pop(track_id, None)
                self._send(204, "", b"")
            case _:
                self._json({"Code": "NotFound", "Message": "There is nothing here."}, 404)

    def _take(self, body: bytes) -> None:
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = message_from_bytes(head + body, policy=policy.HTTP)
        parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
        track_id = parts["key"].get_content().strip()
        audio = parts["file"].get_payload(decode=True)
        assert isinstance(audio, bytes)
        self.engine.uploads.append((track_id, audio))
        while self.engine.holds.is_set():
            threading.Event().wait(0.05)
        self.engine.tracks[track_id]["status"] = "processing"
        self._send(204, "", b"")

    def _file(self) -> None:
        engine = self.engine
        kind, _, name = self.path.strip("/").partition("/")
        if not name:
            html = b"<!doctype html><meta charset=utf-8><title>Engine</title><body>"
            self._send(200, "text/html", html, {"Content-Security-Policy": POLICY})
            return
        if kind == "audio":
            self._ranged(engine.uploads[-1][1])
            return
        path = next((folder / name for folder in FOLDERS if (folder / name).is_file()), None)
        if path is None:
            self._send(404, "text/plain", b"")
        else:
            self._send(200, TYPES.get(path.suffix, "application/octet-stream"), path.read_bytes())

    def _ranged(self, audio: bytes) -> None:
        wanted = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")
        first, last = int(wanted[0]), int(wanted[1] or len(audio) - 1)
        extra = {"Content-Range": f"bytes {first}-{last}/{len(audio)}", "Accept-Ranges": "bytes"}
        self._send(206, "audio/mpeg", audio[first : last + 1], extra)

    def _json(self, value: Any, status: int = 200) -> None:
        self._send(status, "application/json", json.dumps(value).encode())

    def _send(self, status: int, kind: str, body: bytes, extra: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Type": kind, **(extra or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
