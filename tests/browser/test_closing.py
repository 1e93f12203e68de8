"""Deleting a workspace, in a real browser: asked for by name, told on every page, and taken back."""

from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor


def test_an_admin_asks_for_it_every_page_says_so_and_one_press_takes_it_back(
    browser: Browser, earshot: str
) -> None:
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@closing.example", "Ann")
        home = ann.creates_a_workspace("Acme Sales")
        ann.opens(f"{home}/settings", "Workspace")
        ann.tabs_to(ann.button("Delete the workspace…"))
        ann.page.keyboard.press("Enter")
        dialog = ann.page.get_by_role("dialog", name="Delete the workspace?")
        expect(dialog.get_by_text("For 7 days nothing changes")).to_be_visible()
        last = dialog.get_by_role("button", name="Delete it in 7 days")
        expect(last).to_be_disabled()
        ann.is_served_well_both_ways("closing-asked")
        dialog.get_by_label("Type the name of the workspace to confirm").fill(" acme sales ")
        last.click()
        banner = ann.page.get_by_role("complementary", name="This workspace will be deleted")
        expect(banner.get_by_text("Until then everything works as before.")).to_be_visible()
        expect(ann.button("Delete the workspace…")).to_have_count(0)
        ann.opens(f"{home}/playlists", "Playlists")
        expect(banner).to_be_visible()
        ann.is_served_well_both_ways("closing-told")
        banner.get_by_role("button", name="Keep the workspace").click()
        expect(banner).to_have_count(0)
        expect(ann.heading("Playlists")).to_be_focused()
