"""A transcript and chapters in real browsers: written by a speaker, followed, read by people outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor, asks
from tests.tracks.audio import mp3

TITLE = "How I open a call"
BEGINS_MS = range(0, 30_000, 1_500)


def stamp(ms: int) -> str:
    return f"00:{ms // 1000:02}.{ms % 1000:03}"


CUES = [
    f"{stamp(begin)} --> {stamp(begin + 1_500)}\n<v Ann>Sentence {number} <b>of</b> the call &lt;img&gt;"
    for number, begin in enumerate(BEGINS_MS, 1)
]
FILE = "\n\n".join(["WEBVTT", *CUES])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording and its transcript."""
    folder = tmp_path_factory.mktemp("tracks")
    (folder / f"{TITLE}.mp3").write_bytes(mp3(30))
    (folder / "call.vtt").write_text(FILE)
    return folder


@pytest.fixture(scope="module")
def ann(browser: Browser, earshot: str, files: Path) -> Iterator[Visitor]:
    """Ann, on the page of her track, which may be shared."""
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@transcripts.example", "Ann Okafor")
        home = ann.creates_a_workspace("Transcripts")
        ann.opens(f"{home}/record", "Record")
        ann.page.get_by_label("Audio files").set_input_files([files / f"{TITLE}.mp3"])
        ann.page.get_by_label("May be shared by public link").check()
        ann.button("Publish").click()
        ann.page.get_by_label("On its way").get_by_role("link", name=TITLE).click()
        expect(ann.heading(TITLE)).to_be_visible()
        yield ann


def test_a_transcript_is_written_followed_read_to_its_end_shared_and_removed(
    browser: Browser, earshot: str, ann: Visitor, files: Path
) -> None:
    page = ann.page
    expect(page.get_by_text("Nobody can read this track yet.")).to_be_visible()
    ann.button("Add a transcript").click()
    page.get_by_label("What is said").fill("WEBVTT\n\n00:01,000 --> 00:02.000\nHi")
    ann.button("Save transcript").click()
    expect(page.get_by_text("Line 3 is no time.")).to_be_visible()
    page.get_by_label("Transcript file").set_input_files([files / "call.vtt"])
    expect(page.get_by_label("What is said")).to_have_value(FILE)
    ann.is_served_well_both_ways("a transcript being written")
    ann.button("Save transcript").click()
    lines = page.get_by_role("region", name="What is said").get_by_role("listitem").get_by_role("button")
    expect(lines).to_have_count(len(CUES))
    expect(lines.nth(1)).to_have_accessible_name("0:01 Sentence 2 of the call <img>")
    ann.is_served_well_both_ways("a transcript")

    before = page.evaluate("scrollY")
    lines.nth(9).focus()
    page.keyboard.press("ArrowDown")
    expect(lines.nth(10)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".cue[aria-current]")).to_contain_text("Sentence 11")
    expect(page.locator(".cue[aria-current]")).to_contain_text("Sentence 13")
    ann.button(f"Pause {TITLE}").first.click()
    assert page.evaluate("scrollY") - before <= page.evaluate("innerHeight"), "the page stays where it is"

    ann.button("I have read it").click()
    expect(ann.button("I have read it")).to_have_count(0)
    expect(page.locator(".heard-all")).to_have_text("Heard")

    place = page.url.partition("#/w/")[2]
    workspace_id, _, track_id = place.split("/")[:3]
    track = f"/v1/workspaces/{workspace_id}/tracks/{track_id}"
    assert asks(page, track)["transcript"] == {"kind": "webvtt", "revision": 1}
    url = page.evaluate(
        """async (path) => (await (await fetch(path, {
          method: 'POST', body: '{}', headers: {'Content-Type': 'application/json'},
        })).json()).url""",
        f"{track}/shares",
    )
    with Visitor.coming(browser, earshot, size="phone") as stranger:
        stranger.page.goto(url)
        stranger.page.get_by_text("Transcript", exact=True).click()
        expect(stranger.page.get_by_text("Sentence 20 of the call <img>")).to_be_visible()
        expect(stranger.page.get_by_text("Ann")).to_have_count(0)
        stranger.is_served_well_both_ways("a shared transcript")

    ann.button("Remove…").click()
    ann.button("Remove").click()
    expect(page.get_by_text("Nobody can read this track yet.")).to_be_visible()


def test_chapters_are_written_line_by_line_and_lead_where_they_begin(ann: Visitor) -> None:
    page = ann.page
    ann.button("Add chapters").click()
    lines = page.get_by_label("What begins where")
    for text, wrong in [
        ("0:00 Asking\n\n5 reasons", "Line 3 cannot be read"),
        ("0:75 Asking", "Line 1 cannot be read"),
        (f"0:00 {'x' * 101}", "The title in line 1 is too long: 100 characters at most."),
        ("\n".join(f"0:00.{ms:03} Asking" for ms in range(51)), "These are 51 chapters; a track has 50"),
        ("0:10 Asking\n0:05 Waiting", "Chapter 2 must begin later than the one before it."),
        ("0:31 Asking", "Chapter 1 begins at 0:31.000, but the track ends at"),
    ]:
        lines.fill(text)
        ann.button("Save chapters").click()
        expect(page.get_by_text(wrong)).to_be_visible()
    lines.fill("0:00 Asking\n\n 0:12.5  Waiting <b>long</b> \n0:25 Thanking")
    ann.is_served_well_both_ways("chapters being written")
    ann.button("Save chapters").click()
    places = page.get_by_role("region", name="Chapters").get_by_role("listitem").get_by_role("button")
    expect(places).to_have_text(["0:00Asking", "0:12Waiting <b>long</b>", "0:25Thanking"])
    ann.is_served_well_both_ways("chapters")
    places.nth(1).click()
    expect(places.nth(1)).to_have_attribute("aria-current", "true")

    ann.button("Edit chapters").click()
    expect(lines).to_have_value("0:00 Asking\n0:12.500 Waiting <b>long</b>\n0:25 Thanking")
    lines.fill("")
    ann.button("Save chapters").click()
    expect(page.get_by_text("Say where what begins;")).to_be_visible()
