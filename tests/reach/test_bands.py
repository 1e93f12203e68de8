"""Bands: what becomes of a number of people before anybody sees it."""

import pytest

from chalicelib.reach import bands


@pytest.mark.parametrize(
    ("people", "band"),
    [
        *((0, None), (4, None), (5, 5), (9, 5), (10, 10), (19, 10), (20, 20), (49, 20), (50, 50)),
        *((99, 50), (100, 100), (9_999, 5000), (10_000, 10_000), (1_000_000, 10_000)),
    ],
)
def test_a_number_becomes_the_band_that_it_reaches(people: int, band: int | None) -> None:
    assert bands.band(people) == band


@pytest.mark.parametrize(
    ("position_ms", "part"), [(0, 0), (9_999, 0), (10_000, 1), (50_000, 5), (99_999, 9), (100_000, 9)]
)
def test_a_position_is_in_a_tenth_of_the_track(position_ms: int, part: int) -> None:
    assert bands.part(position_ms, 100_000) == part
