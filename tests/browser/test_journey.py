"""The main job in a real browser against a whole Earshot: a voice reaches a colleague, come what may."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.visitor import Visitor, asks, joins

AS_THEY_ARE = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav", "flac": "audio/flac"}
CONVERTED = ("ogg", "webm", "aiff")
LOUD_ENOUGH_LUFS = -45
LEFT_BEHIND = "A recording that you have not published"


@dataclass
class Company:
    """Ann, who founded Acme, and Ben, who came by her invitation; each with a browser of their own."""

    ann: Visitor
    ben: Visitor
    home: str


@pytest.fixture(scope="module")
def company(browser: Browser, earshot: str) -> Iterator[Company]:
    with Visitor.coming(browser, earshot) as ann, Visitor.coming(browser, earshot, size="phone") as ben:
        ann.signs_in_at_the_provider("ann@journey.example", "Ann Okafor")
        home = ann.creates_a_workspace("Journey")
        comes_by_mail(ben, ann, home, "ben@journey.example", "Ben Ito")
        yield Company(ann, ben, home)


def comes_by_mail(newcomer: Visitor, admin: Visitor, home: str, email: str, name: str) -> None:
    """Be invited by mail, open that mail, sign in and accept."""
    admin.opens(f"{home}/people", "People")
    admin.button("Invite people").click()
    admin.page.get_by_label("E-mail addresses").fill(email)
    admin.button("Invite").click()
    expect(admin.page.get_by_text("1 invitation sent.")).to_be_visible()
    admin.button("Done").click()
    page = newcomer.page
    mail = page.get_by_role("link").filter(has_text=email)
    for _ in range(50):  # the mail is sent by the stream's reader, a moment later
        page.goto(f"{newcomer.earshot}mailbox")
        if mail.count():
            break
        page.wait_for_timeout(100)
    mail.click()
    page.frame_locator("iframe").get_by_role("link").click()
    newcomer.signs_in_at_the_provider(email, name)
    newcomer.button("Join").click()
    expect(newcomer.heading("Home")).to_be_visible()


def recorder(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("region", name="Recorder")


def speaks(visitor: Visitor, ms: int = 1500) -> None:
    visitor.button("Start recording").click()
    expect(recorder(visitor)).to_contain_text("Recording")
    visitor.page.wait_for_timeout(ms)


def publishes(visitor: Visitor, title: str) -> None:
    """Send what was recorded, and see it in the library."""
    visitor.page.get_by_label("Title").fill(title)
    visitor.button("Publish").click()
    expect(visitor.heading("Library")).to_be_visible()
    expect(visitor.button(f"Play {title}")).to_be_visible()


def records(company: Company, title: str) -> None:
    company.ann.opens(f"{company.home}/record", "Record")
    speaks(company.ann)
    company.ann.button("Stop recording").click()
    publishes(company.ann, title)


def hears(visitor: Visitor, title: str) -> None:
    """Press play and let it get somewhere, without a complaint of the player's."""
    visitor.button(f"Play {title}").first.click()
    playing = visitor.page.evaluate(
        """async (title) => {
          const {player} = await import('./static/player.js');
          for (let i = 0; i < 200; i += 1) {
            const {track, positionMs, problem} = player.state;
            if (problem) return problem;
            if (track.title === title && positionMs > 700) return 'heard';
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          return player.state;
        }""",
        title,
    )
    assert playing == "heard"
    visitor.button("Close the player").click()


def tracks_of(visitor: Visitor, home: str, speaker: str = "") -> list[dict[str, Any]]:
    """The library as the API lists it to this person."""
    place = f"v1/workspaces/{home.removeprefix('#/w/')}/tracks{speaker and f'?speaker={speaker}'}"
    items: list[dict[str, Any]] = asks(visitor.page, place)["items"]
    return items


def loudness_of(visitor: Visitor, home: str, title: str, tmp_path: Path) -> float:
    """How loud the sound is that this person is given, in LUFS by ffmpeg."""
    [track_id] = [track["track_id"] for track in tracks_of(visitor, home) if track["title"] == title]
    place = f"v1/workspaces/{home.removeprefix('#/w/')}/tracks/{track_id}/audio"
    sound = tmp_path / "heard"
    sound.write_bytes(visitor.page.request.get(asks(visitor.page, place)["url"]).body())
    measured = ["ffmpeg", "-hide_banner", "-nostdin", "-i", str(sound), "-af", "ebur128", "-f", "null", "-"]
    said = subprocess.run(measured, check=True, capture_output=True, text=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])


def test_a_colleague_hears_what_was_recorded(company: Company, tmp_path: Path) -> None:
    ann, ben, home = company.ann, company.ben, company.home
    ann.opens(f"{home}/record", "Record")
    speaks(ann, 500)
    ann.button("Stop recording").click()
    ann.button("Record again").click()
    ann.button("Discard").click()
    speaks(ann)
    ann.button("Pause").click()
    expect(recorder(ann)).to_contain_text("Paused")
    ann.is_served_well_both_ways("recording")
    ann.button("Go on").click()
    ann.page.wait_for_timeout(700)
    ann.button("Stop recording").click()
    ann.button("Play your recording").click()
    expect(ann.button("Pause your recording")).to_be_visible()
    expect(ann.button("Play your recording")).to_be_visible()  # it has come to its end
    ann.is_served_well_both_ways("recorded")
    publishes(ann, "Ask before you show")
    ben.opens(f"{home}/library", "Library")
    hears(ben, "Ask before you show")
    assert loudness_of(ben, home, "Ask before you show", tmp_path) > LOUD_ENOUGH_LUFS


def test_a_voice_is_recorded_published_and_heard_by_keyboard_alone(company: Company) -> None:
    ann = company.ann
    ann.opens(f"{company.home}/record", "Record")
    ann.tabs_to(ann.button("Start recording"))
    ann.page.keyboard.press("Enter")
    expect(ann.button("Stop recording")).to_be_focused()
    expect(recorder(ann)).to_contain_text("Recording")
    ann.page.wait_for_timeout(1500)
    ann.page.keyboard.press("Enter")
    expect(ann.button("Play your recording")).to_be_focused()
    ann.page.keyboard.press("Space")
    expect(ann.button("Pause your recording")).to_be_focused()
    ann.tabs_to(ann.button("Record again"))
    ann.page.keyboard.press("Enter")
    expect(ann.button("Keep it")).to_be_focused()
    ann.page.keyboard.press("Escape")
    expect(ann.button("Record again")).to_be_focused()
    ann.page.keyboard.press("Shift+Tab")
    expect(ann.button("Publish")).to_be_focused()
    ann.tabs_to(ann.page.get_by_label("Title"), "Shift+Tab")
    ann.page.keyboard.type("Without a mouse")
    ann.page.keyboard.press("Enter")
    expect(ann.heading("Library")).to_be_focused()
    ann.tabs_to(ann.button("Play Without a mouse"))
    ann.page.keyboard.press("Enter")
    expect(ann.button("Pause Without a mouse").first).to_be_focused()
    ann.tabs_to(ann.button("Close the player"))
    ann.page.keyboard.press("Enter")
    expect(ann.button("Close the player")).to_have_count(0)


def test_several_files_arrive_each_with_its_bar_and_a_text_is_refused(
    company: Company, voice: Path, tmp_path: Path
) -> None:
    ann, home = company.ann, company.home
    files = [tmp_path / f"{ending} talk.{ending}" for ending in (*AS_THEY_ARE, *CONVERTED)]
    for file in files:
        codec = ["-c:a", "libopus"] if file.suffix == ".webm" else []
        made = ["ffmpeg", "-v", "error", "-t", "2", "-i", str(voice), *codec, str(file)]
        subprocess.run(made, check=True)
    notes = tmp_path / "notes.mp3"
    notes.write_text("Ask, then be quiet. " * 500)
    ann.opens(f"{home}/record", "Record")
    ann.page.get_by_label("Audio files").set_input_files([notes, *files])
    for file in [notes, *files]:
        expect(ann.button(f"Leave {file.name} out")).to_be_visible()
    refused = ann.page.get_by_role("listitem").filter(has_text="notes.mp3")
    expect(refused.get_by_role("alert")).to_contain_text("finds no sound in this file")
    expect(ann.page.get_by_role("progressbar", name="Preparing")).to_have_count(0)
    ann.page.get_by_label("Title of mp3 talk.mp3").fill("")
    ann.button("Publish 7 tracks").click()
    expect(ann.page.get_by_text("Give it a title.")).to_be_visible()
    ann.is_served_well_both_ways("files")
    ann.page.get_by_label("Title of mp3 talk.mp3").fill("mp3 talk")
    with ann.with_uploads_held():
        ann.button("Publish 7 tracks").click()
        for file in files:
            expect(ann.page.get_by_role("progressbar", name=file.stem)).to_be_visible()
        ann.is_served_well_both_ways("sending")
    for file in files:
        expect(ann.page.get_by_role("listitem").filter(has_text=file.stem)).to_contain_text("Published")
    kinds = {track["title"]: track["content_type"] for track in tracks_of(ann, home, "me")}
    assert {file.stem: kinds[file.stem] for file in files} == {
        **{f"{ending} talk": kind for ending, kind in AS_THEY_ARE.items()},
        **{f"{ending} talk": "audio/mpeg" for ending in CONVERTED},
    }
    company.ben.opens(f"{home}/library", "Library")
    hears(company.ben, "flac talk")
    hears(company.ben, "aiff talk")


def test_what_was_said_in_a_tab_that_was_killed_is_offered_again(company: Company, tmp_path: Path) -> None:
    ann, home = company.ann, company.home
    ann.opens(f"{home}/record", "Record")
    speaks(ann, 2600)
    ann.loses_the_tab()
    ann.opens(f"{home}/library", "Library")
    expect(ann.page.get_by_text(LEFT_BEHIND)).to_be_visible()
    ann.is_served_well_both_ways("left behind")
    ann.link("Listen and publish").click()
    ann.button("Play your recording").click()
    expect(ann.button("Pause your recording")).to_be_visible()
    publishes(ann, "Said before the crash")
    expect(ann.page.get_by_text(LEFT_BEHIND)).to_have_count(0)
    assert loudness_of(ann, home, "Said before the crash", tmp_path) > LOUD_ENOUGH_LUFS


def test_a_recording_whose_page_was_left_is_offered_again_and_can_be_discarded(company: Company) -> None:
    ann = company.ann
    ann.opens(f"{company.home}/record", "Record")
    speaks(ann)
    ann.link("People").click()
    expect(ann.heading("People")).to_be_visible()
    ann.link("Record").click()
    expect(ann.page.get_by_text(LEFT_BEHIND)).to_be_visible()
    ann.button("Discard…").click()
    ann.is_served_well_both_ways("discarding")
    ann.button("Discard").click()
    expect(ann.page.get_by_text(LEFT_BEHIND)).to_have_count(0)


def test_an_upload_that_a_reload_cut_off_is_sent_again_by_itself(company: Company) -> None:
    ann, home = company.ann, company.home
    ann.opens(f"{home}/record", "Record")
    speaks(ann)
    ann.button("Stop recording").click()
    ann.page.get_by_label("Title").fill("Sent twice")
    with ann.with_uploads_held():
        ann.button("Publish").click()
        expect(ann.page.get_by_role("listitem").filter(has_text="Sent twice")).to_contain_text("Being sent")
        ann.page.reload()
    expect(ann.button("Play Sent twice")).to_be_visible()
    assert [track["title"] for track in tracks_of(ann, home)].count("Sent twice") == 1


def test_what_is_published_offline_is_sent_when_the_line_is_back(company: Company) -> None:
    ann = company.ann
    ann.opens(f"{company.home}/record", "Record")
    speaks(ann)
    ann.button("Stop recording").click()
    ann.page.get_by_label("Title").fill("Said in a tunnel")
    with ann.offline():
        ann.button("Publish").click()
        waiting = ann.page.get_by_role("listitem").filter(has_text="Said in a tunnel")
        expect(waiting).to_contain_text("Waiting to be sent · You are offline.")
    expect(ann.button("Play Said in a tunnel")).to_be_visible()
    expect(ann.page.get_by_text("You are offline")).to_have_count(0)


def test_a_speaker_looks_after_a_track(company: Company) -> None:
    ann, ben = company.ann, company.ben
    records(company, "A first try")
    ann.link("A first try").last.click()
    place = ann.page.url.removeprefix(ann.earshot)
    expect(ann.heading("A first try")).to_be_visible()
    ann.is_served_well_both_ways("one's own track")

    ann.page.get_by_label("Title").fill("Ask, then listen")
    ann.button("Rename").click()
    expect(ann.heading("Ask, then listen")).to_be_visible()
    ben.opens(place, "Ask, then listen")
    hears(ben, "Ask, then listen")
    ben.is_served_well_both_ways("another's track")

    ann.page.get_by_label("Only me").check()
    ann.button("Save this choice").click()
    expect(ann.button("Save this choice")).to_have_count(0)
    ben.page.reload()
    expect(ben.heading("This track cannot be opened")).to_be_visible()
    ann.page.get_by_label("Everyone in this workspace").check()
    ann.button("Save this choice").click()
    expect(ann.button("Save this choice")).to_have_count(0)

    ann.settles()  # what is saved is read again, and what stands below may move once more
    ann.link("Record anew").click()
    expect(ann.heading("Record anew")).to_be_visible()
    speaks(ann, 2500)
    ann.button("Stop recording").click()
    ann.button("Publish").click()
    expect(ann.page.get_by_text("recorded anew")).to_be_visible()
    ben.page.reload()
    expect(ben.page.get_by_text("recorded anew")).to_be_visible()
    hears(ben, "Ask, then listen")

    ann.button("Take back…").click()
    ann.is_served_well_both_ways("taking back")
    ann.button("Take back").click()
    expect(ann.heading("Library")).to_be_visible()
    expect(ann.link("Ask, then listen")).to_have_count(0)
    ben.page.reload()
    expect(ben.heading("This track cannot be opened")).to_be_visible()


def test_who_is_deactivated_is_shown_out(company: Company, browser: Browser, earshot: str) -> None:
    ann, home = company.ann, company.home
    with Visitor.coming(browser, earshot) as chloe:
        joins(chloe, ann, home, "chloe@journey.example", "Chloe Marsh")
        ann.opens(f"{home}/people", "People")
        ann.button("Manage Chloe Marsh").click()
        ann.is_served_well_both_ways("managing")
        ann.page.get_by_label("Department").fill("Sales")
        ann.button("Save").click()
        expect(ann.page.get_by_role("heading", level=2, name="Sales")).to_be_visible()
        ann.button("Manage Chloe Marsh").click()
        ann.button("Deactivate…").click()
        ann.button("Deactivate").click()
        expect(ann.page.get_by_text("Deactivated")).to_be_visible()
        ann.is_served_well_both_ways("people")
        chloe.link("People").click()
        expect(chloe.heading("Nothing here")).to_be_visible()
        chloe.is_served_well_both_ways("shown out")


def test_what_happened_is_told(company: Company) -> None:
    records(company, "What is new")
    company.ben.opens(f"{company.home}/activity", "Activity")
    happened = company.ben.page.get_by_role("listitem").filter(has_text="published What is new.")
    expect(happened).to_contain_text("Ann Okafor")
    company.ben.is_served_well_both_ways("activity")
    happened.get_by_role("link", name="What is new").click()
    expect(company.ben.heading("What is new")).to_be_visible()
