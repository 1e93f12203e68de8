"""Every page of a company that has something on each: axe, text twice as large, and Tab from end to end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from infra import company, screenshots
from infra.company import Company, Group, Said, Topic
from infra.screenshots import OUTSIDE, People, screens, visits
from tests.browser import walking
from tests.browser.visitor import SIZES, Visitor

SMALL = Path(__file__).resolve().parents[1] / "infra" / "small.yaml"
CIRCLE = Group(
    purpose="Slow mornings",
    kind="circle",
    owner="ann",
    members=["ben", "cem"],
    topics=[Topic(text="What woke you?", by="ben", wanted_by=["ann"])],
    rounds=[[], [Said(by="ann", text="The kettle, and then the phone.")], []],
)
"""It meets every Tuesday, so that one of the nine days has a round."""

DESK, PHONE = (ViewportSize(width=width, height=height) for width, height in (SIZES["desk"], SIZES["phone"]))
NARROW: ViewportSize = {"width": 360, "height": 740}
PLAYING = {"playlist", "library", "track"}
"""Pages that are walked through with something in the player below."""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Company]]:
    """A company with something on every page, and its address."""
    small = company.read(SMALL)
    folder = tmp_path_factory.mktemp("walked")
    file = folder / "company.yaml"
    file.write_bytes(
        msgspec.yaml.encode(
            msgspec.structs.replace(small, groups=[*small.groups, CIRCLE], days_back=(9, 2, 1))
        )
    )
    with screenshots.demo(file, EARSHOT_DATA=str(folder / "data")) as url:
        yield url, company.read(file)


@pytest.fixture(scope="module")
def people(there: tuple[str, Company], browser: Browser) -> Iterator[People]:
    with People(there[0], browser, there[1]) as people:
        yield people


@pytest.fixture(scope="module")
def pages(people: People) -> Iterator[Callable[[str | None], Page]]:
    """The page before each of them, the same one for all that they look at; None is not signed in."""
    with ExitStack() as opened:

        @cache
        def page(who: str | None) -> Page:
            return opened.enter_context(people.window(who).new_page())

        yield page


@pytest.mark.parametrize("name", [*OUTSIDE, *sorted(screens())])
def test_a_page_is_served_well_to_everybody(
    name: str, there: tuple[str, Company], people: People, pages: Callable[[str | None], Page]
) -> None:
    url, _ = there
    for visit in visits(url, people, [name]):
        page = pages(visit.who)
        visitor = Visitor(page, url)
        page.set_viewport_size(DESK)
        visitor.opens(visit.address.removeprefix(url))
        visitor.is_served_well_both_ways(name)
        walking.enters(page)
        wrong = {"large on a desk": walking.large_text(page)}
        page.set_viewport_size(NARROW)
        wrong["large on a phone"] = walking.large_text(page)
        page.set_viewport_size(PHONE)
        if name in PLAYING:
            page.locator("main .disc").first.click()
            page.get_by_role("region", name="Player").wait_for()
            visitor.settles()
        wrong["by keyboard"] = walking.by_keyboard(page)
        if name in PLAYING:
            visitor.button("Close the player").click()
        told = [f"{way}: {each}" for way, found in wrong.items() for each in found]
        assert not told, "\n".join(told)
        assert page.title().endswith("Earshot")
        assert visitor.complaints == []
