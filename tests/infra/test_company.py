"""The company of `make demo` keeps its promises."""

import re
from collections import Counter
from datetime import date
from datetime import time as clock_time
from itertools import chain
from zoneinfo import available_timezones

import pytest

from chalicelib import requests
from chalicelib.conversations import anonymity, feedback_models, loop_models
from chalicelib.conversations import question_models as conversations
from chalicelib.groups import models as groups
from chalicelib.groups import prompts, rounds
from chalicelib.playlists import models as playlists
from chalicelib.workspaces import departments, members
from infra import company, speech
from infra.company import Company, Said


@pytest.fixture(scope="module")
def tarnwell() -> Company:
    """The company that is committed."""
    return company.read()


def spoken_between(tarnwell: Company) -> list[tuple[str, str]]:
    """What is spoken in groups and as an answer, with its title."""
    in_groups = [[*chain.from_iterable(group.rounds), *group.solutions] for group in tarnwell.groups]
    answers = [question.answers for question in tarnwell.questions]
    said = chain[Said](*in_groups, *answers)
    return [(each.title, each.aloud) for each in said if each.title and each.aloud]


def test_the_company_has_the_size_that_was_promised(tarnwell: Company) -> None:
    assert len(tarnwell.people) == 30
    assert len(tarnwell.departments) == 6
    assert {person.department for person in tarnwell.people.values()} == set(tarnwell.departments)
    assert sum(len(said) for said in tarnwell.tracks.values()) == 200
    assert len(tarnwell.playlists) == 25
    assert sum(person.is_new for person in tarnwell.people.values()) == 4
    assert len({person.time_zone for person in tarnwell.people.values()}) > 20


def test_everybody_in_it_can_be_a_member(tarnwell: Company) -> None:
    assert len({person.name for person in tarnwell.people.values()}) == 30
    for person in tarnwell.people.values():
        assert person.time_zone in available_timezones()
        assert all(len(text) <= members.LONGEST_NAME for text in (person.name, person.title))
        begin, end = (clock_time.fromisoformat(clock) for clock in person.hours)
        assert begin < end
        assert date(2010, 1, 1) < person.started_on(date(2026, 6, 1)) < date(2026, 6, 1)
    assert set(tarnwell.shown.values()) <= tarnwell.people.keys()


def test_everybody_speaks_and_nobody_sounds_like_another(tarnwell: Company) -> None:
    assert tarnwell.tracks.keys() == tarnwell.people.keys()
    assert len({person.voice for person in tarnwell.people.values()}) == 30


def test_every_title_is_a_line_and_the_only_one_of_its_name(tarnwell: Company) -> None:
    titles = [title for said in tarnwell.tracks.values() for title in said]
    titles += [playlist.title for playlist in tarnwell.playlists]
    assert len(titles) == 225
    titles += [title for title, _ in spoken_between(tarnwell)]
    assert len(set(map(str.casefold, titles))) == len(titles)
    for title in titles:
        assert title == requests.one_line(title)
        assert 1 <= len(title) <= requests.LONGEST_LINE


def test_tracks_have_something_of_their_own_to_say(tarnwell: Company) -> None:
    said = [text for tracks in tarnwell.tracks.values() for text in tracks.values()]
    said += [aloud for _, aloud in spoken_between(tarnwell)]
    sentences = [re.split(r"(?<=[.?!])\s+", text) for text in said]
    assert min(map(len, sentences)) >= 4
    longer = Counter(sentence for sentence in chain(*sentences) if len(sentence.split()) > 5)
    assert [sentence for sentence, count in longer.items() if count > 1] == []


def test_the_shortest_and_the_longest_track_are_bite_sized(tarnwell: Company) -> None:
    by_length = sorted(
        (len(text), speaker, text) for speaker, tracks in tarnwell.tracks.items() for text in tracks.values()
    )
    for _, speaker, text in (by_length[0], by_length[-1]):
        recording = speech.spoken(text, tarnwell.people[speaker].voice)
        assert 20 < len(recording.audio) * 8 / 64_000 < 150
        assert (len(recording.peaks), max(recording.peaks)) == (speech.MOST_PEAKS, 255)
        assert -30 < recording.loudness_lufs < -10


def test_playlists_keep_to_the_rules_of_playlists(tarnwell: Company) -> None:
    kinds = Counter((playlist.mode, playlist.audience) for playlist in tarnwell.playlists)
    assert kinds[("personal", "me")] == 3
    assert kinds[("collaborative", "workspace")] > 10
    assert kinds[("open_call", "workspace")] == 1
    for playlist in tarnwell.playlists:
        adders = {entry.by or playlist.owner for entry in playlist.entries}
        assert adders <= tarnwell.people.keys()
        assert (len(adders) > 1) == (playlist.mode != "personal")
        tracks = [entry.track for entry in playlist.entries]
        assert set(tracks) <= tarnwell.speakers.keys()
        assert len(set(tracks)) == len(tracks) > 4
        assert len(playlist.description) <= playlists.LONGEST_DESCRIPTION
        assert all(len(entry.note) <= playlists.LONGEST_NOTE for entry in playlist.entries)
        assert all(len(topic) <= playlists.LONGEST_TOPIC for topic in playlist.topics)
        assert all(entry.part[0] < entry.part[1] <= 45 for entry in playlist.entries if entry.part)


def test_people_come_together_in_every_kind_of_group(tarnwell: Company) -> None:
    assert Counter(group.kind for group in tarnwell.groups).keys() == {
        "mentoring",
        "cross_functional",
        "circle",
    }
    for group in tarnwell.groups:
        assert group.purpose == requests.one_line(group.purpose)
        assert {*group.people, *group.invited} <= tarnwell.people.keys()
        assert len(set(group.people)) == len(group.people) >= rounds.LEAST_MEMBERS
        assert {*group.agreed} <= {*group.people}
        assert len(group.problem or "") <= groups.LONGEST_PROBLEM
        assert len(group.rounds) == len(tarnwell.days_back)
        for said in [*chain.from_iterable(group.rounds), *group.solutions]:
            assert said.by in group.people
            assert len(said.text or "") <= groups.LONGEST_CONTRIBUTION
        contributed = [{said.by for said in round_} for round_ in group.rounds]
        assert len(contributed[0]) >= rounds.LEAST_CONTRIBUTIONS, "it becomes a playlist"
        assert {*group.people} > contributed[1], "it waits for somebody"


def test_new_hires_have_a_mentor_with_room_and_one_has_none(tarnwell: Company) -> None:
    [mentored] = [group for group in tarnwell.groups if group.kind == "mentoring"]
    assert mentored.capacity == len(mentored.members) + 1
    new = {key for key, person in tarnwell.people.items() if person.is_new}
    assert {*mentored.members} < new
    taught = [len(tarnwell.expertise.get(key, [])) for key in mentored.members]
    assert sorted(taught) == [0, 1, len(prompts.FIRST)]
    for key, titles in tarnwell.expertise.items():
        assert {*titles} <= tarnwell.tracks[key].keys()


def test_a_cross_functional_group_and_an_open_call_wait_for_one_department(tarnwell: Company) -> None:
    [group] = [group for group in tarnwell.groups if group.kind == "cross_functional"]
    there = [tarnwell.people[key].department for key in group.people]
    assert departments.missing(group.seats, there) == ["People"]
    assert "People" in {tarnwell.people[key].department for key in group.invited}
    [call] = [playlist for playlist in tarnwell.playlists if playlist.mode == "open_call"]
    heard = [tarnwell.people[entry.by or call.owner].department for entry in call.entries]
    assert departments.missing(call.seats, heard) == ["People"]


def test_questions_are_asked_where_they_may_be(tarnwell: Company) -> None:
    purposes = {group.purpose: group for group in tarnwell.groups}
    for question in tarnwell.questions:
        assert len(question.text) <= conversations.LONGEST_QUESTION
        assert (question.about is None) != (question.group is None)
        others = {*tarnwell.people} - {tarnwell.speakers.get(question.about or "")}
        if question.group:
            others = {*purposes[question.group].people}
        assert {question.by, *(answer.by for answer in question.answers)} <= {*tarnwell.people}
        assert question.by in others
        assert not question.anonymous or len(others) >= anonymity.LEAST_ASKERS
        assert question.day < 3 or not question.answers
        for answer in question.answers:
            assert len(answer.text or "") <= conversations.LONGEST_ANSWER
            if answer.placed:
                [place] = [each for each in tarnwell.playlists if each.title == answer.placed]
                assert question.about in [entry.track for entry in place.first]
    asked = Counter(
        (bool(each.anonymous), bool(each.group), bool(each.answers)) for each in tarnwell.questions
    )
    assert len(asked) >= 7, "named and anonymous, on tracks and in groups, answered and open"


def test_feedback_comes_in_by_a_door_and_a_first_try_with_a_keep(tarnwell: Company) -> None:
    assert len({(each.by, each.track) for each in tarnwell.feedback}) == len(tarnwell.feedback)
    for each in tarnwell.feedback:
        assert each.track in tarnwell.doors
        assert tarnwell.speakers[each.track] != each.by
        assert (each.kind == "try") == (each.keep is not None) == (each.would_try is not None)
        assert each.may_publish or not each.published
        for note in filter(None, [each, each.keep]):
            texts = [note.heard, note.effect, getattr(note, "would_try", None) or ""]
            assert sum(map(len, texts)) <= feedback_models.LONGEST_TEXT


def test_loops_are_partly_full_and_one_is_closed(tarnwell: Company) -> None:
    playlists_there = {playlist.title: playlist for playlist in tarnwell.playlists}
    stages = []
    for loop in tarnwell.loops:
        entries = playlists_there[loop.playlist].first
        assert loop.taught is None or loop.taught in [entry.track for entry in entries]
        gives = any((each.by, each.playlist) == (loop.by, loop.playlist) for each in tarnwell.feedback)
        stages.append(sum([loop.heard, bool(loop.applied), gives, bool(loop.reflected)]))
        assert max(len(loop.applied or ""), len(loop.reflected or "")) <= loop_models.LONGEST_TEXT
    assert set(stages) == {1, 2, 4}
    assert all(thanks.by != tarnwell.speakers[thanks.track] for thanks in tarnwell.thanks)
