"""Being asked to hear a playlist, and the inbox, in real browsers: who asks, and who is asked on a phone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor, asks, joins
from tests.tracks.audio import mp3

TITLE = "Your first week 🌱"
JUMPED = """() => new Promise((answer) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value;
  }).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => answer(sum), 100);
})"""
POST = """async ([path, body]) => (await fetch(path, {
  method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body),
})).text()"""
MOST_JUMPED = 0.1
"""What counts as good (https://web.dev/articles/cls)."""


@dataclass
class Two:
    """Ann, who asks, and Ben, who is asked."""

    ann: Visitor
    ben: Visitor
    home: str

    @property
    def place(self) -> str:
        return f"v1/workspaces/{self.home.removeprefix('#/w/')}"

    def posts(self, path: str, **body: Any) -> Any:
        """What the API answers to Ann."""
        return json.loads(self.ann.page.evaluate(POST, [f"{self.place}/{path}", body]) or "null")


@pytest.fixture
def two(browser: Browser, earshot: str, tmp_path: Path) -> Iterator[Two]:
    with (
        Visitor.coming(browser, earshot) as ann,
        Visitor.coming(browser, earshot, size="phone", scheme="dark") as ben,
    ):
        ann.signs_in("ann@inbox.example", "Ann Okafor")
        home = ann.creates_a_workspace("Roastery")
        joins(ben, ann, home, "ben@inbox.example", "Ben Ito")
        (tmp_path / "Where things are.mp3").write_bytes(mp3(30))
        ann.publishes(home, tmp_path / "Where things are.mp3")
        yield Two(ann, ben, home)


def test_what_one_is_asked_to_hear_waits_at_home_and_in_the_inbox(two: Two) -> None:
    ann, ben, home = two.ann, two.ben, two.home
    ben.opens(f"{home}/inbox", "Inbox")
    expect(ben.page.get_by_text("Nothing for you yet")).to_be_visible()
    ben.is_served_well_both_ways("an empty inbox")
    [track] = asks(ann.page, f"{two.place}/tracks")["items"]
    playlist = f"{home}/playlist/{(made := two.posts('playlists', title=TITLE))['playlist_id']}"
    two.posts(f"playlists/{made['playlist_id']}/entries", track_id=track["track_id"])

    ann.opens(playlist, TITLE)
    ann.tabs_to(ann.button("Ask colleagues to hear it…"))
    ann.page.keyboard.press("Enter")
    day = datetime.now().astimezone().date() + timedelta(days=7)
    ann.page.get_by_label("By a day, if you like").fill(day.isoformat())
    expect(ann.page.get_by_label("Ann Okafor")).to_have_count(0)
    ann.tabs_to(ann.page.get_by_label("Ben Ito"))
    ann.page.keyboard.press("Space")
    ann.is_served_well_both_ways("asking colleagues")
    ann.tabs_to(ann.button("Ask 1 colleague"))
    ann.page.keyboard.press("Enter")
    by = f"by {day:%A} {day.day} {day:%B}"
    expect(ann.page.get_by_role("dialog").get_by_text(by)).to_be_visible()
    ann.is_served_well_both_ways("colleagues asked")
    ann.page.get_by_label("Ask whoever joins from now on").check()
    expect(ann.page.get_by_label("Ask whoever joins from now on")).to_be_checked()
    ann.page.keyboard.press("Escape")
    expect(ann.button("Ask colleagues to hear it…")).to_be_focused()

    ben.loads(f"{home}/home", "Home")
    waits = ben.page.get_by_role("region", name="For you to hear")
    expect(waits.get_by_text(f"Ann Okafor asks you to hear it, {by}. 0 of 1 track heard.")).to_be_visible()
    assert ben.page.evaluate(JUMPED) < MOST_JUMPED
    expect(ben.page.get_by_role("link", name="Inbox, 1 unread")).to_be_visible()
    ben.is_served_well_both_ways("home with something to hear")
    ben.link("Inbox, 1 unread").click()
    expect(ben.page.get_by_text(f"Unread: Ann Okafor asks you to hear {TITLE}.")).to_be_visible()
    ben.is_served_well_both_ways("the inbox")
    ben.link(f"Open: {TITLE}").click()
    expect(ben.heading(TITLE)).to_be_visible()
    expect(ben.link("Inbox")).to_be_visible()
    ben.opens(f"{home}/inbox", "Inbox")
    expect(ben.page.get_by_text("Unread:")).to_have_count(0)

    other = two.posts("playlists", title="And then")["playlist_id"]
    [member] = [each for each in asks(ann.page, f"{two.place}/members")["items"] if each["name"] == "Ben Ito"]
    two.posts(f"playlists/{other}/assignments", member_ids=[member["member_id"]])
    ben.opens(f"{home}/library", "Library")
    ben.opens(f"{home}/inbox", "Inbox")
    expect(ben.link("Inbox, 1 unread")).to_be_visible()
    ben.button("Mark all as read").click()
    expect(ben.heading("Inbox")).to_be_focused()
    expect(ben.link("Inbox")).to_be_visible()
    ben.opens(f"{home}/home", "Home")
    ben.button("Not now: And then").click()
    expect(ben.heading("Home")).to_be_focused()
    expect(ben.button("Not now: And then")).to_have_count(0)
    ben.opens(f"{home}/assigned", "For you to hear")
    ben.is_served_well_both_ways("all that one was asked to hear")
    ben.button("Take up again: And then").click()
    expect(ben.button("Not now: And then")).to_be_visible()
