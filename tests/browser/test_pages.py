"""Pages in a real browser against Earshot on one machine: empty ones, by keyboard, and how much is loaded.

Those with something on them are walked through in test_walks.py.
"""

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.visitor import Visitor, kept

STATIC = Path(__file__).resolve().parents[2] / "chalicelib/web/static"
EMPTY = {
    "library": "Library",
    "library?speaker=me": "Library",
    "playlists": "Playlists",
    "groups": "Groups",
    "mentoring": "Mentors",
    "inbox": "Inbox",
    "assigned": "For you to hear",
    "reports": "Reports",
    "group/nothing": "This group cannot be opened",
    "round/nothing?group=nothing": "This round cannot be opened",
    "activity": "Activity",
    "track/nothing": "This track cannot be opened",
    "nowhere": "Nothing here",
    "constructor": "Nothing here",
}
MOST_FIRST_BYTES = 60_000


@pytest.fixture(scope="module")
def ann(earshot: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Ann's cookies as a file of the browser's, and her workspace's address."""
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@acme.example", "Ann Okafor")
        home = ann.creates_a_workspace("Acme")
        return kept(ann, tmp_path_factory.mktemp("ann")), home


def test_pages_with_nothing_on_them_are_accessible_and_fit(
    earshot: str, browser: Browser, ann: tuple[Path, str]
) -> None:
    state, home = ann
    with Visitor.coming(browser, earshot, size="phone", scheme="dark", state=state) as visitor:
        for place, heading in EMPTY.items():
            visitor.opens(f"{home}/{place}", heading)
            visitor.is_served_well(place)
            assert visitor.page.title().endswith("· Earshot")


def test_a_file_of_the_first_page_that_does_not_come_leaves_a_sentence(
    earshot: str, browser: Browser, ann: tuple[Path, str]
) -> None:
    state, home = ann
    with Visitor.coming(browser, earshot, size="phone", state=state) as visitor:
        page = visitor.page
        page.route("**/static/hooks.js", lambda route: route.abort())
        page.goto(f"{earshot}{home}/home")
        late = page.get_by_text("Earshot is not here yet")
        expect(late).to_be_hidden()
        page.evaluate("document.getAnimations().forEach((each) => each.finish())")
        expect(late).to_be_visible()
        page.unroute("**/static/hooks.js")
        visitor.link("load the page again").click()
        expect(visitor.heading("Home")).to_be_visible()
        expect(late).to_be_hidden()


def test_the_pages_before_a_workspace_are_accessible_and_fit(earshot: str, browser: Browser) -> None:
    with Visitor.coming(browser, earshot) as visitor:
        visitor.opens("", "Learn from one another by ear.")
        visitor.opens("#/signin?problem=SignInFailed", "Learn from one another by ear.")
        expect(visitor.page.get_by_role("alert")).to_contain_text("Start again")
        visitor.signs_in_at_the_provider("new@acme.example", "Newcomer 🎧")
        expect(visitor.heading()).to_contain_text("Newcomer")
        visitor.is_served_well_both_ways("without a workspace")


def test_what_loads_before_the_recorder_is_small(
    earshot: str, browser: Browser, ann: tuple[Path, str]
) -> None:
    state, home = ann
    sizes: dict[str, int] = {}

    def count(route: Route) -> None:
        response = route.fetch()
        sizes[route.request.url] = len(gzip.compress(response.body()))
        route.fulfill(response=response)

    with Visitor.coming(browser, earshot, state=state) as visitor:
        visitor.page.route(re.compile(rf"^{earshot}(static/.*)?$"), count)
        visitor.opens(f"{home}/home", "Home")
    names = {url.rpartition("/")[2] for url in sizes}
    assert {"", "app.js", "preact.js", "styles.css", "home.js", "player.js", "outbox.js"} <= names
    assert not {"recorder.js", "convert.js", "mp3.wasm", "record.js", "people.js"} & names
    assert sum(sizes.values()) <= MOST_FIRST_BYTES, sizes


def test_navigation_by_keyboard_moves_the_focus_to_the_new_heading(
    earshot: str, browser: Browser, ann: tuple[Path, str]
) -> None:
    state, home = ann
    with Visitor.coming(browser, earshot, state=state) as visitor:
        visitor.opens(f"{home}/library", "Library")
        page = visitor.page
        page.keyboard.press("Tab")
        expect(visitor.link("Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(visitor.heading()).to_be_focused()
        for name in ("Record", "People", "Playlists", "Home", "Groups", "Library"):
            visitor.link(name).focus()
            page.keyboard.press("Enter")
            expect(visitor.heading(name)).to_be_focused()
            expect(visitor.link(name)).to_have_attribute("aria-current", "page")


def test_inviting_by_keyboard_shows_the_invitation_and_its_withdrawal(
    earshot: str, browser: Browser, ann: tuple[Path, str]
) -> None:
    state, home = ann
    with Visitor.coming(browser, earshot, size="phone", state=state) as visitor:
        visitor.opens(f"{home}/people", "People")
        page = visitor.page
        opener = visitor.button("Invite people")
        opener.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_label("E-mail addresses")).to_be_focused()
        page.keyboard.type("ben@acme.example, not-an-address")
        visitor.button("Invite 2 people").press("Enter")
        expect(page.get_by_text("Not an e-mail address: not-an-address")).to_be_visible()
        visitor.is_served_well("inviting")
        page.get_by_label("E-mail addresses").fill("ben@acme.example\nchloe@acme.example")
        visitor.button("Invite 2 people").press("Enter")
        expect(page.get_by_text("2 invitations sent.")).to_be_visible()
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()
        visitor.button("Withdraw the invitation of ben@acme.example").press("Enter")
        expect(page.get_by_text("ben@acme.example", exact=True)).to_have_count(0)
        expect(page.get_by_text("chloe@acme.example", exact=True)).to_be_visible()
        visitor.is_served_well("invited")


def test_settings_are_kept_and_a_long_name_of_emoji_breaks_nothing(
    earshot: str, browser: Browser, ann: tuple[Path, str]
) -> None:
    state, home = ann
    with Visitor.coming(browser, earshot, size="phone", scheme="dark", state=state) as visitor:
        visitor.opens(f"{home}/you", "Your settings")
        page = visitor.page
        page.get_by_label("Title").fill("🎧" * 101)
        visitor.button("Save").click()
        expect(page.get_by_text("1 character too long.")).to_be_visible()
        page.get_by_label("Title").fill("🎧" * 100)
        page.get_by_label("Time zone").select_option("Asia/Tokyo")
        visitor.button("Save").click()
        expect(page.get_by_text("Your settings were saved.")).to_be_attached()
        visitor.opens(f"{home}/people", "People")
        expect(page.get_by_text("🎧" * 100)).to_be_visible()
        visitor.is_served_well("people")


def test_signing_out_leads_back_to_the_first_page(earshot: str, browser: Browser) -> None:
    with Visitor.coming(browser, earshot) as visitor:
        visitor.signs_in("leaver@acme.example", "Leaver")
        visitor.button("Sign out").click()
        expect(visitor.link("Sign in")).to_be_visible()
        visitor.page.reload()
        expect(visitor.link("Sign in")).to_be_visible()
