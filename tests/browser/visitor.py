"""Somebody in front of Earshot's pages."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Request, Route, expect

from infra.browser import Browser as Http

MEDIA = re.compile(r"/earshot-local-media-")
SIZES = {"phone": (390, 844), "desk": (1280, 860)}
Way = tuple[str, Literal["light", "dark"]]
EVERY_WAY: list[Way] = [(size, scheme) for size in SIZES for scheme in ("dark", "light")]
EXPECTED = ("Failed to load resource", "Service Worker registration blocked by Playwright")
"""What a browser says of what a test does to it."""

GO = """async (place) => {
  if (new URL(place, location).hash === location.hash) return false;
  await new Promise((there) => {
    addEventListener('hashchange', there, {once: true});
    location.hash = place;
  });
  for (let i = 0; i < 2; i += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
  return true;
}"""
"""Go to a place within the page, until it is drawn and asks for what stands there; false if one is there."""

AXE = """async () => (await axe.run({resultTypes: ['violations']})).violations
  .flatMap(({id, nodes}) => nodes.map(({target}) => `${id}: ${target}`))"""
SEND = """async ([method, path, body]) => {
  const headers = {'Content-Type': 'application/json'};
  const answer = await fetch(path, {method, headers, body: JSON.stringify(body)});
  await answer.text(); // until then the request is under way
  return answer.ok;
}"""


class Visitor:
    """A person with a browser of their own: what they do, and what the browser complains of meanwhile."""

    def __init__(self, page: Page, earshot: str) -> None:
        self.earshot = earshot
        self.complaints: list[str] = []
        self.under_way: set[Request] = set()
        self.page = self._followed(page)

    @classmethod
    @contextmanager
    def coming(
        cls,
        browser: Browser,
        earshot: str,
        *,
        size: str = "desk",
        scheme: str = "light",
        state: Path | None = None,
        installs: bool = False,
    ) -> Iterator["Visitor"]:
        """Somebody with a window of this size; with a ``state`` signed in as whoever it was kept of.

        Their browser keeps the client's files only where it ``installs`` them: most would do so for nothing.
        """
        width, height = SIZES[size]
        with browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]  # one of the two in every call
            reduced_motion="reduce",
            storage_state=state,
            permissions=["microphone"],
            service_workers="allow" if installs else "block",
        ) as context:
            visitor = cls(context.new_page(), earshot)
            yield visitor
            assert visitor.complaints == []

    def signs_in(self, email: str, name: str) -> None:
        """Be signed in, and come to where that leads."""
        self.page.goto("about:blank")  # a page that is open looks who is signed in
        self.is_signed_in(email, name)
        self.page.goto(self.earshot)
        self.heading().wait_for()

    def is_signed_in(self, email: str, name: str) -> Http:
        """Be signed in from the next page on; what asks the API as the same person."""
        http = Http(self.earshot)
        http.signs_in(email, name)
        cookies = http.cookies().items()
        self.page.context.add_cookies(
            [{"name": cookie, "value": value, "url": self.earshot} for cookie, value in cookies]
        )
        return http

    def signs_in_at_the_provider(self, email: str, name: str) -> None:
        """The same as people do it, for tests of just that."""
        self.page.goto(self.earshot)
        self.page.get_by_role("link", name="Sign in").click()
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_role("button", name="Sign in").first.click()
        self.heading().wait_for()

    def creates_a_workspace(self, name: str) -> str:
        """The workspace's place in the address."""
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_role("button", name="Create", exact=True).click()
        expect(self.heading("Home")).to_be_visible()
        found = re.search(r"#/w/[^/]+", self.page.url)
        assert found
        return found[0]

    def publishes(self, home: str, file: Path, *, shared: bool = False) -> None:
        """Publish a file as a track of its name, and wait in the library until it can be played."""
        self.opens(f"{home}/record", "Record")
        self.page.get_by_label("Audio files").set_input_files([file])
        if shared:
            self.page.get_by_label("May be shared by public link").check()
        self.button("Publish").click()
        expect(self.page.get_by_label("On its way").get_by_text(file.stem)).to_be_visible()
        self.opens(f"{home}/library", "Library")
        expect(self.button(f"Play {file.stem}")).to_be_visible()

    def opens(self, place: str, heading: str | None = None) -> None:
        """Go to a place: as by a link where another one in a workspace is open, otherwise by loading it."""
        inside = f"{self.earshot}#/w/"
        goes = self.page.url.startswith(inside) and f"{self.earshot}{place}".startswith(inside)
        if not (goes and self.page.evaluate(GO, place)):
            self._loads(place)
        self._has_come(heading)

    def loads(self, place: str, heading: str | None = None) -> None:
        """Open a place in a page that knows nothing yet."""
        self._loads(place)
        self._has_come(heading)

    def _loads(self, place: str) -> None:
        self.page.goto("about:blank")  # otherwise another place on the same page loads nothing anew
        self.page.goto(f"{self.earshot}{place}")

    def _has_come(self, heading: str | None) -> None:
        expect(self.heading(heading).first).to_be_visible()
        self.settles()

    def settles(self) -> None:
        """Wait until the page asks for nothing any more."""
        quiet = 0
        for _ in range(500):
            self.page.wait_for_timeout(30)
            quiet = 0 if self.under_way else quiet + 1
            if quiet == 3:
                return
        raise AssertionError(f"still under way: {[request.url for request in self.under_way]}")

    def loses_the_tab(self) -> None:
        """The tab's process dies; go on in another one of the same browser."""
        lost = self.page
        with lost.expect_event("crash"), suppress(Error):  # the navigation is cut off by what it brings about
            lost.goto("chrome://crash")
        self.page = self._followed(lost.context.new_page())
        lost.close()

    def heading(self, name: str | None = None) -> Locator:
        return self.page.get_by_role("heading", level=1, name=name)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def tabs_to(self, wanted: Locator, key: str = "Tab") -> None:
        """Press Tab until this has the focus: it stands in the order of the page, and nothing is a trap."""
        expect(wanted).to_be_visible()
        for _ in range(60):
            if wanted.evaluate("(element) => element === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{wanted} cannot be reached by {key}")

    @contextmanager
    def with_uploads_held(self) -> Iterator[None]:
        """Nothing of this browser's reaches S3 meanwhile; what waits goes on afterwards."""
        held: list[Route] = []
        holding = True

        def hold(route: Route) -> None:
            if holding:
                held.append(route)
            else:
                route.continue_()

        context = self.page.context
        context.route(MEDIA, hold)
        try:
            yield
        finally:
            holding = False
            for route in held:
                with suppress(Error):  # the page that asked may be gone
                    route.continue_()
            context.unroute(MEDIA)

    @contextmanager
    def offline(self) -> Iterator[None]:
        """The line is lost meanwhile."""
        self.page.context.set_offline(True)
        try:
            yield
        finally:
            self.page.context.set_offline(False)

    def is_served_well(self, place: str) -> None:
        """Axe objects to nothing, and nothing stands beside the window."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        assert self.page.evaluate(AXE) == [], place
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider == 0, f"{place} is {wider} pixels wider than its window"

    def is_served_well_in_every_way(self, place: str, ways: Iterable[Way] = EVERY_WAY) -> None:
        """The same in the window of a phone and of a desk, in light and dark; then as it was before."""
        before = self.page.viewport_size
        assert before
        for size, scheme in ways:
            width, height = SIZES[size]
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme=scheme)
            self.is_served_well(f"{place} ({size}, {scheme})")
        self.page.set_viewport_size(before)

    def is_served_well_both_ways(self, place: str) -> None:
        """The same on a phone in the dark and on a desk in the light."""
        self.is_served_well_in_every_way(place, [("phone", "dark"), ("desk", "light")])

    def _followed(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        page.on("request", self._asks)
        page.on("requestfinished", self._is_answered)
        page.on("requestfailed", self._is_answered)
        return page

    def _is_answered(self, request: Request) -> None:
        self.under_way.discard(request)

    def _asks(self, request: Request) -> None:
        if request.resource_type != "media":
            self.under_way.add(request)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not any(each in said.text for each in EXPECTED):
            self.complaints.append(said.text)


def kept(visitor: Visitor, folder: Path) -> Path:
    """Whoever is signed in, as a file of the browser's."""
    path = folder / "state.json"
    visitor.page.context.storage_state(path=path)
    return path


def joins(newcomer: Visitor, admin: Visitor, home: str, email: str, name: str) -> None:
    """Be invited, sign in, accept and come home; with a mail and its pages it is done in test_journey.py."""
    workspace = f"workspaces/{home.removeprefix('#/w/')}"
    sends(admin, "POST", f"v1/{workspace}/invitations", {"emails": [email]})
    newcomer.is_signed_in(email, name).asks("POST", f"{workspace}/invitations/accept", {})
    newcomer.loads(f"{home}/home", "Home")


def sends(visitor: Visitor, method: str, path: str, body: dict[str, Any]) -> None:
    """Call the API as whoever is signed in on this page."""
    assert visitor.page.evaluate(SEND, [method, path, body])


def asks(page: Page, path: str) -> Any:
    """What the API answers to whoever is signed in on this page."""
    return page.evaluate("async (path) => (await fetch(path)).json()", path)
