"""Groups, mentors, rounds and open calls in real browsers: three people, and a clock that is turned."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_journey import hears, speaks
from tests.browser.visitor import Visitor, asks, joins

PURPOSE = "Fewer contracts that come back"
PROBLEM = "Every third contract comes back with changes to the same two clauses."
TOPIC = "What did a customer say about clause nine?"
CALL = "What clause nine costs us"


@dataclass
class Company:
    """Ann, the admin; Ben of Support, who is new; Cleo of Legal: each with a browser of their own."""

    ann: Visitor
    ben: Visitor
    cleo: Visitor
    home: str
    turns_to: Callable[[str], None]
    """Turn the clock to a moment: what is due by then is done."""

    @property
    def place(self) -> str:
        return f"v1/workspaces/{self.home.removeprefix('#/w/')}"

    def group(self) -> dict[str, Any]:
        """The group across departments, as Ann may know of it."""
        groups = asks(self.ann.page, f"{self.place}/groups")["items"]
        [group_id] = [each["group_id"] for each in groups if each["purpose"] == PURPOSE]
        found: dict[str, Any] = asks(self.ann.page, f"{self.place}/groups/{group_id}")
        return found

    def round(self) -> dict[str, Any]:
        """The first round of that group."""
        group_id = self.group()["group_id"]
        found: dict[str, Any] = asks(self.ann.page, f"{self.place}/groups/{group_id}/rounds")["items"][-1]
        return found


@pytest.fixture(scope="module")
def company(browser: Browser, clock: tuple[str, Callable[[str], None]]) -> Iterator[Company]:
    earshot, turns_to = clock
    with (
        Visitor.coming(browser, earshot) as ann,
        Visitor.coming(browser, earshot, size="phone") as ben,
        Visitor.coming(browser, earshot, scheme="dark") as cleo,
    ):
        ann.signs_in("ann@groups.example", "Ann Okafor")
        home = ann.creates_a_workspace("Groups")
        joins(ben, ann, home, "ben@groups.example", "Ben Ito")
        joins(cleo, ann, home, "cleo@groups.example", "Cleo Marchetti")
        ann.opens(f"{home}/people", "People")
        for name, department in (("Ben Ito", "Support"), ("Cleo Marchetti", "Legal")):
            ann.button(f"Manage {name}").click()
            ann.page.get_by_label("Department").fill(department)
            ann.button("Save").click()
            expect(ann.page.get_by_role("dialog")).to_have_count(0)
        yield Company(ann, ben, cleo, home, turns_to)


def records(visitor: Visitor, title: str | None = None) -> None:
    """Speak for a moment where the recorder is open, and publish it."""
    speaks(visitor, 1200)
    visitor.button("Stop recording").click()
    if title:
        visitor.page.get_by_label("Title").fill(title)
    visitor.button("Publish").click()


def test_a_new_hire_gets_a_mentor_and_teaches_first(company: Company) -> None:
    ann, ben, cleo, home = company.ann, company.ben, company.cleo, company.home
    ben.opens(f"{home}/mentoring", "Mentors")
    expect(ben.page.get_by_text("You have no mentor yet.")).to_be_visible()
    ann.opens(f"{home}/people", "People")
    ann.button("Ben Ito’s mentor").click()
    expect(ann.page.get_by_text("is in another department, Legal")).to_be_visible()
    ann.is_served_well("assigning a mentor")
    ann.button("Assign Cleo Marchetti").click()
    expect(ann.page.get_by_text("Mentor since")).to_be_visible()
    ann.button("Done").click()
    cleo.opens(f"{home}/mentoring", "Mentors")
    expect(cleo.page.get_by_text("with you since")).to_be_visible()
    cleo.is_served_well_both_ways("a mentor's page")
    ben.opens(f"{home}/home", "Home")
    ben.page.get_by_role("link", name="Cleo Marchetti is your mentor").click()
    expect(ben.heading("Mentors")).to_be_visible()
    ben.settles()
    ben.is_served_well_both_ways("a new hire's page")
    ben.page.get_by_role("link", name=re.compile("^Answer: What surprised you")).click()
    expect(ben.page.get_by_text("What surprised you in your first days?")).to_be_visible()
    records(ben, "Nobody eats alone here")
    expect(ben.heading("What Ben Ito knows")).to_be_visible()
    expect(ben.page.locator(".entries").get_by_role("link", name="Nobody eats alone here")).to_be_visible()
    news = ann.page.get_by_text("is new here and shares what they know")
    for _ in range(20):  # the playlist is opened by the stream's reader, a moment later
        ann.opens(f"{home}/home", "Home")
        if news.count():
            break
    expect(news).to_be_visible()


def test_a_group_is_founded_joined_and_nobody_elses(company: Company) -> None:
    ann, ben, cleo, home = company.ann, company.ben, company.cleo, company.home
    page = ann.page
    ann.opens(f"{home}/groups", "Groups")
    ann.button("New group").first.click()
    page.get_by_label("Purpose").fill(PURPOSE)
    page.get_by_label("Problem", exact=True).fill(PROBLEM)
    page.get_by_label("Departments you need").fill("Legal, Support")
    ann.is_served_well("founding a group")
    ann.button("Found it").click()
    expect(ann.heading(PURPOSE)).to_be_visible()
    expect(page.get_by_text("Legal and Support are still missing.")).to_be_visible()
    ann.button("Invite Cleo Marchetti").click()
    expect(page.get_by_text("Invited by Ann Okafor")).to_be_visible()
    place = f"{home}/group/{page.url.rpartition('/')[2]}"
    ben.opens(place, "This group cannot be opened")
    ann.button("Invite Ben Ito").click()
    for visitor in (cleo, ben):
        visitor.opens(f"{home}/home", "Home")
        expect(visitor.page.get_by_role("heading", level=2).first).to_have_text("Waiting for you")
        visitor.is_served_well("home with an invitation")
        visitor.button(f"Join {PURPOSE}").press("Enter")
        expect(visitor.heading(PURPOSE)).to_be_visible()
        expect(visitor.page.get_by_text(PROBLEM)).to_be_visible()
    ann.opens(place, PURPOSE)
    expect(page.get_by_text("still missing")).to_have_count(0)
    ann.is_served_well_both_ways("a group")
    ben.link("Add what you tried").click()
    expect(ben.page.get_by_text("What did we try?")).to_be_visible()
    speaks(ben, 1200)
    ben.button("Stop recording").click()
    expect(ben.page.get_by_label("A group of mine")).to_be_checked()
    expect(ben.page.get_by_label("My mentor")).to_be_visible()
    ben.page.get_by_label("Title").fill("I called them first")
    ben.button("Publish").click()
    expect(ben.page.locator(".entries").get_by_role("link", name="I called them first")).to_be_visible()
    ann.opens(place, PURPOSE)
    hears(ann, "I called them first")
    ann.button("New playlist for it").click()
    page.get_by_label("Title").fill("Worth hearing twice")
    expect(page.get_by_label("Which group")).to_contain_text(PURPOSE)
    ann.button("Create").click()
    expect(ann.heading("Worth hearing twice")).to_be_visible()
    ann.button("Add tracks").click()
    ann.button("Add I called them first").click()
    expect(ann.button("Add I called them first once more")).to_be_visible()


def test_a_round_is_opened_answered_by_voice_and_text_and_heard(company: Company) -> None:
    ann, ben, cleo, home = company.ann, company.ben, company.cleo, company.home
    place = f"{home}/group/{company.group()['group_id']}"
    ann.opens(place, PURPOSE)
    ann.button("Begin check-ins…").click()
    ann.is_served_well("choosing a rhythm")
    ann.button("Save").click()
    expect(ann.page.get_by_text("Every week on Tuesday at 10:00")).to_be_visible()
    ann.page.get_by_label("Add a topic").fill(TOPIC)
    ann.button("Add").click()
    wanted = ann.button(f"Ask next: {TOPIC}")
    for pressed in ("true", "false"):
        expect(wanted).to_have_attribute("aria-pressed", pressed)
        wanted.press("Enter")
        ann.settles()
        expect(wanted).to_be_focused()
    expect(wanted).to_have_attribute("aria-pressed", "true")
    ann.settles()
    company.turns_to(company.group()["check_ins"]["next_at"])
    ben.opens(f"{home}/home", "Home")
    ben.link(f"Answer in {PURPOSE}").click()
    expect(ben.heading(TOPIC)).to_be_visible()
    ben.is_served_well_both_ways("an open round")
    ben.page.get_by_label("Or write it").fill("That it is too long.\nThree of them did.")
    ben.button("Send").click()
    expect(ben.page.get_by_text("You have answered.")).to_be_visible()
    cleo.opens(place, PURPOSE)
    cleo.link("Answer").click()
    cleo.link("Say it").click()
    expect(cleo.page.get_by_text("Up to 3 minutes.")).to_be_visible()
    speaks(cleo, 1200)
    cleo.opens(f"{home}/record", "Record")
    cleo.link("Listen and publish").click()  # what was left behind knows what it was for
    expect(cleo.page.get_by_text(f"Answers “{TOPIC}”")).to_be_visible()
    expect(cleo.button("Play your recording")).to_be_visible()
    cleo.button("Publish").click()
    expect(cleo.heading(TOPIC)).to_be_visible()
    expect(cleo.page.get_by_text("You have answered.")).to_be_visible()
    expect(cleo.page.get_by_text("Three of them did.")).to_be_visible()
    ann.opens(f"{home}/round/{company.round()['round_id']}?group={company.group()['group_id']}", TOPIC)
    hears(ann, TOPIC)
    ann.button("Not this time").click()
    expect(ann.page.get_by_text("Nobody is told.")).to_be_visible()
    company.turns_to(company.round()["closes_at"])
    for _ in range(50):  # the playlist is made by the stream's reader, a moment later
        if company.round()["playlist_id"]:
            break
        ann.page.wait_for_timeout(100)
    ann.opens(ann.page.url.removeprefix(ann.earshot), TOPIC)
    expect(ann.page.get_by_text(f"2 said something on “{TOPIC}”")).to_be_visible()
    ann.is_served_well("a round that is over")
    ann.link("Hear it as a playlist").click()
    expect(ann.page.locator(".entries").get_by_role("link", name=TOPIC)).to_be_visible()


def test_who_is_away_says_until_when_and_a_group_is_handed_over_and_left(company: Company) -> None:
    ann, ben, home = company.ann, company.ben, company.home
    place = f"{home}/group/{company.group()['group_id']}"
    ben.opens(place, PURPOSE)
    ben.button("I am away…").click()
    ben.is_served_well("being away")
    ben.button("Save").click()
    expect(ben.page.get_by_text("You are away until")).to_be_visible()
    ben.button("I am back").press("Enter")
    expect(ben.button("I am away…")).to_be_visible()
    expect(ben.heading(PURPOSE)).to_be_focused()  # the button that had the focus is gone
    ann.opens(place, PURPOSE)
    ann.button("Manage Ben Ito").click()
    ann.button("Hand the group over").click()
    expect(ann.page.get_by_text("Looked after by Ben Ito")).to_be_visible()
    ann.opens(f"{home}/record?group={company.group()['group_id']}", "Record")
    speaks(ann, 1200)
    ann.opens(place, PURPOSE)
    ann.button("Leave…").click()
    ann.button("Leave").click()
    expect(ann.heading("Groups")).to_be_visible()
    expect(ann.page.get_by_text("You belong to no group yet")).to_be_visible()
    ann.opens(place, "This group cannot be opened")
    ann.opens(f"{home}/library", "Library")
    ann.link("Listen and publish").click()
    ann.link("Listen to it, and publish it elsewhere").click()
    expect(ann.button("Play your recording")).to_be_visible()
    ann.button("Record again").click()
    ann.button("Discard").click()
    expect(ann.button("Start recording")).to_be_visible()


def test_a_mentor_hands_a_new_hire_on_and_another_offers_to_be_one(company: Company) -> None:
    ann, ben, cleo, home = company.ann, company.ben, company.cleo, company.home
    cleo.opens(f"{home}/mentoring", "Mentors")
    cleo.button("Hand Ben Ito on").click()
    cleo.is_served_well("handing on")
    cleo.button("Choose Ann Okafor").click()
    expect(cleo.page.get_by_text("Nobody at the moment.")).to_be_visible()
    ann.opens(f"{home}/mentoring", "Mentors")
    ann.button("End being Ben Ito’s mentor").click()
    ann.button("End it").click()
    expect(ann.page.get_by_text("Nobody at the moment.")).to_be_visible()
    ann.opens(f"{home}/people", "People")
    ann.button("Ben Ito’s mentor").click()
    expect(ann.button("Assign Ann Okafor")).to_be_visible()
    cleo.opens(f"{home}/people", "People")
    cleo.button("Be Ben Ito’s mentor").click()
    cleo.button("Be their mentor").click()
    expect(cleo.page.get_by_text("with you since")).to_be_visible()
    ann.button("Assign Ann Okafor").click()
    expect(ann.page.get_by_text("Somebody else was faster.")).to_be_visible()
    expect(ann.page.get_by_role("dialog").get_by_text("Mentor since")).to_be_visible()
    expect(ann.page.get_by_role("heading", name="Before")).to_be_visible()
    ann.button("Done").click()
    ben.opens(f"{home}/mentoring", "Mentors")
    expect(ben.page.get_by_role("region", name="My mentor")).to_contain_text("Cleo Marchetti")


def test_an_open_call_says_whose_voice_is_missing(company: Company) -> None:
    ann, cleo, home = company.ann, company.cleo, company.home
    page = ann.page
    ann.opens(f"{home}/playlists", "Playlists")
    ann.button("New playlist").first.click()
    page.get_by_label("Title").fill(CALL)
    page.get_by_label("An open call").check()
    page.get_by_label("Question", exact=True).fill("What did clause nine cost you?")
    page.get_by_label("Departments you want to hear from").fill("Legal, Support")
    ann.is_served_well("an open call's dialog")
    ann.button("Create").click()
    expect(page.get_by_text("Legal and Support are still missing.")).to_be_visible()
    cleo.opens(f"{home}/playlist/{page.url.rpartition('/')[2]}", CALL)
    cleo.link("Be the next voice").click()
    expect(cleo.page.get_by_text("What did clause nine cost you?")).to_be_visible()
    records(cleo, "Two weeks each")
    expect(cleo.page.get_by_text("Heard from 1 of 2 departments. Support is still missing.")).to_be_visible()
    cleo.is_served_well("an open call")
