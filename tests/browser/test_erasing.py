"""Asking to be erased, in a real browser: said what happens, confirmed by name, and gone."""

from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor


def test_somebody_reads_what_happens_types_their_name_and_is_signed_out(
    browser: Browser, earshot: str
) -> None:
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@erasing.example", "Ann")
        home = ann.creates_a_workspace("Erasing")
        ann.opens(f"{home}/you", "Your settings")
        ann.tabs_to(ann.button("Erase me…"))
        ann.page.keyboard.press("Enter")
        dialog = ann.page.get_by_role("dialog", name="Erase everything of yours?")
        expect(dialog.get_by_text("This cannot be undone.")).to_be_visible()
        last = dialog.get_by_role("button", name="Erase for good")
        expect(last).to_be_disabled()
        ann.is_served_well_both_ways("erasing")
        dialog.get_by_label("Type the name to confirm").fill(" ann ")
        last.click()
        expect(dialog.get_by_text("A workspace needs an admin.")).to_be_visible()
        ann.button("Keep everything").click()
        expect(ann.button("Erase me…")).to_be_focused()
