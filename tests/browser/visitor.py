"""Somebody in front of Earshot's pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

SIZES = {"phone": (390, 844), "desk": (1280, 860)}


class Visitor:
    """A person with a browser of their own: what they do, and what the browser complains of meanwhile."""

    def __init__(self, page: Page, earshot: str) -> None:
        self.earshot = earshot
        self.complaints: list[str] = []
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
    ) -> Iterator["Visitor"]:
        """Somebody with a window of this size; with a ``state`` signed in as whoever it was kept of."""
        width, height = SIZES[size]
        with browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]  # one of the two in every call
            reduced_motion="reduce",
            storage_state=state,
            permissions=["microphone"],
        ) as context:
            visitor = cls(context.new_page(), earshot)
            yield visitor
            assert visitor.complaints == []

    def signs_in(self, email: str, name: str) -> None:
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
        expect(self.heading("Library")).to_be_visible()
        found = re.search(r"#/w/[^/]+", self.page.url)
        assert found
        return found[0]

    def opens(self, place: str, heading: str) -> None:
        self.page.goto(f"{self.earshot}{place}")
        expect(self.heading(heading)).to_be_visible()
        self.page.wait_for_load_state("networkidle")

    def opens_another_page(self) -> None:
        """Go on in a new tab of the same browser."""
        self.page = self._followed(self.page.context.new_page())

    def heading(self, name: str | None = None) -> Locator:
        return self.page.get_by_role("heading", level=1, name=name)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def is_served_well(self, place: str) -> None:
        """Axe objects to nothing, and nothing stands beside the window."""
        found = Axe().run(self.page).response["violations"]
        assert [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]] == [], place
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider == 0, f"{place} is {wider} pixels wider than its window"

    def _followed(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and "Failed to load resource" not in said.text:
            self.complaints.append(said.text)


def kept(visitor: Visitor, folder: Path) -> Path:
    """Whoever is signed in, as a file of the browser's."""
    path = folder / "state.json"
    visitor.page.context.storage_state(path=path)
    return path


def asks(page: Page, path: str) -> Any:
    """What the API answers to whoever is signed in on this page."""
    return page.evaluate("async (path) => (await fetch(path)).json()", path)
