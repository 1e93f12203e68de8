"""Connecting channels in a real browser, against what plays Slack and Teams on this machine."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor, asks


@pytest.fixture(scope="module")
def ann(browser: Browser, earshot: str) -> Iterator[tuple[Visitor, str]]:
    """An admin, and her workspace's place in the address."""
    with Visitor.coming(browser, earshot) as visitor:
        visitor.signs_in("ann@connections.example", "Ann")
        yield visitor, visitor.creates_a_workspace("Acme")


def fills(visitor: Visitor, kind: str, name: str, channel: str) -> None:
    """Fill in where to connect, in the dialog that is open."""
    page = visitor.page
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Address").fill(f"{visitor.earshot}posts/{channel}")


def test_an_admin_connects_a_channel_by_keyboard_and_sees_the_real_answer(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    page = visitor.page
    visitor.opens(f"{home}/settings", "Workspace")
    visitor.link("Connections").click()
    expect(visitor.heading("Connections")).to_be_focused()
    expect(page.get_by_text("Nothing is connected yet")).to_be_visible()
    visitor.is_served_well_both_ways("no connections")
    visitor.tabs_to(visitor.button("Connect…"))
    page.keyboard.press("Enter")
    fills(visitor, "Slack", "#sales", "slack/sales")
    visitor.is_served_well_both_ways("connecting")
    visitor.tabs_to(visitor.button("Connect and test"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="#sales is connected")).to_be_visible()
    expect(page.get_by_text("The answer: 200 ok")).to_be_visible()
    visitor.is_served_well_both_ways("what was answered")
    visitor.tabs_to(visitor.button("Done"))
    page.keyboard.press("Enter")
    card = page.get_by_role("region", name="#sales")
    expect(card).to_contain_text("Last accepted just now.")
    expect(card).to_contain_text("address ending in ales")
    assert "posts/slack" not in page.content()
    page.goto(f"{visitor.earshot}posts")
    expect(page.locator(".post")).to_contain_text("Earshot can post here: what is new in Acme")
    visitor.is_served_well_both_ways("the posts of this machine")


def test_what_is_announced_is_switched_and_the_channel_paused(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    page = visitor.page
    visitor.opens(f"{home}/connections", "Connections")
    card = page.get_by_role("region", name="#sales")
    expect(card).to_contain_text("Announced: everything.")
    visitor.button("Change #sales").click()
    page.get_by_label("New tracks in playlists").uncheck()
    visitor.is_served_well_both_ways("switches")
    visitor.button("Save").click()
    expect(card).to_contain_text(
        "Announced: new playlists, open calls and their answers, what somebody new teaches first"
    )
    visitor.button("Pause #sales").click()
    expect(card).to_contain_text("Paused")
    visitor.button("Let #sales go on").click()
    expect(card).not_to_contain_text("Paused")


def test_a_channel_that_refuses_needs_attention_until_it_is_mended_or_removed(
    ann: tuple[Visitor, str],
) -> None:
    visitor, home = ann
    page = visitor.page
    visitor.opens(f"{home}/connections", "Connections")
    visitor.button("Connect…").click()
    fills(visitor, "Slack", "#old", "slack/channel_is_archived")
    visitor.button("Connect and test").click()
    expect(page.get_by_text("The answer: 410 channel_is_archived")).to_be_visible()
    visitor.button("Done").click()
    card = page.get_by_role("region", name="#old")
    expect(card).to_contain_text("Needs attention")
    expect(card).to_contain_text("The channel was archived.")
    visitor.is_served_well_both_ways("a connection that needs attention")
    visitor.button("Remove #old").click()
    visitor.button("Remove").click()
    expect(card).to_have_count(0)


def test_only_a_person_can_say_whether_teams_shows_a_card(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    page = visitor.page
    visitor.opens(f"{home}/connections", "Connections")
    visitor.button("Connect…").click()
    fills(visitor, "Microsoft Teams", "Everybody", "teams/bare")
    visitor.button("Connect and test").click()
    expect(page.get_by_text("Do you see the card in Teams?")).to_be_visible()
    expect(page.get_by_text("The answer: 202")).to_be_visible()
    visitor.is_served_well_both_ways("do you see it")
    visitor.button("No, try the other kind of card").click()
    expect(page.get_by_text("Waiting: this host takes one post at a time…")).to_be_visible()
    workspace = home.removeprefix("#/w/")
    listed = asks(page, f"v1/workspaces/{workspace}/connections")["items"]
    assert [each["style"] for each in listed if each["kind"] == "teams"] == ["card"]


def test_a_program_gets_its_secret_once_and_a_wrong_address_a_sentence(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    page = visitor.page
    visitor.opens(f"{home}/connections", "Connections")
    visitor.button("Connect…").click()
    page.get_by_label("Another program").check()
    page.get_by_label("Name").fill("Our wall")
    page.get_by_label("Address").fill("https://10.0.0.1/hook")
    visitor.button("Connect and test").click()
    expect(page.get_by_role("alert")).to_contain_text("An address names a host of the internet")
    page.get_by_label("Address").fill(f"{visitor.earshot}posts/webhook/wall")
    visitor.button("Connect and test").click()
    expect(page.get_by_text(re.compile("^whsec_"))).to_be_visible()
    expect(page.get_by_text("The answer: 204")).to_be_visible()
    visitor.is_served_well_both_ways("a secret")
    visitor.button("Done").click()
    expect(page.get_by_role("region", name="Our wall")).to_be_visible()
    assert "whsec_" not in page.content()


def test_a_groups_people_connect_it_themselves(ann: tuple[Visitor, str]) -> None:
    visitor, home = ann
    page = visitor.page
    visitor.opens(f"{home}/groups", "Groups")
    visitor.button("New group").first.click()
    page.get_by_label("Purpose").fill("Selling better")
    visitor.button("Found it").click()
    expect(visitor.heading("Selling better")).to_be_visible()
    visitor.link("Connections").click()
    expect(page.get_by_text("What happens in this group is announced there")).to_be_visible()
    expect(page.get_by_text("Nothing is connected yet")).to_be_visible()
    visitor.button("Connect…").click()
    fills(visitor, "Slack", "#selling", "slack/selling")
    visitor.button("Connect and test").click()
    visitor.button("Done").click()
    visitor.button("Change #selling").click()
    expect(page.get_by_label("Rounds that open")).to_be_checked()
    page.keyboard.press("Escape")
    visitor.opens(f"{home}/connections", "Connections")
    expect(page.get_by_role("region", name="#selling")).to_have_count(0)
    visitor.opens(f"{home}/connections?group=unknown", "Connections")
    expect(page.get_by_text("These are not for you to see")).to_be_visible()
