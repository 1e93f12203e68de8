"""A link for people without an account, in real browsers: opened, embedded on another site, taken back."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from chalicelib.web import files
from tests.browser.visitor import Visitor
from tests.tracks.audio import mp3

STATIC = Path(__file__).resolve().parents[2] / "chalicelib/web/static"
TITLE = "How I open a call"
MOST_EMBED_BYTES = 15_000
PLAYS = "(from) => Number(document.querySelector('input').value) > from + 300"


@dataclass
class Blog:
    """A site of somebody else's, with one page."""

    url: str
    page: str = ""


@pytest.fixture
def blog() -> Iterator[Blog]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = f"<main><h1>We sell</h1>{one.page}</main>"
            body = f"<!doctype html><html lang='en'><title>A blog</title>{page}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one = Blog(f"http://localhost:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield one
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def ann(browser: Browser, earshot: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Ann, on the page of her track, which may be shared."""
    file = tmp_path_factory.mktemp("tracks") / f"{TITLE}.mp3"
    file.write_bytes(mp3(30))
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@sharing.example", "Ann Okafor")
        home = ann.creates_a_workspace("Sharing")
        ann.publishes(home, file, shared=True)
        ann.link(TITLE).last.click()
        expect(ann.heading(TITLE)).to_be_visible()
        yield ann


def makes_a_link(ann: Visitor, label: str, *, begin: str = "", site: str = "") -> tuple[str, str | None]:
    """The address of a new link, and the snippet for a site's page."""
    page = ann.page
    ann.button("Make a public link…").click()
    page.get_by_label("For whom").fill(label)
    page.get_by_label("Begin at").fill(begin)
    page.get_by_label("Sites that may embed it").fill(site)
    ann.button("Make the link").click()
    url = page.get_by_label("Link", exact=True).input_value()
    snippet = page.get_by_label("Play button for your page", exact=True).input_value() if site else None
    ann.button("Done").click()
    expect(page.get_by_text(label)).to_be_visible()
    return url, snippet


def plays(where: Page | Frame, from_ms: int = 0) -> None:
    """Let it get somewhere."""
    where.wait_for_function(PLAYS, arg=from_ms)


def test_somebody_without_an_account_hears_a_track_until_the_link_is_taken_back(
    browser: Browser, earshot: str, ann: Visitor
) -> None:
    ann.settles()
    ann.is_served_well_both_ways("a track that may be shared")
    url, _ = makes_a_link(ann, "For the fair 🎧", begin="0:05")
    with Visitor.coming(browser, earshot, size="phone", scheme="dark") as stranger:
        page = stranger.page
        page.goto(url)
        expect(stranger.heading(TITLE)).to_be_visible()
        expect(page.get_by_text("Ann Okafor")).to_have_count(0)
        stranger.is_served_well_both_ways("a shared track")
        stranger.button(f"Play {TITLE}").click()
        plays(page, 5000)
        expect(page.get_by_text(re.compile(r"^0:0[5-9] / 0:30$"))).to_be_visible()
        assert page.context.cookies() == []
        stranger.button(f"Pause {TITLE}").click()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_text(re.compile(r"^0:1[5-9] / 0:30$"))).to_be_visible()
        ann.page.reload()
        expect(ann.page.get_by_text("played 1 time")).to_be_visible()
        ann.button("Take For the fair 🎧 back").click()
        expect(ann.page.get_by_text("For the fair 🎧")).to_have_count(0)
        answer = page.reload()
        assert answer is not None
        assert answer.status == 404


def test_a_blog_plays_a_track_by_keyboard_and_other_sites_do_not(
    browser: Browser, earshot: str, ann: Visitor, blog: Blog
) -> None:
    _, snippet = makes_a_link(ann, "For our blog", site=blog.url)
    assert snippet is not None
    blog.page = snippet
    with Visitor.coming(browser, earshot) as reader:
        page = reader.page
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(blog.url)
        button = page.frame_locator("iframe").get_by_role("button", name=f"Play {TITLE}")
        expect(button).to_be_visible()
        assert not any("/audio" in url or "media" in url for url in asked)
        page.keyboard.press("Tab")
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        [embedded] = page.frames[1:]
        plays(embedded)
        reader.is_served_well_both_ways("a play button on another site")
        assert page.context.cookies() == []
        foreign = blog.url.replace("localhost", "127.0.0.1")
        page.goto(foreign)
        expect(page.frame_locator("iframe").get_by_role("button", name=f"Play {TITLE}")).to_have_count(0)
        reader.complaints.clear()  # the browser says that it may not show the frame there


def test_what_an_embed_loads_before_the_click_is_small() -> None:
    names = ("shared.html", "shared.js", "shared.css", "tokens.css")
    sizes = {name: len(file.body) for name in names if (file := files.named(name))}
    assert sum(sizes.values()) <= MOST_EMBED_BYTES, sizes
    assert sizes.keys() == set(names)
    assert "import" not in (STATIC / "shared.js").read_text()


def test_an_admin_forbids_public_links(browser: Browser, earshot: str, ann: Visitor) -> None:
    home = ann.page.url.partition("#")[2].partition("/track")[0]
    url, _ = makes_a_link(ann, "For nobody")
    ann.opens(f"#{home}/settings", "Workspace")
    ann.page.get_by_label("Allow public links").click()
    expect(ann.page.get_by_label("Allow public links")).not_to_be_checked()
    ann.settles()
    with Visitor.coming(browser, earshot) as stranger:
        answer = stranger.page.goto(url)
        assert answer is not None
        assert answer.status == 404
    ann.page.get_by_label("Allow public links").click()
    expect(ann.page.get_by_label("Allow public links")).to_be_checked()
