"""Folding and matching, as people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.folding import fold
from chalicelib.search import matching
from chalicelib.search.matching import Entry, best, entry, wanted

WORDS = st.lists(st.text("abcdeéßøñÅЖйابक会ひ한", min_size=1, max_size=6), min_size=1, max_size=5)
AT = "2026-05-01T00:00:00.000000+0000"


def finds(typed: str, *texts: str) -> bool:
    return bool(best([entry("one", AT, *texts)], wanted(typed)))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("how", "How I open a call"),
        ("CALL op", "How I open a call"),
        ("cafe", "Café au lait"),
        ("CAFÉ", "cafe au lait"),
        ("strasse", "Die Straße"),
        ("straß", "STRASSE"),
        ("oisin", "Oisín Byrne"),
        ("lukasz", "Łukasz Søren"),
        ("soren", "Łukasz Søren"),
        ("o'ne", "Shaquille O’Neal"),
        ("Привет", "привет мир"),
        ("мир", "Привет, мир!"),
        ("안", "안녕하세요"),
        ("会議", "月曜の会議室"),
        ("crm", "新しいCRMの使い方"),
        ("2026年", "売上は2026年に"),
        ("tv", "삼성TV"),
        ("crm", "มาCRM"),
        ("ประชุม", "การประชุม"),
        ("नम", "नमस्ते दुनिया"),
        ("مرحبا", "مَرْحَبًا"),
        ("١٢", "دقيقة ١٢"),
        ("q3", "Results of Q3/2026"),
        ("2026", "Results of Q3/2026"),
    ],
)
def test_words_are_found_by_their_beginnings_in_any_script(typed: str, text: str) -> None:
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [("all", "How I open a call"), ("open closed", "How I open a call"), ("???", "What?"), ("-", "a - b")],
)
def test_what_begins_no_word_is_not_found(typed: str, text: str) -> None:
    assert not finds(typed, text)


def test_a_word_does_not_reach_from_one_text_into_the_next() -> None:
    assert not finds("call-ann", "A call", "Ann")
    assert finds("call ann", "A call", "Ann")


def test_titles_come_before_people_before_topics_and_newer_ones_first() -> None:
    entries = [
        entry("topic", "4", "One", "Ben", "sales"),
        entry("older title", "1", "Sales", "Ben"),
        entry("person", "3", "One", "Sal Sales"),
        entry("title", "2", "How sales work", "Ben"),
    ]
    assert [each.id for each in best(entries, wanted("sales"))] == ["title", "older title", "person", "topic"]


@given(WORDS, st.data())
def test_the_beginnings_of_some_of_its_words_find_a_text_in_any_order(
    words: list[str], data: st.DataObject
) -> None:
    chosen = data.draw(st.permutations(words))[: data.draw(st.integers(1, len(words)))]
    typed = [word[: data.draw(st.integers(1, len(word)))] for word in chosen]
    assert finds(" ".join(typed), " ".join(words))


@given(st.text(max_size=40))
def test_whatever_was_folded_is_words_behind_a_space_each(text: str) -> None:
    folded = fold(text)
    assert folded == "" or folded.startswith(" ")
    assert "  " not in folded
    assert not folded.endswith(" ")


@given(st.lists(st.tuples(WORDS, WORDS), max_size=8), WORDS)
def test_what_is_found_has_every_word_and_what_is_not_lacks_one(
    texts: list[tuple[list[str], list[str]]], typed: list[str]
) -> None:
    entries = [entry(str(number), str(number), *map(" ".join, fields)) for number, fields in enumerate(texts)]
    needles = matching.wanted(" ".join(typed))

    def has_all(one: Entry) -> bool:
        return all(any(needle in line for line in one.text.split("\n")) for needle in needles)

    assert {each.id for each in best(entries, needles)} == {each.id for each in entries if has_all(each)}
