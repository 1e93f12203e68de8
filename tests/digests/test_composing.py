"""What a digest tells, and when there is enough to tell."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.digests import composing
from chalicelib.digests.composing import (
    MOST_PERSONAL,
    MOST_PLAYLISTS,
    MOST_TRACKS,
    Digest,
    Happened,
    Question,
)
from tests.digests.some_news import (
    ASKED,
    LAST_TUESDAY,
    ME,
    MINE,
    MONDAY,
    NOW,
    for_me,
    happened,
    in_my_group,
    playlist,
    published,
    round_,
    track,
)

MY_PITCH = track("Pitch", by="me")


def digest_of(*news: Happened, **more: Any) -> Digest | None:
    return composing.compose(replace(ME, **more), news, now=NOW)


def told(*news: Happened, **more: Any) -> Digest:
    digest = digest_of(*news, **more)
    assert digest is not None
    return digest


def test_without_news_there_is_no_digest() -> None:
    assert digest_of() is None


def test_two_new_things_are_not_worth_a_mail_and_three_are() -> None:
    assert digest_of(published("One"), published("Two")) is None
    assert [each.title for each in told(published("One"), published("Two"), published("Three")).tracks] == [
        "One",
        "Two",
        "Three",
    ]


def test_one_thing_for_the_reader_alone_is_worth_a_mail() -> None:
    digest = told(for_me("feedback_delivered"))
    assert [(line.text, line.page) for line in digest.personal] == [
        ("You have feedback from a colleague", "feedback")
    ]


def test_feedback_is_told_once_and_first_however_much_there_is() -> None:
    digest = told(
        for_me("thanks_sent", at=MONDAY + timedelta(hours=1)),
        for_me("feedback_delivered", by="ann"),
        for_me("feedback_delivered", by="ben"),
    )
    assert [line.text for line in digest.personal] == [
        "You have feedback from 2 colleagues",
        "Ann thanks you",
    ]


def test_what_the_reader_knows_of_already_is_left_out() -> None:
    old = [published(at=LAST_TUESDAY) for _ in range(3)]
    assert digest_of(*old) is None
    assert digest_of(*old, told_until=LAST_TUESDAY - timedelta(seconds=1)) is not None


def test_what_happens_while_it_is_written_comes_in_the_next() -> None:
    assert digest_of(*(published(at=NOW + timedelta(seconds=1)) for _ in range(3))) is None


def test_what_the_reader_did_is_no_news_to_them() -> None:
    assert digest_of(*(published(by="me") for _ in range(5))) is None


def test_what_not_all_of_can_be_opened_is_left_out() -> None:
    hidden = [published(audience_keys=frozenset({"w#w", "g#other"})) for _ in range(3)]
    assert digest_of(*hidden) is None


def test_a_track_recorded_twice_stands_there_once() -> None:
    one = published("Old title")
    again = replace(one, kind="track_revised", at=MONDAY + timedelta(hours=1))
    digest = told(one, again, published(), published())
    assert [each.track_id for each in digest.tracks].count(again.track.track_id if again.track else "") == 1


@pytest.mark.parametrize(
    ("news", "text", "page"),
    [
        (
            happened("question_asked", track=track("Pitch", by="me"), question=ASKED),
            "Ann has a question about “Pitch”",
            "question/q",
        ),
        (
            happened("question_asked", by=None, track=track("Pitch", by="me"), question=ASKED),
            "Somebody has a question about “Pitch”",
            "question/q",
        ),
        (
            happened("question_answered", track=track("Pitch"), question=Question("q", "me")),
            "Ann answered your question",
            "question/q",
        ),
        (for_me("thanks_sent", track=track("Pitch", by="me")), "Ann thanks you for “Pitch”", "thanks"),
        (for_me("use_told"), "Ann has used what you say", "thanks"),
        (for_me("feedback_thanked"), "Ann thanks you for your feedback", "feedback"),
        (for_me("feedback_used"), "Ann has used your feedback", "feedback"),
        (for_me("mentor_assigned"), "Ann is your mentor", "mentoring"),
        (for_me("review_asked", by=None, track=MY_PITCH), "Is it still true?", f"track/{MY_PITCH.track_id}"),
        (for_me("group_invited", group=MINE), "Ann invites you into a group", "groups"),
        (
            in_my_group("round_opened", round=round_()),
            "A round waits for you: “What stuck?”",
            "round/r?group=mine",
        ),
        (
            in_my_group("round_closed", round=round_()),
            "What your group said: “What stuck?”",
            "round/r?group=mine",
        ),
        (
            happened("question_asked", audience_keys=frozenset({"g#mine"}), group=MINE, question=ASKED),
            "Ann asks in a group",
            "question/q",
        ),
    ],
)
def test_what_is_for_the_reader_alone(news: Happened, text: str, page: str) -> None:
    [line] = told(news).personal
    assert (line.text, line.page) == (text, page)


@pytest.mark.parametrize(
    ("planned_for", "more"),
    [
        (None, "“Selling”"),
        (NOW.date(), "“Selling”, by Tuesday 1 December"),
        (NOW.date() - timedelta(days=1), "“Selling”"),  # a day that is over says nothing
    ],
)
def test_what_one_is_asked_to_hear_has_its_day_while_that_is_to_come(
    planned_for: date | None, more: str
) -> None:
    asked = playlist("Selling")
    [line] = told(for_me("playlist_assigned", playlist=asked, planned_for=planned_for)).personal
    assert (line.text, line.more) == ("Ann asks you to hear a playlist", more)
    assert line.page == f"playlist/{asked.playlist_id}"


@pytest.mark.parametrize(
    "news",
    [
        happened("question_asked", track=track(by="ben"), question=ASKED),  # on a track of somebody else's
        happened("question_answered", track=track(), question=Question("q", "ben")),
        in_my_group("round_opened", round=round_(waits_for=frozenset({"ben"}))),  # contributed already
        in_my_group("round_opened", round=replace(round_(), closes_at=NOW)),  # over
        in_my_group("round_rolled_over", round=round_()),
        happened("member_joined"),
    ],
)
def test_what_is_none_of_the_readers_business(news: Happened) -> None:
    assert digest_of(news) is None


def test_a_round_and_its_reminder_are_one_line() -> None:
    digest = told(in_my_group("round_opened", round=round_()), in_my_group("round_reminder", round=round_()))
    assert len(digest.personal) == 1


def test_only_who_follows_a_playlist_hears_of_what_is_added() -> None:
    followed, other = playlist("Mine", listeners=frozenset({"me"})), playlist("Other")
    added = [happened("entry_added", playlist=followed, track=track()) for _ in range(2)]
    digest = told(
        *added, happened("entry_added", playlist=other, track=track()), published(), published(), published()
    )
    assert [(line.text, line.more) for line in digest.playlists] == [("Mine", "2 new tracks")]


def test_a_new_hires_playlist_says_so() -> None:
    [line] = told(
        happened("expertise_shared", playlist=playlist("Roasting")), published(), published()
    ).playlists
    assert (line.text, line.more) == ("Roasting", "Ann is new here and shares what they know")


def test_more_than_fit_are_counted() -> None:
    digest = told(
        *(published() for _ in range(MOST_TRACKS + 2)),
        *(happened("playlist_created", playlist=playlist()) for _ in range(MOST_PLAYLISTS + 1)),
        *(for_me("teaches", by=None) for _ in range(3)),
        *(
            happened("question_asked", track=track(f"T{place}", by="me"), question=ASKED)
            for place in range(MOST_PERSONAL + 4)
        ),
    )
    assert (len(digest.tracks), digest.more_tracks) == (MOST_TRACKS, 2)
    assert (len(digest.playlists), digest.more_playlists) == (MOST_PLAYLISTS, 1)
    assert (len(digest.personal), digest.more_personal) == (MOST_PERSONAL, 4)


def test_the_minutes_are_those_of_all_tracks_rounded_up() -> None:
    news = [happened("track_published", track=track(minutes=1.5)) for _ in range(MOST_TRACKS + 1)]
    assert told(*news).minutes == 14


@pytest.mark.parametrize(
    ("news", "subject"),
    [
        ([for_me("feedback_delivered")], "You have feedback at Acme"),
        ([for_me("thanks_sent")], "1 thing for you at Acme"),
        ([for_me("thanks_sent"), published()], "1 thing for you and 1 new track at Acme"),
        ([published(), published(), published()], "3 new tracks at Acme"),
        (
            [happened("playlist_created", playlist=playlist()) for _ in range(3)],
            "3 playlists with something new at Acme",
        ),
    ],
)
def test_the_subject_says_what_it_is_about_without_a_title_of_anybodys(
    news: list[Happened], subject: str
) -> None:
    assert composing.subject(told(*news), "Acme") == subject


KINDS = st.sampled_from(
    ["track_published", "question_asked", "entry_added", "playlist_created", "thanks_sent"]
)
KEYS = st.frozensets(st.sampled_from(["w#w", "m#me", "g#mine", "m#other", "g#other"]), min_size=1)


@given(st.lists(st.tuples(KINDS, KEYS, st.sampled_from(["me", "ann"])), max_size=12), st.randoms())
def test_the_order_of_news_changes_nothing_and_nothing_hidden_is_told(
    drawn: list[tuple[str, frozenset[str], str]], random: Any
) -> None:
    news = [
        happened(
            kind,
            audience_keys=keys,
            by=by,
            at=MONDAY + timedelta(minutes=place),
            track=track(
                f"{place} {'open' if ME.audience_keys >= keys else 'hidden'}",
                by="me" if kind == "question_asked" else "ann",
            ),
            playlist=playlist(f"{place}", listeners=frozenset({"me"})),
            question=Question(f"q{place}", None),
        )
        for place, (kind, keys, by) in enumerate(drawn)
    ]
    composed = composing.compose(ME, news, now=NOW, enough=0)
    shuffled = [*news]
    random.shuffle(shuffled)
    assert composing.compose(ME, shuffled, now=NOW, enough=0) == composed
    assert "hidden" not in repr(composed)
