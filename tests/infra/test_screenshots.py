"""`make screenshots`: no screen of the client is forgotten."""

from string import Formatter

import pytest

from infra import company, screenshots
from infra.screenshots import IDS, SCREENS


def test_each_screen_of_the_client_has_its_picture() -> None:
    assert screenshots.screens() == set(SCREENS)


@pytest.mark.parametrize("screen", SCREENS)
def test_each_screen_is_seen_by_somebody_whom_the_company_shows(screen: str) -> None:
    who, place = SCREENS[screen]
    assert who in company.read().shown
    assert {name for _, name, _, _ in Formatter().parse(place) if name} <= IDS.keys()


def test_what_is_no_page_is_said_before_anything_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert screenshots.main(["hom"]) == 1
    assert "hom" in capsys.readouterr().out
