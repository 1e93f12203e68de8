"""What becomes of a track over time, in a real browser: asked about, recorded anew, retired, brought back."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.visitor import Visitor, sends
from tests.tracks.audio import mp3

OLD = "How we sold"
NEW = "How we sell 🎧 <b>now</b>"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tracks")
    for name, seconds in (("old", 4), ("anew", 6), ("new", 3)):
        (folder / f"{name}.mp3").write_bytes(mp3(seconds))
    return folder


@pytest.fixture(scope="module")
def ann(browser: Browser, earshot: str) -> Iterator[Visitor]:
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@reviews.example", "Ann Okafor")
        yield ann


def brings(who: Visitor, place: str, file: Path, title: str | None = None) -> None:
    """Send a file from the recorder's page, and go to its track."""
    page = who.page
    who.opens(place, "Record anew" if title is None else "Record")
    page.get_by_label("Audio file").set_input_files([file])
    if title is not None:
        page.get_by_label("Title").fill(title)
    who.button("Publish").click()
    expect(who.button("Publish")).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name=title or OLD).first.click()


def seen_as(**other: Any) -> Callable[[Route], None]:
    """The track as it is seen on another day, or by somebody else."""

    def answer(route: Route) -> None:
        if route.request.method != "GET":
            return route.fallback()
        response = route.fetch()
        return route.fulfill(response=response, body=json.dumps(response.json() | other))

    return answer


def test_a_track_is_asked_about_recorded_anew_retired_and_brought_back(ann: Visitor, files: Path) -> None:
    page = ann.page
    home = ann.creates_a_workspace("Reviews")
    for title, file in ((NEW, "new"), (OLD, "old")):
        brings(ann, f"{home}/record", files / f"{file}.mp3", title)
        expect(ann.button(f"Play {title}").first).to_be_visible()
    track_place = page.url.partition(ann.earshot)[2]
    track_id = track_place.rpartition("/")[2]
    ann.settles()

    # Its day has come.
    asked = "**/tracks/" + track_id
    page.route(asked, seen_as(review_on="2026-03-14"))
    ann.opens(track_place, OLD)
    card = page.get_by_role("region", name="Is this still true?")
    expect(card.get_by_role("button")).to_have_text(["Still true", "Retire…"])
    ann.is_served_well_both_ways("a review")
    page.unroute(asked)
    ann.tabs_to(card.get_by_role("button", name="Still true"))
    page.keyboard.press("Enter")
    expect(card).to_have_count(0)
    expect(ann.heading(OLD)).to_be_focused()
    expect(page.get_by_text("still true as of")).to_be_visible()

    # Another day.
    day = page.get_by_label("Ask me whether it is still true")
    before = day.input_value()
    day.fill(page.evaluate("new Date(Date.now() + 40 * 86400000).toISOString().slice(0, 10)"))
    assert day.input_value() != before
    place = f"v1/workspaces/{home.removeprefix('#/w/')}/tracks/{track_id}"
    sends(ann, "PUT", f"{place}/chapters", {"chapters": [{"at_ms": 0, "title": "On another device"}]})
    ann.button("Save this day").click()
    expect(page.get_by_text("On another device")).to_be_visible()
    ann.button(
        "Save this day"
    ).click()  # what was changed elsewhere meanwhile is seen, and the day still there
    expect(ann.button("Save this day")).to_have_count(0)

    # Recorded anew: what was before is still heard, and counts for itself.
    brings(ann, f"{home}/record?track={track_id}", files / "anew.mp3")
    earlier = page.get_by_role("region", name="Earlier recordings")
    expect(earlier).to_contain_text("This is recording 2, made anew on")
    earlier.get_by_role("button", name="Play Recording 1").click()
    player = page.get_by_role("region", name="Player")
    expect(player).to_contain_text("Recording 1, an earlier one: ")
    expect(page.get_by_text("an earlier recording of it")).to_be_visible()
    expect(earlier.locator(".heard-all, .heard-part")).to_have_count(1)
    expect(page.locator(".known .heard-all, .known .heard-part")).to_have_count(0)
    ann.is_served_well_both_ways("earlier recordings")
    ann.button("Delete the audio of recording 1…").click()
    ann.button("Delete").click()
    expect(earlier).to_contain_text("Its audio was deleted.")
    expect(ann.heading(OLD)).to_be_focused()
    ann.button("It is still true today").click()
    expect(page.get_by_text("still true as of")).to_be_visible()
    expect(player).to_have_count(0)

    # Retired: in its playlist and on its page stands what to hear in its place.
    ann.button("Add to a playlist").click()
    page.get_by_role("link", name="Make one").click()
    ann.button("New playlist").first.click()
    page.get_by_label("Title").fill("Selling")
    ann.button("Create").click()
    expect(ann.heading("Selling")).to_be_visible()
    playlist_place = page.url.partition(ann.earshot)[2]
    ann.button("Add tracks").click()
    ann.button(f"Add {OLD}").click()
    expect(ann.button(f"Add {OLD} once more")).to_be_visible()
    ann.button("Done").click()
    ann.opens(track_place, OLD)
    ann.button("Retire…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What takes its place?").fill("how we sel")
    expect(dialog.get_by_role("radio")).to_have_count(2)
    ann.settles()
    ann.tabs_to(dialog.get_by_role("radio", name="Nothing does"))
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("radio", name=NEW)).to_be_checked()
    ann.is_served_well_both_ways("retiring")
    dialog.get_by_role("button", name="Retire").click()
    expect(page.get_by_text("You have retired this track")).to_be_visible()
    expect(ann.heading(OLD)).to_be_focused()
    expect(page.locator(".notice").get_by_role("link", name=NEW)).to_be_visible()
    ann.is_served_well("a retired track")
    page.route(asked, seen_as(speaker={"member_id": "other", "name": "Ben 🎧" * 30}))
    ann.opens(track_place, OLD)
    expect(page.get_by_text("has retired this track on")).to_be_visible()
    expect(page.get_by_text("In its place: ")).to_be_visible()
    expect(page.get_by_role("button", name=f"Play {OLD}")).to_have_count(0)
    ann.is_served_well_both_ways("a retired track for listeners")
    page.unroute(asked)
    ann.opens(playlist_place, "Selling")
    line = page.locator(".entry.line")
    expect(line).to_contain_text(f"{OLD} was retired. In its place: {NEW}")
    ann.is_served_well_both_ways("a retired entry")
    line.get_by_role("link", name=NEW).click()
    expect(ann.heading(NEW)).to_be_visible()
    ann.opens(f"{home}/library", "Library")
    expect(page.get_by_role("link", name=NEW)).to_be_visible()
    expect(page.get_by_role("link", name=OLD)).to_have_count(0)

    # And brought back.
    ann.opens(track_place, OLD)
    ann.button("Bring it back").click()
    expect(page.get_by_text("You have retired this track")).to_have_count(0)
    ann.opens(f"{home}/library", "Library")
    expect(page.get_by_role("link", name=OLD)).to_be_visible()


def test_home_says_what_waits_to_be_looked_at(ann: Visitor) -> None:
    page = ann.page
    names = [f"Track {number}" for number in range(1, 5)]
    items = [
        {"track_id": f"t{number}", "title": name, "review_on": "2026-03-14"}
        for number, name in enumerate(names)
    ]
    page.route("**/reviews", lambda route: route.fulfill(json={"items": items, "next": None}))
    ann.opens(page.url.partition(ann.earshot)[2].replace("/library", "/home"), "Home")
    waits = page.get_by_role("region", name="Waiting for you")
    expect(waits).to_contain_text("Is “Track 1” still true?")
    expect(waits.get_by_role("link", name="Look at Track 3 again")).to_be_visible()
    expect(waits.get_by_role("listitem")).to_have_count(3)
    ann.is_served_well("what waits to be looked at")
