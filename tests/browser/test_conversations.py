"""Questions, feedback and the loop in real browsers: a speaker, a listener, and a clock that is turned."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from infra.browser import Browser as Http
from tests.browser.test_journey import speaks
from tests.browser.visitor import Visitor, asks, joins

TITLE = "How I open a call"
QUESTION = "What do you say when nobody answers? 🎙️"
SHY = "Is it normal to be afraid?"
PLAYLIST = "Calls that begin well"
ANSWER = "What I say into the silence"


@dataclass
class Company:
    """Ann, who speaks, and Ben, who listens."""

    ann: Visitor
    ben: Visitor
    home: str
    turns_to: Callable[[str], None]
    """Turn the clock to a moment: what is due by then is done."""

    @property
    def place(self) -> str:
        return f"v1/workspaces/{self.home.removeprefix('#/w/')}"

    def track(self, title: str) -> dict[str, Any]:
        """A track, as Ann knows it."""
        found = asks(self.ann.page, f"{self.place}/tracks?speaker=me")["items"]
        [track] = [each for each in found if each["title"] == title]
        return dict(track)

    def waits_for_working_hours(self) -> None:
        """Turn the clock to when what was given is delivered: in a quarter of an hour, or some morning."""
        now = datetime.now(UTC)
        morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
        for moment in (now + timedelta(minutes=16), *(morning + timedelta(days=day) for day in range(1, 4))):
            self.turns_to(moment.isoformat())

    @property
    def track_page(self) -> str:
        return f"{self.home}/track/{self.track(TITLE)['track_id']}"


def records(visitor: Visitor, title: str) -> None:
    """Speak for a moment where the recorder is open, and publish it."""
    speaks(visitor, 2500)
    visitor.button("Stop recording").click()
    visitor.page.get_by_label("Title").fill(title)
    visitor.button("Publish").click()


@pytest.fixture(scope="module")
def company(browser: Browser, clock: tuple[str, Callable[[str], None]]) -> Iterator[Company]:
    earshot, turns_to = clock
    with (
        Visitor.coming(browser, earshot) as ann,
        Visitor.coming(browser, earshot, size="phone", scheme="dark") as ben,
    ):
        ann.signs_in("ann@talks.example", "Ann Okafor")
        home = ann.creates_a_workspace("Talks")
        joins(ben, ann, home, "ben@talks.example", "Ben Ito")
        ann.opens(f"{home}/record", "Record")
        records(ann, TITLE)
        expect(ann.page.get_by_role("button", name=f"Play {TITLE}")).to_be_visible()
        yield Company(ann, ben, home, turns_to)


def test_a_question_at_a_moment_is_answered_by_voice_and_helps(company: Company) -> None:
    ann, ben = company.ann, company.ben
    ben.opens(company.track_page, TITLE)
    ben.button(f"Play {TITLE}").first.click()
    expect(ben.page.get_by_label(re.compile("^About this moment"))).to_be_checked()
    ben.button(f"Pause {TITLE}").first.click()
    expect(ben.page.get_by_label("Ask anonymously")).to_have_count(0)  # two people are too few to hide among
    ben.button("Ask").click()
    expect(ben.page.get_by_text("Write your question first.")).to_be_visible()
    ben.page.get_by_label("Ask about it").fill(QUESTION)
    ben.button("Ask").click()
    expect(ben.link(QUESTION)).to_be_visible()
    expect(ben.page.get_by_label("Ask about it")).to_have_value("")
    ben.settles()
    ben.is_served_well_both_ways("a track with a question")
    ann.opens(company.track_page, TITLE)
    ann.link(QUESTION).click()
    expect(ann.heading(QUESTION)).to_be_visible()
    ann.link("Say it").click()
    expect(ann.page.get_by_text("Answers “")).to_be_visible()
    records(ann, ANSWER)
    expect(ann.heading(QUESTION)).to_be_visible()
    expect(ann.button(f"Play {ANSWER}")).to_be_visible()
    ben.link(QUESTION).click()
    expect(ben.button(f"Play {ANSWER}")).to_be_visible()
    ben.button("This helped").click()
    expect(ben.button("It did not help after all")).to_be_visible()
    ben.settles()
    ben.is_served_well_both_ways("a question with its answer")
    ben.opens(f"{company.home}/questions", "Your questions")
    expect(ben.page.get_by_text("1 answer.")).to_be_visible()
    ben.is_served_well_both_ways("one's own questions")


def test_feedback_is_asked_for_given_with_something_to_keep_and_used(company: Company) -> None:
    ann, ben = company.ann, company.ben
    ben.opens(company.track_page, TITLE)
    expect(ben.button("Give feedback")).to_have_count(0)  # nobody asked
    ann.opens(company.track_page, TITLE)
    ann.page.get_by_label("What would you like to hear about?").fill("the beginning")
    ann.button("Ask for feedback").click()
    expect(ann.page.get_by_text("You ask for feedback about “the beginning”")).to_be_visible()
    ben.opens(company.track_page, TITLE)
    ben.button("Give feedback").click()
    ben.page.get_by_role("radio", name="Try").check()
    heard, effect = (
        ben.page.get_by_role("textbox", name=name) for name in ("What I heard", "What it did to me")
    )
    heard.nth(0).fill("You named the price at once.")
    effect.nth(0).fill("I stopped listening.")
    ben.page.get_by_role("textbox", name="What I would try").fill("A pause before the price.")
    heard.nth(1).fill("You asked what they had tried.")
    effect.nth(1).fill("I felt asked.")
    ben.is_served_well_both_ways("giving feedback")
    ben.button("Give it").click()
    expect(ben.button("Give feedback")).to_be_visible()
    ben.opens(f"{company.home}/feedback?which=given", "Feedback")
    expect(ben.page.get_by_text("A pause before the price.")).to_be_visible()
    expect(ben.button("Take it back").first).to_be_visible()
    ann.opens(f"{company.home}/feedback", "Feedback")
    expect(ann.page.get_by_text("Nothing here")).to_be_visible()
    company.waits_for_working_hours()
    ann.opens(f"{company.home}/feedback", "Feedback")
    expect(ann.page.get_by_text("A pause before the price.")).to_be_visible()
    expect(ann.page.locator(".happening").first).to_contain_text("You asked what they had tried.")
    ann.is_served_well_both_ways("feedback received")
    for name in ("Thank you", "I used it"):
        ann.button(name).first.click()
    expect(ann.page.get_by_text("Used", exact=True)).to_have_count(1)
    ann.button("Close silently").last.click()
    expect(ann.button("Close silently")).to_have_count(1)
    ben.opens(f"{company.home}/feedback?which=given", "Feedback")
    expect(ben.page.get_by_text("Thanked")).to_have_count(1)
    expect(ben.page.get_by_text("Closed", exact=True)).to_have_count(1)  # the tab alone says so


def test_a_loop_is_closed_by_teaching_back_and_the_speaker_hears_of_it(company: Company) -> None:
    ann, ben = company.ann, company.ben
    ann.opens(f"{company.home}/playlists", "Playlists")
    ann.button("New playlist").first.click()
    ann.page.get_by_label("Title").fill(PLAYLIST)
    ann.button("Create").click()
    ann.button("Add tracks").click()
    ann.button(f"Add {TITLE}").click()
    expect(ann.button(f"Add {TITLE} once more")).to_be_visible()
    ann.button("Done").click()
    ben.opens(f"{company.home}/playlists", "Playlists")
    ben.page.get_by_role("link", name=PLAYLIST).click()
    expect(ben.page.get_by_role("img", name="No quarter reached yet")).to_be_visible()
    ben.button("I tried it").click()
    ben.page.get_by_label("What did you try, and what happened?").fill("I waited until they had finished.")
    ben.button("Keep it").click()
    expect(ben.page.get_by_text("I waited until they had finished.")).to_be_visible()
    ben.button("Look back").click()
    ben.page.get_by_label("What will you keep from it?").fill("Silence is a question.")
    ben.page.get_by_label("For", exact=True).select_option(label=f"Ann Okafor, to teach back “{TITLE}”")
    ben.button("Keep it").click()
    expect(ben.page.get_by_text("You taught it back")).to_be_visible()
    expect(ben.page.get_by_role("img", name="Reached: Tried and Reflected")).to_be_visible()
    ben.settles()
    ben.is_served_well_both_ways("a playlist with a loop")
    ann.opens(f"{company.home}/thanks", "Thanks")
    expect(ann.page.get_by_text("Silence is a question.")).to_be_visible()
    expect(ann.page.get_by_text("I waited until they had finished.")).to_have_count(0)
    ann.is_served_well_both_ways("thanks")


def test_a_week_after_hearing_a_playlist_one_is_asked_whether_it_was_of_use(company: Company) -> None:
    ben = company.ben
    ben.opens(f"{company.home}/playlists", "Playlists")
    ben.page.get_by_role("link", name=PLAYLIST).click()
    ben.button(f"Play {TITLE}").first.click()
    expect(ben.page.get_by_text("You have heard enough of it.")).to_be_visible(timeout=15_000)
    ben.button("Close the player").click()
    loop = asks(ben.page, f"{company.place}/playlists/{ben.page.url.rpartition('/')[2]}/loop")
    company.turns_to((datetime.fromisoformat(loop["gained_at"]) + timedelta(days=7)).isoformat())
    ben.opens(f"{company.home}/home", "Home")
    ben.link(f"Say whether you used {PLAYLIST}").click()
    expect(ben.page.get_by_text("Did you use it?")).to_be_visible()
    ben.settles()
    ben.is_served_well_both_ways("being asked for use")
    ben.button("Yes, I used it").click()
    expect(ben.page.get_by_text("Did you use it?")).to_have_count(0)


def test_a_shy_question_is_answered_by_voice_and_nobody_learns_who_asked(company: Company) -> None:
    ann, ben = company.ann, company.ben
    admin = Http(ann.earshot)
    admin.signs_in("ann@talks.example", "Ann Okafor")
    workspace = company.place.removeprefix("v1/")
    for number in range(5):
        email = f"number-{number}@talks.example"
        admin.asks("POST", f"{workspace}/invitations", {"emails": [email]})
        colleague = Http(ann.earshot)
        colleague.signs_in(email, f"Colleague {number}")
        colleague.asks("POST", f"{workspace}/invitations/accept", {})
    ben.opens(company.track_page, TITLE)
    ben.page.get_by_label("Ask about it").fill(SHY)
    ben.page.get_by_label("Ask anonymously").check()
    ben.button("Ask").click()
    expect(ben.page.locator("#main").get_by_text("Nobody is told who asked.")).to_be_visible()
    ben.opens(f"{company.home}/questions", "Your questions")
    expect(ben.page.locator("#main").get_by_text("among the others of the day")).to_be_visible()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    company.turns_to(tomorrow.replace(hour=6, minute=1).isoformat())
    ann.opens(f"{company.home}/home", "Home")
    ann.link(f"Answer: {SHY}").click()
    expect(ann.page.get_by_text("Somebody asked")).to_be_visible()
    ann.is_served_well_both_ways("an anonymous question")
    ann.link("Say it").click()
    expect(ann.page.get_by_text("Answers “")).to_be_visible()
    records(ann, "I am, every time")
    expect(ann.button("Play I am, every time")).to_be_visible()
    ben.opens(f"{company.home}/questions", "Your questions")
    ben.link(SHY).click()
    ben.button("This helped").click()
    expect(ben.button("It did not help after all")).to_be_visible()
    ann.opens(f"{company.home}/activity", "Activity")
    expect(ann.page.get_by_text("Somebody asked a question about")).to_be_visible()
