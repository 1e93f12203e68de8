"""A podcast feed made in the page, and fetched from the real server as podcast apps do."""

from collections.abc import Iterator
from typing import Any

import feedparser
import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor
from tests.tracks.audio import mp3

TITLE = "How I open a call"
MAKES_A_PLAYLIST = """async (place) => {
  const ask = async (path, body) => (await fetch(path, body && {
    method: 'POST', body: JSON.stringify(body), headers: {'Content-Type': 'application/json'},
  })).json();
  const {items: [{track_id}]} = await ask(`${place}/tracks`);
  const {playlist_id} = await ask(`${place}/playlists`, {title: 'How to sell'});
  await ask(`${place}/playlists/${playlist_id}/entries`, {track_id});
  return playlist_id;
}"""


@pytest.fixture(scope="module")
def ann(
    browser: Browser, earshot: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Visitor, str]]:
    """Ann, whose track may be shared, and her workspace's place in the address."""
    file = tmp_path_factory.mktemp("tracks") / f"{TITLE}.mp3"
    file.write_bytes(mp3(30))
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@feeds.example", "Ann Okafor")
        home = ann.creates_a_workspace("Feeds")
        ann.publishes(home, file, shared=True)
        yield ann, home


def is_played(url: str) -> None:
    """Fetch a feed and its one episode as an app does: whole, in parts, and only to look at it."""
    answer = requests.get(url, timeout=20)
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    parsed: Any = feedparser.parse(answer.content)
    assert not parsed.bozo
    [entry] = parsed.entries
    [enclosure] = entry.enclosures
    assert entry.title == TITLE
    whole = requests.get(enclosure.href, timeout=20)
    assert [each.status_code for each in whole.history] == [302]
    assert (len(whole.content), whole.headers["Content-Type"]) == (int(enclosure.length), enclosure.type)
    part = requests.get(enclosure.href, headers={"Range": "bytes=1000-1999"}, timeout=20)
    assert (part.status_code, part.content) == (206, whole.content[1000:2000])
    looked = requests.head(enclosure.href, allow_redirects=True, timeout=20)
    assert (looked.status_code, looked.headers["Content-Length"]) == (200, enclosure.length)
    assert (looked.headers["Content-Type"], looked.content) == (enclosure.type, b"")
    assert requests.head(url, timeout=20).headers["ETag"] == answer.headers["ETag"]
    known = requests.get(url, headers={"If-None-Match": answer.headers["ETag"]}, timeout=20)
    assert (known.status_code, known.content) == (304, b"")
    assert requests.get(parsed.feed.image.href, timeout=20).headers["Content-Type"] == "image/png"


def test_a_member_makes_a_feed_listens_in_an_app_and_turns_it_off(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    page = visitor.page
    visitor.opens(f"{home}/you", "Your settings")
    visitor.is_served_well_both_ways("settings without a feed")
    visitor.tabs_to(visitor.button("Make my feed"))
    page.keyboard.press("Enter")
    address = page.get_by_label("Address of your feed", exact=True)
    url = address.input_value()
    visitor.is_served_well_both_ways("the address of a feed")
    visitor.button("Done").click()
    expect(page.get_by_text("Its address was made just now.")).to_be_visible()
    assert url not in page.content()
    is_played(url)
    page.get_by_label("What is new in the playlists I follow").check()
    visitor.settles()
    assert TITLE.encode() not in requests.get(url, timeout=20).content
    page.get_by_label("Everything new in the library").check()
    visitor.settles()
    visitor.button("Replace its address…").click()
    visitor.is_served_well_both_ways("replacing the address of a feed")
    visitor.button("Replace it").click()
    other = address.input_value()
    visitor.button("Done").click()
    assert requests.get(url, timeout=20).status_code == 404
    is_played(other)
    visitor.button("Turn it off…").click()
    visitor.button("Turn it off").click()
    expect(visitor.button("Make my feed")).to_be_visible()
    assert requests.get(other, timeout=20).status_code == 404


def test_a_link_to_a_playlist_brings_a_feed_for_people_without_an_account(
    browser: Browser, earshot: str, ann: tuple[Visitor, str]
) -> None:
    visitor, home = ann
    page = visitor.page
    playlist_id = page.evaluate(MAKES_A_PLAYLIST, f"/v1/workspaces/{home.rpartition('/')[2]}")
    visitor.opens(f"{home}/playlist/{playlist_id}", "How to sell")
    visitor.button("Make a public link…").click()
    visitor.button("Make the link").click()
    link, feed = page.get_by_label("Link", exact=True), page.get_by_label("Feed for podcast apps", exact=True)
    url = link.input_value()
    is_played(feed.input_value())
    visitor.is_served_well_both_ways("a link and its feed")
    with Visitor.coming(browser, earshot, size="phone", scheme="dark") as stranger:
        stranger.page.goto(url)
        shown = stranger.link("Feed for podcast apps")
        expect(shown).to_be_visible()
        stranger.is_served_well_both_ways("a shared playlist")
        assert shown.evaluate("(link) => link.href") == feed.input_value()
    visitor.button("Done").click()
    page.get_by_role("button", name="Take Link of").click()
    expect(page.get_by_text("The link was taken back.")).to_be_attached()
    assert requests.get(url.replace("/s/", "/feeds/"), timeout=20).status_code == 404
