"""Which mails one gets, chosen in the page; a digest asked for, read, and ended by its address."""

import re
import time

from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor


def test_a_member_chooses_their_mails_and_ends_them_with_one_click(browser: Browser, earshot: str) -> None:
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@mails.example", "Ann Okafor")
        home = ann.creates_a_workspace("Mails")
        page = ann.page
        ann.opens(f"{home}/you", "Your settings")
        ann.is_served_well_both_ways("settings with mails")
        digest = page.get_by_label("Digest", exact=True)
        expect(digest).to_have_value("weekly")
        expect(page.get_by_text("The next may come on")).to_be_visible()
        digest.select_option("daily")
        page.get_by_label("A mail when I have feedback").uncheck()
        expect(page.get_by_role("status").filter(has_text="Your settings were saved.")).to_be_attached()
        page.reload()
        expect(digest).to_have_value("daily")
        expect(page.get_by_label("A mail when I have feedback")).not_to_be_checked()

        ann.button("Send me a digest now").click()
        expect(page.get_by_text("It is on its way.")).to_be_visible()
        until = time.monotonic() + 20
        mail = page.get_by_text("Nothing new at Mails")
        page.goto(f"{earshot}mailbox")
        while not mail.count() and time.monotonic() < until:
            page.reload()
        mail.click()
        letter = page.frame_locator("iframe")
        expect(letter.get_by_role("heading", name="Nothing new at Mails")).to_be_visible()
        letter.get_by_role("link", name="unsubscribe").click()
        page.wait_for_url(re.compile(r"/u/"))
        expect(page.get_by_role("heading", name="No more of these mails?")).to_be_visible()
        ann.is_served_well("the page of an address in a mail")
        ann.button("Send no more").click()
        expect(page.get_by_role("heading", name="That was the last one")).to_be_visible()
        ann.opens(f"{home}/you", "Your settings")
        expect(digest).to_have_value("off")
