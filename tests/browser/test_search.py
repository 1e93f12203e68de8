"""Searching the library in a real browser: as one types, by keyboard, shared by its address."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.visitor import Visitor, joins
from tests.tracks.audio import mp3

TITLES = ("How I open a call", "Calling back", "Café talk")


@pytest.fixture(scope="module")
def ann(
    browser: Browser, earshot: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Visitor, str]]:
    """Ann, who has published tracks and a playlist, and her workspace's place in the address."""
    folder = tmp_path_factory.mktemp("tracks")
    files = [folder / f"{title}.mp3" for title in TITLES]
    for file in files:
        file.write_bytes(mp3(1))
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@search.example", "Ann Okafor")
        home = ann.creates_a_workspace("Acme")
        _publishes(ann, home, files)
        ann.opens(f"{home}/playlists", "Playlists")
        ann.button("New playlist").first.click()
        ann.page.get_by_label("Title").fill("Calls worth hearing")
        ann.button("Create").click()
        expect(ann.heading("Calls worth hearing")).to_be_visible()
        yield ann, home


def _publishes(ann: Visitor, home: str, files: list[Path]) -> None:
    for file in files:
        ann.opens(f"{home}/record", "Record")
        ann.page.get_by_label("Audio files").set_input_files([file])
        ann.button("Publish").click()
        expect(ann.page.get_by_label("On its way").get_by_text(file.stem)).to_be_visible()
    ann.opens(f"{home}/library", "Library")
    for title in TITLES:
        expect(ann.button(f"Play {title}")).to_be_visible()


def field(ann: Visitor) -> Locator:
    return ann.page.get_by_role("searchbox", name="Search")


def rows(ann: Visitor, group: str) -> Locator:
    return ann.page.get_by_role("region", name=group, exact=True).get_by_role("listitem")


def test_what_is_typed_is_found_and_stands_in_the_address(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    visitor.opens(f"{home}/library", "Library")
    field(visitor).press_sequentially("cal", delay=20)
    expect(rows(visitor, "Tracks")).to_have_count(2)
    expect(rows(visitor, "Playlists")).to_have_count(1)
    said = "2 tracks, 1 playlist found."
    expect(visitor.page.locator("#said")).to_have_text(said)
    assert visitor.page.url.endswith(f"{home}/library?q=cal")
    visitor.is_served_well_both_ways("what was found")

    field(visitor).fill("okaf")
    expect(rows(visitor, "People")).to_have_text([re.compile("Ann Okafor")])
    expect(rows(visitor, "Tracks")).to_have_count(3)
    field(visitor).fill("cafe")
    expect(rows(visitor, "Tracks")).to_have_text([re.compile("Café talk")])
    expect(rows(visitor, "Playlists")).to_have_count(0)
    visitor.page.go_back()
    expect(field(visitor)).to_have_value("")
    expect(visitor.button("Play Calling back")).to_be_visible()


def test_a_search_is_shared_by_its_address_and_walked_by_keyboard(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    visitor.opens(f"{home}/library?q=call+ho", "Library")
    expect(field(visitor)).to_have_value("call ho")
    expect(rows(visitor, "Tracks")).to_have_text([re.compile("How I open a call")])
    visitor.tabs_to(field(visitor))
    visitor.page.keyboard.press("ArrowDown")
    expect(visitor.link("How I open a call")).to_be_focused()
    visitor.page.keyboard.press("ArrowUp")
    expect(field(visitor)).to_be_focused()
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("Enter")
    expect(visitor.heading("How I open a call")).to_be_visible()
    visitor.page.go_back()
    expect(rows(visitor, "Tracks")).to_have_count(1)


def test_where_nothing_is_found_it_says_what_to_do_and_escape_leads_back(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    visitor.opens(f"{home}/library", "Library")
    field(visitor).fill("<b>zebra")
    nothing = visitor.page.get_by_role("heading", name="Nothing found for “<b>zebra”")
    expect(nothing).to_be_visible()
    expect(visitor.link("Record a track")).to_be_visible()
    visitor.is_served_well_both_ways("where nothing is found")
    field(visitor).press("Escape")
    expect(field(visitor)).to_have_value("")
    expect(field(visitor)).to_be_focused()
    expect(visitor.button("Play Café talk")).to_be_visible()
    assert visitor.page.url.endswith(f"{home}/library")


def test_what_fits_into_the_minutes_one_has_plays_one_after_the_other(
    ann: tuple[Visitor, str], browser: Browser, earshot: str
) -> None:
    visitor, home = ann
    with Visitor.coming(browser, earshot) as ben:
        joins(ben, visitor, home, "ben@search.example", "Ben Nowak")
        ben.opens(f"{home}/library", "Library")
        ben.link("5 min").click()
        queue = rows(ben, "What fits into 5 minutes")
        expect(queue).to_have_count(3)
        ben.is_served_well_both_ways("what fits into 5 minutes")
        ben.button("Play them").click()
        bar = ben.page.get_by_role("region", name="Player")
        for title in reversed(TITLES):
            expect(bar).to_contain_text(title)
        ben.link("5 min").click()
        expect(ben.page.get_by_text("Heard", exact=True)).to_have_count(3)
        ben.link("5 min").click()
        expect(ben.page.get_by_role("heading", name="Nothing new fits into 5 minutes")).to_be_visible()


def test_an_address_that_asks_for_nonsense_shows_what_there_is(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    page = visitor.page
    visitor.opens(f"{home}/library?length=toString&speaker=../me&topic={'t' * 31}&minutes=1e9", "Library")
    for title in TITLES:
        expect(visitor.button(f"Play {title}")).to_be_visible()
    visitor.opens(f"{home}/library?q={'%20'.join('c' * 60)}", "Library")
    expect(rows(visitor, "Tracks")).to_have_count(3)
    page.set_viewport_size({"width": 360, "height": 740})
    visitor.opens(f"{home}/library?department={'d' * 100}", "Library")
    expect(page.get_by_text("Nothing matches all of these filters")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
