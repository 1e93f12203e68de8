"""Every page in a real browser against Earshot on one machine: nothing axe objects to, all by keyboard."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"Earshot is ready at (http://\S+)")
ANN = "ann@acme.example"
SIZES = {"phone": (390, 844), "desk": (1280, 860)}
PAGES = {
    "library": "Library",
    "library?speaker=me": "Library",
    "record": "Record",
    "people": "People",
    "activity": "Activity",
    "you": "Your settings",
    "track/nothing": "This track cannot be opened",
    "nowhere": "Nothing here",
}
CHROMIUM = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an Earshot of this module's own."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EARSHOT_"))},
        "EARSHOT_PORT": "0",
        "EARSHOT_DATA": str(tmp_path_factory.mktemp("earshot")),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "infra.local"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        lines = iter(process.stdout.readline, "")
        address = next((found[1] for line in lines if (found := READY.search(line))), None)
        assert address, "Earshot did not start"
        yield address
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


class Visitor:
    """Somebody in front of a page."""

    def __init__(self, context: BrowserContext, server: str) -> None:
        self.server = server
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def signs_in(self, email: str, name: str) -> None:
        self.page.goto(self.server)
        self.page.get_by_role("link", name="Sign in").click()
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_role("button", name="Sign in").first.click()
        self.page.get_by_role("heading", level=1).wait_for()

    def opens(self, place: str, heading: str) -> None:
        self.page.goto(f"{self.server}{place}")
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        self.page.wait_for_load_state("networkidle")

    def _listen(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.complaints.append(text)


@pytest.fixture(scope="module")
def kept(server: str, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Ann's cookies as a file of the browser's, and her workspace's address."""
    context = chromium.new_context()
    ann = Visitor(context, server)
    ann.signs_in(ANN, "Ann Okafor")
    ann.page.get_by_label("Name").fill("Acme")
    ann.page.get_by_role("button", name="Create", exact=True).click()
    expect(ann.page.get_by_role("heading", level=1, name="Library")).to_be_visible()
    found = re.search(r"#/w/([^/]+)/", ann.page.url)
    assert found
    state = tmp_path_factory.mktemp("ann") / "state.json"
    context.storage_state(path=state)
    context.close()
    return str(state), f"#/w/{found[1]}"


def at_size(chromium: Browser, size: str, scheme: str, state: str | None = None) -> BrowserContext:
    width, height = SIZES[size]
    return chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        storage_state=state,
        permissions=["microphone"],
    )


def accepted_by_axe(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_accessible_and_fits(
    server: str, chromium: Browser, kept: tuple[str, str], size: str, scheme: str
) -> None:
    state, home = kept
    with at_size(chromium, size, scheme, state) as context:
        ann = Visitor(context, server)
        for place, heading in PAGES.items():
            ann.opens(f"{home}/{place}", heading)
            assert accepted_by_axe(ann.page) == [], place
            assert sideways(ann.page) == 0, place
            assert ann.page.title().endswith("· Earshot")
        assert ann.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_before_a_workspace_are_accessible_and_fit(
    server: str, chromium: Browser, size: str, scheme: str
) -> None:
    with at_size(chromium, size, scheme) as context:
        visitor = Visitor(context, server)
        visitor.opens("", "Learn from one another by ear.")
        assert accepted_by_axe(visitor.page) == []
        visitor.opens("#/signin?problem=SignInFailed", "Learn from one another by ear.")
        expect(visitor.page.get_by_role("alert")).to_contain_text("Start again")
        visitor.signs_in("new@acme.example", "Newcomer 🎧")
        expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Newcomer")
        assert accepted_by_axe(visitor.page) == []
        assert sideways(visitor.page) == 0
        assert visitor.complaints == []


def test_navigation_by_keyboard_moves_the_focus_to_the_new_heading(
    server: str, chromium: Browser, kept: tuple[str, str]
) -> None:
    state, home = kept
    with at_size(chromium, "desk", "light", state) as context:
        ann = Visitor(context, server)
        ann.opens(f"{home}/library", "Library")
        page = ann.page
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        for name in ("Record", "People", "Activity", "Library"):
            page.get_by_role("link", name=name, exact=True).focus()
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", level=1, name=name)).to_be_focused()
            expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")


def test_inviting_by_keyboard_shows_the_invitation_and_its_withdrawal(
    server: str, chromium: Browser, kept: tuple[str, str]
) -> None:
    state, home = kept
    with at_size(chromium, "phone", "light", state) as context:
        ann = Visitor(context, server)
        ann.opens(f"{home}/people", "People")
        page = ann.page
        opener = page.get_by_role("button", name="Invite people")
        opener.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_label("E-mail addresses")).to_be_focused()
        page.keyboard.type("ben@acme.example, not-an-address")
        page.get_by_role("button", name="Invite 2 people").press("Enter")
        expect(page.get_by_text("Not an e-mail address: not-an-address")).to_be_visible()
        page.get_by_label("E-mail addresses").fill("ben@acme.example\nchloe@acme.example")
        page.get_by_role("button", name="Invite 2 people").press("Enter")
        expect(page.get_by_text("2 invitations sent.")).to_be_visible()
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()
        page.get_by_role("button", name="Withdraw the invitation of ben@acme.example").press("Enter")
        expect(page.get_by_text("ben@acme.example", exact=True)).to_have_count(0)
        expect(page.get_by_text("chloe@acme.example", exact=True)).to_be_visible()
        assert accepted_by_axe(page) == []


def test_settings_are_kept_and_a_long_name_of_emoji_breaks_nothing(
    server: str, chromium: Browser, kept: tuple[str, str]
) -> None:
    state, home = kept
    with at_size(chromium, "phone", "dark", state) as context:
        ann = Visitor(context, server)
        ann.opens(f"{home}/you", "Your settings")
        page = ann.page
        page.get_by_label("Title").fill("🎧" * 100)
        page.get_by_label("Time zone").select_option("Asia/Tokyo")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Your settings were saved.")).to_be_attached()
        ann.opens(f"{home}/people", "People")
        expect(page.get_by_text("🎧" * 100)).to_be_visible()
        assert sideways(page) == 0
        assert ann.complaints == []


def test_signing_out_leads_back_to_the_first_page(server: str, chromium: Browser) -> None:
    with at_size(chromium, "desk", "light") as context:
        visitor = Visitor(context, server)
        visitor.signs_in("leaver@acme.example", "Leaver")
        visitor.page.get_by_role("button", name="Sign out").click()
        expect(visitor.page.get_by_role("link", name="Sign in")).to_be_visible()
        visitor.page.reload()
        expect(visitor.page.get_by_role("link", name="Sign in")).to_be_visible()
