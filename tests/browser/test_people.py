"""People in a real browser: departments, a page for each, inviting by a file, a workspace's rules."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor, asks, sends
from tests.tracks.audio import mp3

FORMULA = '=HYPERLINK("http://evil.example")'
FILE = "\r\n".join(
    [
        "\ufeffName;E-Mail;Department",
        '"Chan; Cleo";cleo@people.example;Sales',
        "Dan;dan@people;Legal",
        "Cleo again;CLEO@people.example;Sales",
        "Ann;ann@people.example;",
        f'Eve;eve@people.example;"{FORMULA.replace(chr(34), chr(34) * 2)}"',
        f"Finn;finn@people.example;{'x' * 101}",
        "",
    ]
)
ROWS = "async (text) => (await import('./static/csv.js')).rowsOf(text).map(({values}) => values)"
TEXT = "async (bytes) => (await import('./static/csv.js')).textOf(new Uint8Array(bytes))"


@pytest.fixture(scope="module")
def ann(
    browser: Browser, earshot: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Visitor, str]]:
    """Ann, an admin who has recorded something."""
    file = tmp_path_factory.mktemp("tracks") / "How I open a call.mp3"
    file.write_bytes(mp3(3))
    with Visitor.coming(browser, earshot) as ann:
        ann.signs_in("ann@people.example", "Ann Okafor")
        home = ann.creates_a_workspace("People & Co")
        ann.publishes(home, file)
        yield ann, home


def test_a_person_is_found_and_has_a_page(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    page = visitor.page
    visitor.opens(f"{home}/people", "People")
    visitor.is_served_well_both_ways("people")
    visitor.button("Manage Ann Okafor").wait_for(state="detached")
    place = f"v1/workspaces/{home.removeprefix('#/w/')}"
    [me] = asks(page, f"{place}/members")["items"]
    changed = {"department": "Sales", "topics": ["🎧" * 30, "Pitching"], "title": "Account manager"}
    sends(visitor, "PATCH", f"{place}/members/{me['member_id']}", changed)
    visitor.opens(f"{home}/people", "People")
    field = page.get_by_label("Find people")
    visitor.tabs_to(field)
    page.keyboard.type("manag okaf")
    expect(page.get_by_role("heading", level=2, name="Sales 1")).to_be_visible()
    expect(field).to_be_focused()
    field.fill("nobody at all")
    expect(page.get_by_text("Nobody fits")).to_be_visible()
    field.fill("")
    page.get_by_label("Show", exact=True).select_option("Sales (1)")
    visitor.link("Ann Okafor").click()
    expect(visitor.heading("Ann Okafor")).to_be_focused()
    about = page.get_by_role("region", name="About Ann Okafor")
    expect(about).to_contain_text(re.compile(r"\d\d:\d\d there now"))
    expect(about).to_contain_text("at work from 09:00 to 17:00")
    expect(visitor.button("Play How I open a call")).to_be_visible()
    visitor.settles()
    visitor.is_served_well_both_ways("a person")
    visitor.link("Pitching").click()
    expect(visitor.heading("Library")).to_be_visible()
    expect(page.get_by_role("region", name="People").get_by_role("link")).to_have_text(["Ann Okafor"])
    visitor.opens(f"{home}/person/nobody", "This person is not here")
    visitor.is_served_well("nobody")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("a;b,c;\r\n\r\nd;e\r", [["a", "b,c", ""], ["d", "e"]]),
        ("a\tb\n", [["a", "b"]]),
        ('\ufeff"a ""b""",\'c\'', [['a "b"', "'c'"]]),
        ('"a\r\nb", " c "\nd', [["a\r\nb", "c"], ["d"]]),
        ('"a;b;c",d', [["a;b;c", "d"]]),
        ('5" pipe,x', [['5" pipe', "x"]]),
        (",,\n \n", []),
        ("", []),
    ],
    ids=repr,
)
def test_tables_are_read_as_spreadsheets_write_them(
    ann: tuple[Visitor, str], text: str, rows: list[Any]
) -> None:
    assert ann[0].page.evaluate(ROWS, text) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_a_files_bytes_are_read_in_what_they_were_written_in(ann: tuple[Visitor, str], encoding: str) -> None:
    assert ann[0].page.evaluate(TEXT, list("Verkäufe".encode(encoding))).lstrip("\ufeff") == "Verkäufe"


def test_many_are_invited_by_a_file_that_is_checked_first(ann: tuple[Visitor, str], tmp_path: Path) -> None:
    visitor, home = ann
    page = visitor.page
    file = tmp_path / "people.csv"
    file.write_text(FILE, encoding="utf-8", newline="")
    visitor.opens(f"{home}/people", "People")
    visitor.button("Invite people").click()
    visitor.link("Many at once, from a CSV file").click()
    expect(visitor.heading("Invite people")).to_be_focused()
    visitor.is_served_well_both_ways("inviting many")
    with page.expect_download() as template:
        visitor.link("Take a template").click()
    assert "email,name,department" in template.value.path().read_text()
    page.get_by_label("Choose a CSV file").set_input_files(file)
    rows = page.get_by_role("listitem").filter(has_text="Line")
    expect(rows).to_have_text(
        [
            re.compile("^Line 2.*cleo@people.example.*Sales.*Can be invited$", re.S),
            re.compile("Line 3.*dan@people.*This is not an e-mail address.*Left out$", re.S),
            re.compile("Line 4.*The same address stands in line 2.*Left out$", re.S),
            re.compile("Line 5.*ann@people.example.*Already here$", re.S),
            re.compile(r"Line 6.*eve@people.example.*=HYPERLINK.*Can be invited$", re.S),
            re.compile("Line 7.*The department is 1 character too long.*Left out$", re.S),
        ]
    )
    expect(page.get_by_role("heading", name="What was found")).to_be_focused()
    visitor.is_served_well_both_ways("a checked file")
    visitor.tabs_to(visitor.button("Invite 2 people"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 invitations sent.").first).to_be_visible()
    expect(rows.first).to_contain_text("Invited")
    place = f"v1/workspaces/{home.removeprefix('#/w/')}/invitations"
    invited = {each["email"]: each["department"] for each in asks(page, place)["items"]}
    assert invited == {"cleo@people.example": "Sales", "eve@people.example": FORMULA}
    page.get_by_label("Or paste the rows").fill("cleo@people.example\nnew@people.example,Legal")
    visitor.button("Check the rows").click()
    expect(rows.first).to_contain_text("Already invited")
    page.get_by_label("Send the mail again to 1 person invited already").check()
    expect(visitor.button("Invite 2 people")).to_be_visible()
    page.get_by_label("Or paste the rows").fill('email\n"open')
    visitor.button("Check the rows").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2: a quotation mark is opened and never closed.")
    page.get_by_label("Or paste the rows").fill("a@b.example\n" * 501)
    visitor.button("Check the rows").click()
    expect(page.get_by_role("alert")).to_contain_text("At most 500 people a file: this one has 501.")


def test_an_admin_sets_the_rules_of_the_workspace(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    page = visitor.page
    visitor.opens(f"{home}/people", "People")
    visitor.link("Workspace").click()
    expect(visitor.heading("Workspace")).to_be_focused()
    visitor.settles()
    visitor.is_served_well_both_ways("the workspace's settings")
    page.get_by_label("Name of the workspace").fill("People and Company")
    page.get_by_label("A track counts as heard from").fill("75")
    visitor.button("Save").click()
    expect(page.get_by_role("link", name="People and Company").first).to_be_visible()
    expect(visitor.button("Save")).to_be_focused()
    place = f"v1/workspaces/{home.removeprefix('#/w/')}"
    kept = asks(page, place)
    assert (kept["name"], kept["completion_percent"]) == ("People and Company", 75)
    expect(page.get_by_role("link", name="Sales")).to_be_visible()


def test_a_report_is_decided_and_everybody_sees_what_became_of_it(
    browser: Browser, earshot: str, ann: tuple[Visitor, str], tmp_path: Path
) -> None:
    visitor, home = ann
    place = f"v1/workspaces/{home.removeprefix('#/w/')}"
    sends(visitor, "POST", f"{place}/invitations", {"emails": ["ben@people.example"]})
    file = tmp_path / "Rough words.mp3"
    file.write_bytes(mp3(2))
    with Visitor.coming(browser, earshot, size="phone", scheme="dark") as ben:
        ben.signs_in("ben@people.example", "Ben Ito")
        sends(ben, "POST", f"{place}/invitations/accept", {})
        ben.publishes(home, file)
        ben.link("Rough words").last.click()
        expect(ben.heading("Rough words")).to_be_visible()
        track = ben.page.url.rpartition("#")[2]
        expect(ben.button("Report…")).to_have_count(0)
        page = visitor.page
        visitor.opens(f"#{track}", "Rough words")
        visitor.tabs_to(visitor.button("Report…"))
        page.keyboard.press("Enter")
        visitor.button("Report").click()
        expect(page.get_by_text("Choose what fits best.")).to_be_visible()
        page.get_by_label("It tells something private of a person").check()
        page.get_by_label("In your words (if you like)").fill("He says where I live.")
        visitor.is_served_well_both_ways("reporting")
        visitor.button("Report").click()
        expect(page.get_by_text("Your report is with the admins.")).to_be_visible()
        visitor.button("Done").click()
        expect(visitor.button("Report…")).to_be_focused()
        visitor.opens(f"{home}/settings", "Workspace")
        visitor.link("Reports").click()
        expect(visitor.heading("Reports")).to_be_focused()
        case = page.get_by_role("listitem", name="A track of Ben Ito")
        expect(case).to_contain_text("He says where I live.")
        visitor.settles()
        visitor.is_served_well_both_ways("reports")
        visitor.button("Hide it…").click()
        page.get_by_label("A word to its author").fill("Let us talk about this.")
        visitor.is_served_well("deciding")
        visitor.button("Hide it").click()
        expect(case).to_contain_text("Hidden for now")
        visitor.button("Listen").click()
        page.wait_for_function("() => document.querySelector('audio[src]')?.duration > 1")
        ben.opens(f"#{track}", "Rough words")
        expect(ben.page.get_by_text("Let us talk about this.")).to_be_visible()
        expect(ben.page.get_by_text("Only you see this for now")).to_be_visible()
        ben.is_served_well("a hidden track")
        ben.opens(f"{home}/activity", "Activity")
        expect(ben.page.get_by_text("is hidden for now. Its page says why.")).to_be_visible()
        ben.opens(f"{home}/reports", "Reports")
        expect(ben.page.get_by_text("You have reported nothing")).to_be_visible()
        visitor.button("Show it again…").click()
        visitor.button("Show it").click()
        expect(case).to_contain_text("Looked at, and left as it is")
        visitor.link("By me").click()
        expect(page.get_by_text("Looked at, and left as it is")).to_be_visible()
        visitor.is_served_well_both_ways("what one has reported")
