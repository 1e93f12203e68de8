"""Being erased, in a real browser: said what happens, confirmed by name, and gone."""

from playwright.sync_api import Browser, Locator, expect

from tests.browser.visitor import Visitor, joins


def test_somebody_is_erased_by_an_admin_or_by_themselves(browser: Browser, earshot: str) -> None:
    with Visitor.coming(browser, earshot) as ann, Visitor.coming(browser, earshot, size="phone") as ben:
        ann.signs_in("ann@erasing.example", "Ann")
        home = ann.creates_a_workspace("Erasing")
        joins(ben, ann, home, "ben@erasing.example", "Ben")
        the_last_admin_stays(ann, home)
        managed = of_ben(ann, home)
        managed.get_by_role("button", name="Deactivate…").click()
        managed.get_by_role("button", name="Deactivate", exact=True).click()
        expect(managed).to_be_hidden()
        ann.opens(f"{home}/people?show=deactivated", "People")
        managed = manages_ben(ann)
        managed.get_by_role("button", name="Erase them…").click()
        asked = ann.page.get_by_role("dialog", name="Erase everything of theirs?")
        expect(asked.get_by_role("button", name="Erase for good")).to_be_disabled()
        ann.is_served_well_both_ways("erasing-them")
        asked.get_by_role("button", name="Keep everything").click()
        expect(managed.get_by_role("button", name="Erase them…")).to_be_focused()
        managed.get_by_role("button", name="Reactivate…").click()
        managed.get_by_role("button", name="Reactivate", exact=True).click()
        expect(managed).to_be_hidden()
        ben.signs_in("ben@erasing.example", "Ben")
        erases_himself(ben, home)
        ann.opens(f"{home}/people?show=deactivated", "People")
        managed = manages_ben(ann)
        expect(managed.get_by_text("Everything of theirs is being erased.")).to_be_visible()
        expect(managed.get_by_role("button", name="Reactivate…")).to_be_hidden()


def the_last_admin_stays(ann: Visitor, home: str) -> None:
    dialog = asks(ann, home)
    last = dialog.get_by_role("button", name="Erase for good")
    expect(last).to_be_disabled()
    dialog.get_by_label("Type the name to confirm").fill(" ann ")
    last.click()
    expect(dialog.get_by_text("A workspace needs an admin.")).to_be_visible()
    ann.button("Keep everything").click()
    expect(ann.button("Erase me…")).to_be_focused()


def erases_himself(ben: Visitor, home: str) -> None:
    dialog = asks(ben, home)
    ben.is_served_well_both_ways("erasing")
    dialog.get_by_label("Type the name to confirm").fill("ben")
    dialog.get_by_role("button", name="Erase for good").click()
    begun = ben.page.get_by_role("dialog", name="Erasing has begun")
    expect(begun.get_by_role("button", name="Sign out")).to_be_focused()
    begun.get_by_role("button", name="Sign out").click()
    expect(ben.page.get_by_role("link", name="Sign in")).to_be_visible()
    ben.signs_in("ben@erasing.example", "Ben")
    expect(ben.heading("Welcome, Ben")).to_be_visible()


def asks(person: Visitor, home: str) -> Locator:
    person.opens(f"{home}/you", "Your settings")
    person.tabs_to(person.button("Erase me…"))
    person.page.keyboard.press("Enter")
    dialog = person.page.get_by_role("dialog", name="Erase everything of yours?")
    expect(dialog.get_by_text("This cannot be undone.")).to_be_visible()
    return dialog


def of_ben(ann: Visitor, home: str) -> Locator:
    ann.opens(f"{home}/people", "People")
    return manages_ben(ann)


def manages_ben(ann: Visitor) -> Locator:
    ann.button("Manage Ben").click()
    return ann.page.get_by_role("dialog", name="Ben")
