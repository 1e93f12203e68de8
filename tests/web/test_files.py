"""The page and its files: what the browser may do with them, and what it gets."""

import json
import re
import struct

import pytest

from chalicelib.web import files
from tests.world import World


def test_the_page_runs_under_a_strict_policy(world: World) -> None:
    answer = world.call("GET", "/")
    assert answer.status == 200
    policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert not re.search(rb"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", answer.body)


def test_a_file_that_is_known_is_not_sent_again(world: World) -> None:
    first = world.call("GET", "/static/app.js")
    assert first.status == 200
    assert first.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert first.headers["Cache-Control"] == "no-cache"
    again = world.call("GET", "/static/app.js", headers={"If-None-Match": f'W/"x", {first.headers["ETag"]}'})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "name",
    ["unknown.js", "..", "%2e%2e", "..%2fapp.py", "app.py", "routes.py", "static", "app.js%00", "x" * 500],
)
def test_what_is_no_file_is_nothing(world: World, name: str) -> None:
    answer = world.call("GET", f"/static/{name}")
    assert answer.expect(404)["Code"] == "NotFound"


def test_asking_for_what_is_not_there_is_not_remembered(world: World) -> None:
    world.call("GET", "/static/app.js")
    remembered = files._read.cache_info().currsize
    for number in range(50):
        world.call("GET", f"/static/{number}.js").expect(404)
    assert files._read.cache_info().currsize == remembered


@pytest.mark.parametrize(
    "path", ["/", "/sw.js", "/static/app.js", "/settings.json", "/v1/me", "/v1/workspaces/x", "/signin"]
)
def test_every_answer_is_fenced_in(world: World, path: str) -> None:
    headers = world.call("GET", path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Strict-Transport-Security"] == "max-age=63072000"
    assert headers["Cache-Control"] == (
        "no-cache" if path in ("/", "/sw.js", "/static/app.js") else "no-store"
    )


def test_every_file_of_the_client_has_a_type_of_our_own_list() -> None:
    folder = files.HERE / "static"
    assert all(files.named(path.name) for path in folder.iterdir() if path.is_file())


def kept(world: World) -> dict[str, str]:
    """The versions that the service worker begins with."""
    first, _, _ = world.call("GET", "/sw.js").body.partition(b";\n")
    versions: dict[str, str] = json.loads(first.removeprefix(b"const FILES = "))
    return versions


def test_the_service_worker_knows_each_file_of_the_client_as_it_is_served(world: World) -> None:
    versions = kept(world)
    for path, version in versions.items():
        answer = world.call("GET", f"/{path}")
        assert (answer.status, answer.headers["ETag"]) == (200, f'"{version}"'), path
    ours = {path.name for path in (files.HERE / "static").iterdir() if path.suffix in {".css", ".js"}}
    named = {path.removeprefix("static/") for path in versions}
    assert named == (ours - {"shared.css", "shared.js", "sw.js"}) | {
        *("", "logo.svg"),
        *("preact.js", "wasm-media-encoders.js", "mp3.wasm"),
    }


def test_the_service_worker_runs_under_the_policy_of_the_page(world: World) -> None:
    worker = world.call("GET", "/sw.js")
    assert worker.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert (
        worker.headers["Content-Security-Policy"] == world.call("GET", "/").headers["Content-Security-Policy"]
    )
    again = world.call("GET", "/sw.js", headers={"If-None-Match": worker.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert files.service_worker().body == worker.body


def test_the_client_can_be_installed_with_icons_of_the_sizes_that_it_says(world: World) -> None:
    page = world.call("GET", "/").body.decode()
    [path] = re.findall(r'<link rel="manifest" href="([^"]+)">', page)
    manifest = world.call("GET", f"/{path}")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    said = manifest.expect(200)
    assert (said["start_url"], said["scope"], said["display"]) == ("../", "../", "standalone")
    [apple] = re.findall(r'<link rel="apple-touch-icon" href="static/([^"]+)">', page)
    icons = {each["src"]: each["sizes"] for each in said["icons"]} | {apple: "180x180"}
    for name, sizes in icons.items():
        icon = world.call("GET", f"/static/{name}")
        assert icon.status == 200
        assert len(icon.body) < 25_000
        if name.endswith(".png"):
            width, height = struct.unpack(">II", icon.body[16:24])
            assert f"{width}x{height}" == sizes
    assert {"192x192", "512x512"} <= set(icons.values())
    assert any(each.get("purpose") == "maskable" for each in said["icons"])
    assert len(re.findall(r'<meta name="theme-color" content="#\w{6}" media="[^"]+">', page)) == 2


def test_what_is_for_readers_of_the_code_is_not_sent_and_every_line_keeps_its_number() -> None:
    for path in (files.HERE / "static").glob("*.[jc]s*"):
        file = files.named(path.name)
        assert file
        sent, written = file.body.splitlines(), path.read_bytes().splitlines()
        assert len(sent) == len(written)
        comments = {line.strip() for one, line in zip(sent, written, strict=True) if one != line}
        assert all(line.startswith((b"/*", b"* ", b"*/", b"//")) or line == b"*" for line in comments), path
        assert not [line for line in sent if line.lstrip().startswith((b"/**", b"//"))], path
