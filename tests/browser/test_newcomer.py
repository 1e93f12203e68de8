"""Somebody's first minutes with Earshot, on the way to work: what it is there for, from the invitation on."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_offline import READY
from tests.browser.visitor import Visitor, asks, joins
from tests.tracks.audio import mp3

HEARD_MS = 4_000
PLAYED = """async (ms) => {
  const {player} = await import('./static/player.js');
  for (let i = 0; i < 400 && player.state.positionMs < ms; i += 1) {
    await new Promise((goOn) => setTimeout(goOn, 50));
  }
  return player.state.positionMs;
}"""


class Counted:
    """What somebody presses, counted."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.presses = visitor, 0

    def __call__(self, name: str, *, link: bool = False) -> None:
        found = self.visitor.link(name) if link else self.visitor.button(name)
        found.first.click()
        self.presses += 1


def heard(visitor: Visitor, place: str, track_id: str) -> dict[str, Any]:
    """How far the server knows that this track was heard."""
    for _ in range(100):
        items = asks(visitor.page, f"{place}/progress?tracks={track_id}")["items"]
        if items and items[0]["coverage"] > 0:
            return dict(items[0])
        visitor.page.wait_for_timeout(100)
    raise AssertionError("nothing was heard")


def test_somebody_new_records_finds_a_colleague_and_loses_nothing_without_a_network(
    earshot: str, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "How I open a call.mp3"
    file.write_bytes(mp3(20))
    with (
        Visitor.coming(browser, earshot) as ann,
        Visitor.coming(browser, earshot, size="phone", installs=True) as ben,
    ):
        ann.signs_in("ann@newcomer.example", "Ann Okafor")
        home = ann.creates_a_workspace("Newcomers")
        ann.publishes(home, file)
        joins(ben, ann, home, "ben@newcomer.example", "Ben Ito")
        place = f"v1/workspaces/{home.removeprefix('#/w/')}"
        page, press = ben.page, Counted(ben)

        assert page.evaluate(READY)
        press("Record", link=True)
        press("Start recording")
        expect(ben.button("Stop recording")).to_be_visible()
        page.wait_for_timeout(1200)
        press("Stop recording")
        page.get_by_label("Title").fill("What I would have liked to know")
        press("Publish")
        expect(ben.button("Play What I would have liked to know")).to_be_visible()
        assert press.presses == 4, "nothing stands between a newcomer and their first track"

        page.get_by_role("searchbox", name="Search").fill("open")
        press("Play How I open a call")
        assert page.evaluate(PLAYED, 500) >= 500
        with ben.offline():
            assert page.evaluate(PLAYED, HEARD_MS) >= HEARD_MS, "what was fetched plays on"
            press("Pause How I open a call")
            press("Record", link=True)
            press("Start recording")
            expect(ben.button("Stop recording")).to_be_visible()
            page.wait_for_timeout(1200)
            press("Stop recording")
            page.get_by_label("Title").fill("A thought on the train")
            press("Publish")
            waiting = page.get_by_role("listitem").filter(has_text="A thought on the train")
            expect(waiting).to_contain_text("Waiting to be sent")
        expect(ben.button("Play A thought on the train")).to_be_visible()
        [track] = [each for each in asks(page, f"{place}/tracks")["items"] if each["title"] == file.stem]
        known = heard(ben, place, track["track_id"])
        assert known["position_ms"] >= HEARD_MS
        assert known["coverage"] == pytest.approx(known["position_ms"] / 20_000, abs=0.1)
