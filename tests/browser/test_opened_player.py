"""The opened player on a phone and on a desk: queue, keys, transcript, speed, and one's settings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.test_playlists import TITLES, brings
from tests.browser.visitor import Visitor, asks

CALL, SILENCE, NO = TITLES
SAID = "WEBVTT\n\n00:00.000 --> 00:10.000\nAsk first.\n\n00:10.000 --> 00:29.000\nThen be quiet."
SINGLE = "Keys of a single character"
SEEK = "async (ms) => (await import('./static/player.js')).player.seek(ms)"


@pytest.fixture(scope="module")
def ann(browser: Browser, earshot: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Ann in the library of a workspace with three tracks, one with a transcript and chapters."""
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@listening.example", "Ann Okafor")
        home = ann.creates_a_workspace("Listening")
        brings(ann, home, tmp_path_factory.mktemp("tracks"))
        ann.page.evaluate(
            """async ([said, title]) => {
              const api = await import('./static/api.js');
              const place = `v1/workspaces/${location.hash.split('/')[2]}/tracks`;
              const {items} = await api.get(place);
              const {track_id: id} = items.find((each) => each.title === title);
              await api.put(`${place}/${id}/transcript`, {text: said});
              const chapters = [{at_ms: 0, title: 'Asking'}, {at_ms: 20_000, title: 'Waiting'}];
              await api.put(`${place}/${id}/chapters`, {chapters});
            }""",
            [SAID, CALL],
        )
        ann.opens(f"{home}/library", "Library")
        yield ann


def opened(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog", name="Player")


def waits(visitor: Visitor) -> list[str]:
    return opened(visitor).locator(".queue .list").first.locator("li a").all_inner_texts()


def test_the_queue_is_filled_seen_moved_and_cleared_by_keyboard(ann: Visitor, tmp_path: Path) -> None:
    page = ann.page
    for title, words in ((SILENCE, "Add to queue"), (NO, "Add to queue"), (CALL, "Play next")):
        ann.button(f"Queue: {title}").press("Enter")
        ann.button(words).press("Enter")
        expect(ann.button(f"Queue: {title}")).to_be_focused()
    expect(page.get_by_text("3 tracks in your queue")).to_be_visible()
    ann.is_served_well_both_ways("a queue that waits")
    page.reload()
    expect(page.get_by_text("3 tracks in your queue")).to_be_visible()
    page.get_by_label("Search").press("q")
    page.get_by_label("Search").press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Search").fill("")
    ann.heading().focus()
    page.keyboard.press("q")
    expect(opened(ann)).to_be_visible()
    assert waits(ann) == [CALL, SILENCE, NO]
    later = ann.button(f"Later: {CALL}")
    later.focus()
    page.keyboard.press("Enter")
    expect(later).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(later).to_be_focused()
    assert waits(ann) == [SILENCE, NO, CALL]
    page.keyboard.press("ArrowUp")
    assert waits(ann) == [SILENCE, CALL, NO]
    ann.button(f"Take out: {CALL}").press("Enter")
    expect(ann.button(f"Take out: {NO}")).to_be_focused()
    ann.is_served_well_both_ways("a queue")
    opened(ann).get_by_role("button", name="Clear").press("Enter")
    expect(opened(ann).get_by_text("Nothing waits.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(ann.heading()).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys for the player")).to_be_visible()
    ann.is_served_well_both_ways("keys")
    keys = page.get_by_role("dialog", name="Keys for the player")
    keys.get_by_label(SINGLE).press(" ")
    expect(keys.get_by_text("Off", exact=True)).to_have_count(5)
    ann.is_served_well_both_ways("keys that are off")
    page.keyboard.press("Escape")
    for key in ("q", "?", "Shift+N", " "):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_opened_on_a_phone_it_has_everything(ann: Visitor) -> None:
    page = ann.page
    page.set_viewport_size({"width": 390, "height": 844})
    ann.button(f"Queue: {NO}").click()
    ann.button("Add to queue").click()
    ann.button(f"Play {CALL}").click()
    expect(ann.button(f"Pause {CALL}").first).to_be_visible()
    ann.button("Open the player").click()
    player = opened(ann)
    position = player.get_by_label("Position", exact=True)
    page.evaluate(SEEK, 21_000)
    expect(player.get_by_role("button", name="Back to 0:0")).to_be_visible()
    expect(position).to_have_attribute("aria-valuetext", "21 seconds of 30 seconds", timeout=5_000)
    player.get_by_role("button", name="Back to 0:0").focus()
    page.keyboard.press("Enter")
    expect(player.locator(".disc")).to_be_focused()
    player.get_by_label("Speed").select_option("1.5")
    expect(player.get_by_text("left at 1.5×")).to_be_visible()
    player.get_by_label("Sleep timer").select_option("15")
    expect(player.get_by_label("Sleep timer").locator("option:checked")).to_contain_text("Ends at")
    player.get_by_role("button", name="Forward 10 seconds").click()
    player.get_by_role("button", name="Transcript").click()
    player.get_by_role("button", name="0:10 Then be quiet.").click()
    expect(player.locator(".cue[aria-current]")).to_contain_text("Then be quiet.")
    expect(player.locator("rect.was").first).to_be_attached()  # what was heard before the seek has arrived
    ann.is_served_well_in_every_way("the opened player")
    player.get_by_role("button", name="Chapters").click()
    player.get_by_role("button", name="0:20 Waiting").click()
    expect(player.locator(".cue[aria-current]")).to_contain_text("Waiting")
    page.keyboard.press("Shift+ArrowUp")
    expect(player.get_by_label("Speed")).to_have_value("1.75")
    player.get_by_role("button", name="Keys for the player").press("Enter")
    keys = page.get_by_role("dialog", name="Keys for the player")
    expect(keys.get_by_label(SINGLE)).not_to_be_checked()  # turned off before
    page.keyboard.press("Escape")
    expect(player.get_by_role("button", name="Keys for the player")).to_be_focused()
    page.keyboard.press("n")
    expect(player.get_by_role("link", name=CALL)).to_be_visible()
    page.keyboard.press("Enter")
    keys.get_by_label(SINGLE).press(" ")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(player.get_by_role("link", name=NO)).to_be_visible()
    expect(player.get_by_role("button", name="Next", exact=True)).to_have_attribute("aria-disabled", "true")
    player.get_by_role("link", name=NO).click()
    expect(ann.heading(NO)).to_be_focused()
    expect(opened(ann)).to_have_count(0)
    ann.button("Close the player").click()
    expect(ann.button("Open the player")).to_have_count(0)


def test_how_one_likes_to_listen_stands_in_the_settings_and_follows(ann: Visitor) -> None:
    page = ann.page
    workspace_id = page.url.partition("#/w/")[2].split("/")[0]
    place = f"/v1/workspaces/{workspace_id}/playback"
    page.reload()  # what was chosen in the player is sent when the page is left
    for _ in range(100):
        if asks(page, place)["rate"] == 1.75:
            break
        page.wait_for_timeout(30)
    ann.link("Your settings").click()
    expect(ann.heading("Your settings")).to_be_visible()
    settings = page.locator("section").filter(has=page.get_by_role("heading", name="Listening"))
    expect(settings.get_by_label("Speed")).to_have_value("1.75")
    settings.get_by_label("Speed").select_option("1.25")
    settings.get_by_label("Even out loudness").uncheck()
    settings.get_by_label("Go on by itself").uncheck()
    settings.get_by_label(SINGLE).uncheck()
    for _ in range(100):
        if not asks(page, place)["single_keys"]:
            break
        page.wait_for_timeout(30)
    assert asks(page, place) == {"rate": 1.25, "even_loudness": False, "go_on": False, "single_keys": False}
    ann.is_served_well_both_ways("settings")
    ann.opens(f"#/w/{workspace_id}/library", "Library")
    page.keyboard.press("?")
    ann.button(f"Play {SILENCE}").click()
    ann.button("Open the player").click()
    expect(opened(ann).get_by_label("Speed")).to_have_value("1.25")
    page.keyboard.press("Escape")
    ann.button("Close the player").click()
