"""Playlists in real browsers: arranged with mouse and keyboard, by two people, and listened to in turns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.visitor import Visitor, joins
from tests.tracks.audio import mp3

TITLES = ["How I open a call", "Silence after the question", "Three ways to say no"]
PITCH = "How to perfect your sales pitch"


@dataclass
class Sellers:
    """Ann and Ben in one workspace with three tracks and a playlist that everyone adds to."""

    ann: Visitor
    ben: Visitor
    home: str
    playlist: str


@pytest.fixture(scope="module")
def sellers(browser: Browser, earshot: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sellers]:
    with Visitor.coming(browser, earshot) as ann, Visitor.coming(browser, earshot, size="phone") as ben:
        ann.signs_in("ann@playlists.example", "Ann Okafor")
        home = ann.creates_a_workspace("Playlists")
        joins(ben, ann, home, "ben@playlists.example", "Ben Ito")
        brings(ann, home, tmp_path_factory.mktemp("tracks"))
        yield Sellers(ann, ben, home, makes_a_playlist(ann, home))


def brings(visitor: Visitor, home: str, folder: Path) -> None:
    """Publish three tracks of 30 seconds from files."""
    for title in TITLES:
        (folder / f"{title}.mp3").write_bytes(mp3(30))
    visitor.opens(f"{home}/record", "Record")
    visitor.page.get_by_label("Audio files").set_input_files(
        [folder / f"{title}.mp3" for title in TITLES],
    )
    visitor.button("Publish 3 tracks").click()
    for title in TITLES:
        expect(visitor.page.get_by_label("On its way").get_by_text(title)).to_be_visible()
    visitor.opens(f"{home}/library", "Library")
    for title in TITLES:
        expect(visitor.button(f"Play {title}")).to_be_visible()


def makes_a_playlist(visitor: Visitor, home: str) -> str:
    """Make a playlist that everyone adds to, with the three tracks; its place in the address."""
    page = visitor.page
    visitor.opens(f"{home}/playlists", "Playlists")
    visitor.button("New playlist").first.click()
    page.get_by_label("Title").fill(PITCH)
    page.get_by_label("Everyone who can open it").check()
    visitor.button("Create").click()
    expect(visitor.heading(PITCH)).to_be_visible()
    visitor.button("Add tracks").click()
    for title in TITLES:
        visitor.button(f"Add {title}").click()
        expect(visitor.button(f"Add {title} once more")).to_be_visible()
    visitor.button("Done").click()
    return f"{home}/playlist/{page.url.rpartition('/')[2]}"


def order(page: Page) -> list[str]:
    return page.locator(".entries h2").all_inner_texts()


def handle(page: Page, title: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^Move {title}"))


def position_s(page: Page) -> float:
    position = page.evaluate(
        "async () => (await import('./static/player.js')).player.state.positionMs",
    )
    return float(position) / 1000


def gets_to(page: Page, seconds: float) -> None:
    for _ in range(300):
        if position_s(page) >= seconds:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"it only got to {position_s(page)} s")


def test_entries_are_moved_by_keyboard_and_by_drag(sellers: Sellers) -> None:
    ann, page = sellers.ann, sellers.ann.page
    ann.opens(sellers.playlist, PITCH)
    first, second, third = order(page)
    handle(page, first).focus()
    page.keyboard.press("ArrowDown")
    expect(handle(page, first)).to_have_accessible_name(re.compile("2 of 3"))
    expect(handle(page, first)).to_be_focused()
    ann.settles()
    start = handle(page, third).bounding_box()
    top = handle(page, second).bounding_box()
    assert start
    assert top
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(top["x"] + 8, top["y"] + 8, steps=8)
    page.mouse.up()
    expect(handle(page, third)).to_have_accessible_name(re.compile("1 of 3"))
    ann.settles()
    page.reload()
    expect(ann.heading(PITCH)).to_be_visible()
    expect(page.locator(".entries h2").first).to_have_text(third)
    assert order(page) == [third, second, first]


def test_who_moves_second_is_shown_the_order_as_it_stands(sellers: Sellers) -> None:
    ann, ben = sellers.ann, sellers.ben
    ben.opens(sellers.playlist, PITCH)
    ann.opens(sellers.playlist, PITCH)
    [first, *_] = order(ann.page)
    with Visitor.coming(ann.page.context.browser, ann.earshot, state=kept_of(ann)) as elsewhere:  # type: ignore[arg-type]
        elsewhere.opens(sellers.playlist, PITCH)
        for _ in range(2):
            handle(elsewhere.page, first).press("ArrowDown")
            elsewhere.settles()
        now = order(elsewhere.page)
    handle(ann.page, first).press("ArrowDown")
    expect(ann.page.get_by_text("This is the order as it stands now.").last).to_be_visible()
    assert order(ann.page) == now


def kept_of(visitor: Visitor) -> Path:
    return visitor.page.context.storage_state()  # type: ignore[return-value]


def test_an_entry_says_why_it_is_there_and_may_be_a_part(sellers: Sellers) -> None:
    ann, page = sellers.ann, sellers.ann.page
    ann.opens(sellers.playlist, PITCH)
    ann.button(f"Change the entry {TITLES[1]}").click()
    page.get_by_label("Note").fill("Listen for the pause 🎧")
    page.get_by_label("Only a part of it").check()
    page.get_by_label("From", exact=True).fill("0:20")
    page.get_by_label("To", exact=True).fill("0:10")
    ann.button("Save").click()
    expect(page.get_by_text("the second one later")).to_be_visible()
    page.get_by_label("From", exact=True).fill("0:05")
    ann.is_served_well("an entry's dialog")
    ann.button("Save").click()
    expect(page.get_by_text("0:05 to 0:10")).to_be_visible()
    ben = sellers.ben
    ben.opens(sellers.playlist, PITCH)
    expect(ben.page.get_by_text("Listen for the pause 🎧")).to_be_visible()
    expect(handle(ben.page, TITLES[1])).to_have_count(0)
    puts_the_part_into_the_queue(ben)
    ann.button(f"Change the entry {TITLES[1]}").click()
    page.get_by_label("Only a part of it").uncheck()
    ann.button("Save").click()
    expect(page.get_by_text("0:05 to 0:10")).to_have_count(0)


def puts_the_part_into_the_queue(ben: Visitor) -> None:
    """By keyboard, on a phone: it plays alone, and is known as what it is after a reload."""
    page = ben.page
    queued = ben.button(f"Queue: {TITLES[1]}")
    ben.tabs_to(queued)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_text("0:05 to 0:10 of it")).to_be_visible()
    ben.button("Play next").press("Enter")
    expect(queued).to_be_focused()
    page.reload()
    ben.button("Open the player").click()
    row = page.get_by_role("dialog", name="Player").get_by_role("listitem")
    expect(row).to_contain_text("0:05 to 0:10 of it")
    ben.is_served_well("a part in the queue")
    page.keyboard.press("Escape")
    page.locator(".player .disc").click()
    expect(ben.button(f"Pause {TITLES[1]}")).to_have_count(2)  # in the player and in the list
    expect(page.locator(".way .button")).to_have_text("Listen")
    expect(ben.button(f"Play {TITLES[1]}")).to_have_count(2, timeout=15_000)
    assert 10 <= position_s(page) < 11
    ben.button("Close the player").click()


def test_two_browsers_listen_in_turns_and_each_goes_on_where_the_other_paused(
    sellers: Sellers, browser: Browser
) -> None:
    ann = sellers.ann
    ann.opens(sellers.playlist, PITCH)
    [first, *_] = order(ann.page)
    ann.page.locator(".way .button").click()
    gets_to(ann.page, 8)
    ann.page.locator(".way .button").click()
    paused = position_s(ann.page)
    ann.settles()
    with Visitor.coming(browser, ann.earshot, size="phone", state=kept_of(ann)) as phone:
        phone.opens(f"{sellers.home}/home", "Home")
        expect(phone.page.get_by_text("Where you left off")).to_be_visible()
        phone.is_served_well("home")
        phone.button(f"Play {first}").click()
        gets_to(phone.page, paused)
        assert position_s(phone.page) < paused + 4
        gets_to(phone.page, paused + 8)
        phone.button(f"Pause {first}").first.click()
        there = position_s(phone.page)
        phone.settles()
    ann.page.wait_for_timeout(5000)  # the other one was listened to meanwhile
    ann.page.locator(".way .button").click()
    gets_to(ann.page, there)
    assert position_s(ann.page) < there + 4
    ann.page.locator(".way .button").click()
    ann.settles()
    ann.button("Close the player").click()


def test_what_others_add_is_new_until_it_was_seen(sellers: Sellers) -> None:
    ann, ben = sellers.ann, sellers.ben
    ben.opens(sellers.playlist, PITCH)
    ben.button("Follow").click()
    expect(ben.button("Following")).to_be_visible()
    ben.page.wait_for_timeout(3500)  # it counts as seen when it was open for a moment
    ben.settles()
    ann.opens(sellers.playlist, PITCH)
    ann.button("Add tracks").click()
    ann.button(f"Add {TITLES[0]} once more").click()
    ann.settles()
    ann.button("Done").click()
    ben.opens(f"{sellers.home}/home", "Home")
    expect(ben.page.get_by_text("1 new")).to_be_visible()
    ben.opens(sellers.playlist, PITCH)
    expect(ben.page.get_by_text("1 new")).to_be_visible()
    ben.page.wait_for_timeout(3500)
    ben.settles()
    ben.opens(sellers.playlist, PITCH)
    expect(ben.page.get_by_text("1 new")).to_have_count(0)
    ann.button(f"Change the entry {TITLES[0]}").last.click()
    ann.button("Take out").click()
    expect(ann.page.get_by_text("has taken a track out")).to_be_visible()
    expect(ann.page.get_by_role("button", name="Queue:")).to_have_count(len(TITLES))  # a line offers nothing


def test_a_recording_goes_straight_into_a_playlist(sellers: Sellers) -> None:
    ben, page = sellers.ben, sellers.ben.page
    ben.opens(sellers.playlist, PITCH)
    ben.link("Record into it").click()
    expect(page.get_by_text("as soon as it is ready")).to_be_visible()
    ben.button("Start recording").click()
    expect(page.get_by_role("region", name="Recorder").get_by_text("Recording", exact=True)).to_be_visible()
    page.wait_for_timeout(1500)
    ben.button("Stop recording").click()
    page.get_by_label("Title").fill("Ben's way")
    ben.button("Publish").click()
    expect(ben.heading(PITCH)).to_be_visible()
    expect(page.locator(".entries").get_by_role("link", name="Ben's way")).to_be_visible()


def test_what_one_knows_is_said_and_taken_back(sellers: Sellers) -> None:
    ben = sellers.ben
    ben.opens(f"{sellers.home}/library", "Library")
    ben.link(TITLES[2]).click()
    ben.button("I know this").click()
    expect(ben.page.get_by_text("You know this.")).to_be_visible()
    ben.button("Take that back").click()
    expect(ben.button("I know this")).to_be_visible()


def test_what_the_walk_does_not_open_of_playlists_is_accessible_and_fits(sellers: Sellers) -> None:
    ann = sellers.ann
    places = {
        f"{sellers.home}/playlists?show=following": "Playlists",
        f"{sellers.home}/playlist/nothing": "This playlist cannot be opened",
    }
    for place, heading in places.items():
        ann.opens(place, heading)
        ann.is_served_well_both_ways(heading)
    ann.opens(sellers.playlist, PITCH)
    for name in ("Add tracks", "Change…", "Delete…"):
        ann.button(name).click()
        ann.is_served_well_both_ways(name)
        ann.page.keyboard.press("Escape")


def test_keys_act_on_the_player_and_typing_does_not(sellers: Sellers) -> None:
    ann, page = sellers.ann, sellers.ann.page
    ann.opens(sellers.playlist, PITCH)
    first, second, *_ = order(page)
    ann.button(f"Play {first}").click()
    expect(ann.button(f"Pause {first}").first).to_be_visible()
    ann.heading(PITCH).focus()
    page.keyboard.press(" ")
    expect(ann.button(f"Play {first}").first).to_be_visible()
    page.keyboard.press("n")
    expect(ann.button(f"Pause {second}").first).to_be_visible()
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator(".player select")).to_have_value("1.25")
    page.keyboard.press("Shift+ArrowDown")
    ann.button("Add tracks").click()
    page.get_by_label("Find").fill("n ")
    page.get_by_label("Find").press(" ")
    ann.button("Done").click()
    expect(ann.button(f"Pause {second}").first).to_be_visible()
    ann.button("Close the player").click()
