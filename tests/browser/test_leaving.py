"""What becomes of a track when its speaker leaves, chosen and changed in a real browser."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor
from tests.tracks.audio import mp3


def test_a_speaker_says_what_becomes_of_a_track_and_changes_it(
    browser: Browser, earshot: str, tmp_path: Path
) -> None:
    file = tmp_path / "How I open a call.mp3"
    file.write_bytes(mp3(2))
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@leaving.example", "Ann")
        home = ann.creates_a_workspace("Leaving")
        ann.opens(f"{home}/record", "Record")
        ann.page.get_by_label("Audio files").set_input_files([file])
        leaving = ann.page.get_by_role("group", name="If you leave this workspace")
        expect(leaving.get_by_label("It stays", exact=False).first).to_be_checked()
        leaving.get_by_label("It is deleted").check()
        ann.page.get_by_label("Only me").check()
        expect(leaving.get_by_label("It is deleted")).to_be_checked()
        ann.page.get_by_label("Everyone in this workspace").check()
        ann.is_served_well_both_ways("publishing")
        ann.button("Publish").click()
        ann.opens(f"{home}/library", "Library")
        expect(ann.button(f"Play {file.stem}")).to_be_visible()
        ann.page.get_by_role("heading", level=2).get_by_role("link", name=file.stem).click()
        expect(ann.heading(file.stem)).to_be_visible()
        expect(leaving.get_by_label("It is deleted")).to_be_checked()
        leaving.get_by_label("It stays without my name").check()
        ann.button("Save this choice").click()
        ann.settles()
        ann.page.reload()
        expect(leaving.get_by_label("It stays without my name")).to_be_checked()
