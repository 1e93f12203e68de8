"""The page and its files: what the browser may do with them, and what it gets."""

import re

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
    "path", ["/", "/static/app.js", "/settings.json", "/v1/me", "/v1/workspaces/x", "/signin"]
)
def test_every_answer_is_fenced_in(world: World, path: str) -> None:
    headers = world.call("GET", path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Strict-Transport-Security"] == "max-age=63072000"
    assert headers["Cache-Control"] == ("no-cache" if path in ("/", "/static/app.js") else "no-store")


def test_every_file_of_the_client_has_a_type_of_our_own_list() -> None:
    folder = files.HERE / "static"
    assert all(files.named(path.name) for path in folder.iterdir() if path.is_file())
