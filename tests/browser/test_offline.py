"""The client without a network: it opens, records, and sends when it is back; newer files come in between."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from chalicelib.web import files
from tests.browser.visitor import Visitor, asks

KEPT = "async () => (await (await caches.open('earshot-files')).keys()).map(({url}) => url)"
READY = "async () => Boolean((await navigator.serviceWorker.ready).active)"
ALONE = "async () => !(await navigator.serviceWorker.getRegistration())"


def comes_back(visitor: Visitor) -> None:
    """The tab is closed, and another one opened in the same browser."""
    context = visitor.page.context
    visitor.page.close()
    visitor.under_way.clear()
    visitor.page = visitor._followed(context.new_page())


def test_a_colleague_on_the_train_records_and_loses_nothing(earshot: str, browser: Browser) -> None:
    with Visitor.coming(browser, earshot, size="phone", installs=True) as ann:
        page = ann.page
        page.goto(earshot)
        expect(ann.link("Sign in")).to_be_visible()
        assert page.evaluate(ALONE), "who has not signed in keeps nothing"
        ann.signs_in("ann@train.example", "Ann Okafor")
        home = ann.creates_a_workspace("Train")
        assert page.evaluate(READY)
        kept = page.evaluate(KEPT)
        assert len(kept) == len(files.loaded_from("index.html")) + 1
        assert not [url for url in kept if "/v1/" in url or "/s/" in url or "settings.json" in url]

        with ann.offline():
            comes_back(ann)
            page = ann.page
            page.goto(earshot)  # no place in it: it leads into the one workspace there is
            expect(ann.heading("Home")).to_be_visible()
            expect(page.get_by_text("You are offline. You can record")).to_be_visible()
            expect(page.get_by_text("This comes by itself")).to_be_visible()
            ann.is_served_well_both_ways("offline")
            page.get_by_role("link", name="record", exact=True).click()
            ann.button("Start recording").click()
            expect(page.get_by_role("region", name="Recorder")).to_contain_text("Recording")
            page.wait_for_timeout(1500)
            ann.button("Stop recording").click()
            page.get_by_label("Title").fill("Said on the train")
            ann.button("Publish").click()
            waiting = page.get_by_role("listitem").filter(has_text="Said on the train")
            expect(waiting).to_contain_text("Waiting to be sent")
            ann.link("People").click()  # never opened before
            expect(ann.heading("People")).to_be_visible()
            comes_back(ann)
            ann.page.goto(f"{earshot}{home}/library")
            expect(ann.page.get_by_text("You are offline. You can record")).to_be_visible()
        expect(ann.page.get_by_text("You are offline")).to_have_count(0)  # and it has loaded by itself
        expect(ann.button("Play Said on the train")).to_be_visible()
        workspace = home.removeprefix("#/w/")
        [track] = asks(ann.page, f"v1/workspaces/{workspace}/tracks?speaker=me")["items"]
        assert (track["title"], track["status"]) == ("Said on the train", "ready")

        ann.opens(f"{home}/you", "Your settings")
        ann.button("Sign out here").click()
        expect(ann.link("Sign in")).to_be_visible()
        assert ann.page.evaluate("localStorage.getItem('earshot-here')") is None
        with ann.offline():
            comes_back(ann)
            ann.page.goto(f"{earshot}{home}/home")
            expect(ann.page.get_by_text("This comes by itself")).to_be_visible()
            expect(ann.page.get_by_text("Train")).to_have_count(0)
        expect(ann.link("Sign in")).to_be_visible()


def test_whoever_signs_in_next_sees_nothing_of_who_was_here_before(earshot: str, browser: Browser) -> None:
    with Visitor.coming(browser, earshot) as ann:
        page = ann.page
        page.add_init_script("""
            const kept = Storage.prototype.setItem;
            Storage.prototype.setItem = function (key, text) {
              if (document.cookie.includes('full=1')) throw new DOMException('', 'QuotaExceededError');
              return kept.call(this, key, text);
            };""")
        ann.signs_in("ann@secret.example", "Ann Okafor")
        place = ann.creates_a_workspace("Secret plans")
        page.context.route("**/v1/me", lambda route: route.abort())
        page.reload()
        expect(ann.heading("Home")).to_be_visible()  # it is Ann, still

        page.goto(f"{earshot}signin")
        page.get_by_label("E-mail").fill("bob@other.example")
        page.get_by_label("Name").fill("Bob")
        ann.button("Sign in").first.click()
        expect(page.get_by_text("Earshot cannot be reached")).to_be_visible()
        expect(page.get_by_text("Secret plans")).to_have_count(0)
        page.goto(f"{earshot}{place}/home")
        page.reload()
        expect(page.get_by_text("Earshot cannot be reached")).to_be_visible()
        expect(page.get_by_text("Secret plans")).to_have_count(0)

        page.context.unroute("**/v1/me")
        page.context.add_cookies([{"name": "full", "value": "1", "url": earshot}])
        page.goto(earshot)
        page.reload()
        expect(ann.heading("Welcome, Bob")).to_be_visible()  # also where this browser has no room left


TOY = b"""<!doctype html><meta charset=utf-8><title>Toy</title><p id=words></p>
<script type=module src=static/toy.js></script>"""
SCRIPT = b"""import {keepFiles, letNewIn} from './installed.js';
if (!(await letNewIn())) {
  words.textContent = '%s';
  keepFiles();
}"""


class Deployed:
    """A server of a page of two scripts, with the real service worker in front of them."""

    def __init__(self, url: str) -> None:
        self.url, self.files = url, dict[str, bytes]()

    def deploys(self, version: str) -> None:
        self.files = {
            "": TOY,
            "static/toy.js": SCRIPT.replace(b"%s", version.encode()),
            "static/later.js": f"export const words = '{version}';".encode(),
            "static/installed.js": (files.HERE / "static/installed.js").read_bytes(),
        }
        self.files["sw.js"] = (
            files.head_of_worker({path: files.version(body) for path, body in self.files.items()})
            + (files.HERE / "static/sw.js").read_bytes()
        )


@pytest.fixture
def deployed() -> Iterator[Deployed]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.removeprefix("/")
            body = there.files.get(path, b"")
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/javascript" if path.endswith(".js") else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-cache")
            self.send_header("ETag", f'"{files.version(body)}"')
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """The test says what it wants to know."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        there = Deployed(f"http://127.0.0.1:{server.server_port}/")
        there.deploys("first")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield there
        server.shutdown()
        thread.join()


def shows(page: Page, words: str) -> None:
    expect(page.locator("#words")).to_have_text(words)


def test_newer_files_wait_until_no_page_is_open_that_began_with_the_older_ones(
    browser: Browser, deployed: Deployed
) -> None:
    waits = "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)"
    later = "async () => (await import('./static/later.js')).words"
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(deployed.url)
        shows(page, "first")
        assert page.evaluate(READY)
        page.wait_for_function("navigator.serviceWorker.controller")

        deployed.deploys("second")
        page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
        page.wait_for_function(f"({waits})()")
        assert page.evaluate(later) == "first", "a page that is open goes on with its own files"
        with context.new_page() as other:
            other.goto(deployed.url)
            shows(other, "first")  # the first page may be recording
            assert other.evaluate(later) == "first"
        page.reload()
        shows(page, "second")
        assert page.evaluate(later) == "second"
        assert not page.evaluate(waits)
        assert len(page.evaluate(KEPT)) == 4  # of the first version nothing is left
