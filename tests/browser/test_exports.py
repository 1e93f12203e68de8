"""Taking things along in a real browser: started, awaited, downloaded, and opened as any zip."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor
from tests.tracks.audio import mp3

TITLE = "How I open a call"


@pytest.fixture(scope="module")
def ann(
    browser: Browser, earshot: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Visitor, str]]:
    """Ann, who has published a track, and her workspace's place in the address."""
    file = tmp_path_factory.mktemp("tracks") / f"{TITLE}.mp3"
    file.write_bytes(mp3(2))
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@exports.example", "Ann Okafor")
        home = ann.creates_a_workspace("Acme")
        ann.publishes(home, file)
        yield ann, home


def takes_along(ann: Visitor, button: str, folder: Path) -> zipfile.ZipFile:
    """The zip that comes of pressing a button and waiting."""
    ann.button(button).click()
    with ann.page.expect_download() as begun:
        ann.page.get_by_role("button", name=re.compile("^Download the export of")).click()
    name = begun.value.suggested_filename
    assert re.fullmatch(r"earshot-(workspace|group|member)-\d{4}-\d\d-\d\d\.zip", name)
    begun.value.save_as(folder / name)
    taken = zipfile.ZipFile(folder / name)
    assert taken.testzip() is None
    return taken


def test_an_admin_takes_the_workspace_along(ann: tuple[Visitor, str], tmp_path: Path) -> None:
    visitor, home = ann
    visitor.opens(f"{home}/settings", "Workspace")
    section = visitor.page.get_by_role("region", name="Take it along")
    expect(section).to_contain_text("What belongs to groups and people is not in it")
    with takes_along(visitor, "Export the workspace", tmp_path) as taken:
        assert f"tracks/1 {TITLE}.mp3" in taken.namelist()
        assert b"Tracks with audio: 1" in taken.read("README.txt")
    expect(section).to_contain_text("1 recording")
    visitor.is_served_well_both_ways("an export of the workspace")


def test_everybody_takes_their_own_data_along_by_keyboard(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    visitor.opens(f"{home}/you", "Your settings")
    visitor.tabs_to(visitor.button("Export my data"))
    visitor.page.keyboard.press("Enter")
    section = visitor.page.get_by_role("region", name="Your data")
    expect(section.get_by_role("button", name=re.compile("^Download"))).to_be_visible()
    visitor.is_served_well_both_ways("an export of one's own data")


def test_a_groups_people_take_it_along(ann: tuple[Visitor, str], tmp_path: Path) -> None:
    visitor, home = ann
    visitor.opens(f"{home}/groups", "Groups")
    visitor.button("New group").first.click()
    visitor.page.get_by_label("Purpose").fill("Selling better")
    visitor.button("Found it").click()
    expect(visitor.heading("Selling better")).to_be_visible()
    with takes_along(visitor, "Export the group", tmp_path) as taken:
        assert b"Selling better" in taken.read("group.json")
    visitor.is_served_well_both_ways("an export of a group")
