"""What is said of a track in real browsers: filled in, offered by the file, filtered by and found."""

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.test_search import field, rows
from tests.browser.visitor import Visitor
from tests.tracks.audio import made, mp3

TAGS = [*("-metadata", "title=Out of the file"), *("-metadata", "genre=Speech; Pricing")]
TOPIC = "🎧" * 15 + " " + "m" * 14
CALL = "How I open a call"
WEBVTT = """WEBVTT

00:00.000 --> 00:06.000
Ask what they have tried.

00:06.000 --> 00:12.000
Then name the price, and be quiet.
"""


def test_a_track_is_described_filtered_by_topic_and_found_by_what_is_said(
    browser: Browser, earshot: str, tmp_path: Path
) -> None:
    file, other = tmp_path / f"{CALL}.mp3", tmp_path / "Another.mp3"
    file.write_bytes(made("mp3", "-ac", "1", "-b:a", "64k", *TAGS, seconds=20))
    other.write_bytes(mp3(1))
    with Visitor.coming(browser, earshot) as ann:
        page = ann.page
        ann.signs_in("ann@topics.example", "Ann Okafor")
        home = ann.creates_a_workspace("Topics")
        ann.publishes(home, other)

        ann.opens(f"{home}/record", "Record")
        page.get_by_label("Audio files").set_input_files([file])
        page.get_by_text("Description, topics, language").click()
        page.get_by_label("Description").fill("What I say first.\n\nAnd what I never say.")
        page.get_by_label("Topics", exact=True).fill(", ".join(map(str, range(11))))
        expect(page.get_by_text("10 topics at most: take out 1.")).to_be_visible()
        page.get_by_label("Topics", exact=True).fill(f"Sales, sales,  First   calls, {TOPIC}")
        expect(page.get_by_label("Language")).to_have_value("en-US")
        page.get_by_label("Language").select_option(label="German")
        page.get_by_label("May be shared by public link").check()
        ann.is_served_well_both_ways("a file that is described")
        ann.button("Publish").click()
        page.get_by_label("On its way").get_by_role("link", name=CALL).click()
        expect(ann.heading(CALL)).to_be_visible()
        assert page.locator(".about p").first.get_attribute("lang") == "de"
        expect(page.locator(".about")).to_contain_text("In German")

        offered = page.get_by_role("group", name="Topics from the file")
        expect(offered.get_by_role("button")).to_have_text(["+Speech", "+Pricing"])
        ann.tabs_to(ann.button("Add the topic Speech"))
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Topics", exact=True)).to_have_value(f"Sales, First calls, {TOPIC}, Pricing")
        expect(page.get_by_label("Topics", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".about .tag")).to_have_count(4)
        ann.button("Add a transcript").click()
        page.get_by_label("What is said").fill(WEBVTT)
        ann.button("Save transcript").click()
        expect(page.get_by_role("region", name="What is said")).to_have_attribute("lang", "de")
        ann.is_served_well_both_ways("a track that is described")

        page.locator(".about").get_by_role("link", name="First calls").click()
        expect(ann.heading("Library")).to_be_visible()
        assert page.url.endswith(f"{home}/library?topic=First+calls")
        expect(page.locator(".track h2")).to_have_text([CALL])
        page.get_by_label("Length").select_option(label="Up to 5 minutes")
        expect(page.get_by_label("Length")).to_have_value("short")
        unheard = page.get_by_role("checkbox", name="Not heard yet")
        unheard.check()
        expect(page.get_by_role("heading", name="Nothing matches all of these filters")).to_be_visible()
        ann.is_served_well_both_ways("a library that is filtered to nothing")
        chips = page.get_by_role("group", name="Chosen filters")
        ann.tabs_to(ann.link("Take away the filter Not heard yet"))
        page.keyboard.press("Enter")
        expect(chips.get_by_role("link")).to_have_count(3)
        expect(page.locator(".filters summary")).to_be_focused()
        expect(page.locator(".track h2")).to_have_text([CALL])
        page.go_back()
        expect(unheard).to_be_checked()
        page.go_back()
        ann.link("Clear all").click()
        expect(page.locator(".track h2")).to_have_text([CALL, "Another"])

        field(ann).fill("pric")
        expect(rows(ann, "Tracks")).to_have_count(1)
        quote = rows(ann, "Said in tracks").first
        expect(quote).to_contain_text("Then name the price, and be quiet.")
        expect(quote.locator("mark")).to_have_text("price")
        ann.is_served_well_both_ways("what is said in tracks")
        ann.button(f"Play {CALL} from 0:06").click()
        bar = page.get_by_role("region", name="Player")
        expect(bar.get_by_role("slider").first).to_have_attribute(
            "aria-valuetext", re.compile("^[6-9] seconds")
        )
        bar.get_by_role("button", name=f"Pause {CALL}").click()

        rows(ann, "Tracks").get_by_role("link", name=CALL).click()
        ann.button("Make a public link…").click()
        ann.button("Make the link").click()
        address = page.get_by_label("Link", exact=True).input_value()
        ann.button("Done").click()
    with Visitor.coming(browser, earshot, size="phone") as stranger:
        stranger.page.goto(address)
        first = stranger.page.get_by_text("What I say first.")
        expect(first).to_have_attribute("lang", "de")
        expect(stranger.page.locator(".topics")).to_have_text(f"Sales · First calls · {TOPIC} · Pricing")
        stranger.is_served_well_both_ways("a shared track that is described")
