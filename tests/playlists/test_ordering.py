"""Ranks: what is placed stands where it was put, however often, and ranks stay short."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.playlists import ordering
from chalicelib.playlists.ordering import GAP, LARGEST

IDS = [f"{number:02}" for number in range(12)]


def put(ranks: dict[str, int], entry_id: str, after: str | None) -> int:
    """Write what `place` says; how many ranks that were."""
    written = ordering.place(ranks, entry_id, after, Random(len(ranks)))
    ranks.update(written)
    return len(written)


def test_the_first_entry_stands_alone() -> None:
    assert ordering.place({}, "a", None, Random(1)).keys() == {"a"}


def test_people_who_put_something_in_the_same_place_at_the_same_moment_choose_different_ranks() -> None:
    for ranks, after in (({}, None), ({"a": 0}, "a"), ({"a": 0}, None), ({"a": 0, "b": GAP}, "a")):
        chosen = {ordering.place(ranks, "x", after, Random(each))["x"] for each in range(1_000)}
        assert len(chosen) == 1_000


def test_an_entry_is_placed_at_the_top_in_the_middle_and_at_the_end() -> None:
    ranks: dict[str, int] = {}
    put(ranks, "b", None)
    put(ranks, "d", "b")
    put(ranks, "a", None)
    put(ranks, "c", "b")
    assert ordering.in_order(ranks) == ["a", "b", "c", "d"]


def test_an_entry_can_stay_where_it_is() -> None:
    ranks = {"a": GAP, "b": 2 * GAP, "c": 3 * GAP}
    put(ranks, "b", "a")
    assert ordering.in_order(ranks) == ["a", "b", "c"]


@pytest.mark.parametrize("after", ["nobody", "a"])
def test_one_cannot_stand_behind_nobody_or_oneself(after: str) -> None:
    with pytest.raises(KeyError):
        ordering.place({"a": GAP}, "a", after, Random(1))


def test_equal_ranks_stand_in_the_order_of_their_ids_and_make_room_for_one_between_them() -> None:
    ranks = {"a": GAP, "b": GAP, "c": GAP}
    assert ordering.in_order(ranks) == ["a", "b", "c"]
    assert put(ranks, "x", "a") == 4
    assert ordering.in_order(ranks) == ["a", "x", "b", "c"]


def test_a_thousand_moves_into_the_same_gap_keep_every_rank_within_what_dynamodb_keeps() -> None:
    ranks = {f"{number:03}": (number + 1) * GAP for number in range(150)}
    spread, chance = 0, Random(7)
    for turn in range(1_000):
        moved = ("100", "101")[turn % 2]
        written = ordering.place(ranks, moved, "000", chance)
        ranks.update(written)
        spread += len(written) > 1
        assert ordering.in_order(ranks)[:2] == ["000", moved]
        assert all(abs(rank) <= LARGEST for rank in ranks.values())
    assert spread <= 1_000 // 40
    rest = [each for each in ordering.in_order(ranks) if each not in ("100", "101")]
    assert rest == sorted(rest)


@pytest.mark.parametrize("edge", [LARGEST, -LARGEST])
def test_at_the_edge_of_what_dynamodb_keeps_everybody_is_spread_anew(edge: int) -> None:
    ranks = {"a": edge, "b": edge - 1}
    first, last = ordering.in_order(ranks)
    put(ranks, "x", last if edge > 0 else None)
    assert ordering.in_order(ranks) == ([first, last, "x"] if edge > 0 else ["x", first, last])
    assert max(abs(rank) for rank in ranks.values()) == 3 * GAP


@given(
    st.dictionaries(st.sampled_from(IDS), st.integers(-3, 3), min_size=1),
    st.lists(st.tuples(st.sampled_from(IDS), st.none() | st.sampled_from(IDS)), max_size=60),
)
def test_whatever_is_placed_stands_there_and_nobody_else_changes_places(
    ranks: dict[str, int], moves: list[tuple[str, str | None]]
) -> None:
    expected = ordering.in_order(ranks)
    for entry_id, after in moves:
        if after == entry_id or (after is not None and after not in ranks):
            continue
        put(ranks, entry_id, after)
        expected = [each for each in expected if each != entry_id]
        expected.insert(0 if after is None else expected.index(after) + 1, entry_id)
        assert ordering.in_order(ranks) == expected
