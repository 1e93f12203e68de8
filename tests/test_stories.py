"""What Earshot is for, each story from its beginning to its end, through the API."""

from datetime import timedelta
from typing import Any

from chalicelib import times
from tests.conversations import questioning, stories
from tests.groups import company
from tests.groups.company import assigns, beginning, calls, group_of, opens_round, rounds_of, told
from tests.playlists.stories import add, titles
from tests.progress.player import Player
from tests.tracks.audio import mp3
from tests.world import Person, World


def loop(person: Person, playlist_id: str, *path: str) -> str:
    return "/".join([f"{person.place}/playlists/{playlist_id}/loop", *path])


def hears_all(person: Person, track_id: str) -> None:
    Player(person, track_id).listens(0, person.track(track_id)["duration_ms"], ago=timedelta(seconds=1))


def test_the_first_weeks_of_a_new_hire_with_a_mentor_and_two_fellows(world: World, ann: Person) -> None:
    mentor = calls(ann, "mia", department="Sales")
    hires = [calls(ann, name, started_on=times.now().date().isoformat()) for name in ("nora", "omar", "pia")]
    nora, *fellows = hires
    world.settle()
    suggested = ann.get(f"{company.mentor_path(ann, nora)}/suggestions").expect(200)["items"]
    assert company.id_of(mentor) in [each["member"]["member_id"] for each in suggested]
    for hire in hires:
        assigns(ann, mentor, hire).expect(200)
    begun = beginning(nora)
    assert begun["mentor"]["member_id"] == company.id_of(mentor)
    assert len(begun["prompts"]) == 3
    first = begun["expertise"]["playlist_id"]
    assert nora.opens(first)["entries"] == []

    group_id = group_of(mentor)
    for_them: dict[str, Any] = {"audience": "group", "group_id": group_id}
    welcome = mentor.records(mp3(4), "Where the coffee is", consent=for_them)
    assert nora.track(welcome)["title"] == "Where the coffee is"
    ann.get(f"{ann.place}/tracks/{welcome}").expect(404)  # not even an admin

    round_ = opens_round(mentor, group_id)
    world.settle()
    assert "round_opened" in told(nora)
    spoken = nora.records(mp3(3), "What surprised me", consent=for_them)
    company.answers(nora, group_id, round_, track_id=spoken).expect(200)
    company.answers(fellows[0], group_id, round_, text="That nobody eats alone.").expect(200)
    company.closes(round_)
    world.settle()
    [closed] = [each for each in rounds_of(nora, group_id) if each["round_id"] == round_["round_id"]]
    assert closed["status"] == "closed"
    assert titles(fellows[1].opens(closed["playlist_id"])) == ["What surprised me"]

    taught = nora.records(mp3(3), "What I bring from elsewhere")
    nora.adds(first, taught)
    world.settle()
    assert "expertise_shared" in told(ann)
    assert titles(ann.opens(first)) == ["What I bring from elsewhere"]


def test_five_departments_solve_a_problem_and_three_add_at_the_same_moment(world: World, ann: Person) -> None:
    departments = ("Support", "Sales", "Product", "Finance", "Legal")
    people = [calls(ann, f"from-{name.lower()}", department=name) for name in departments]
    support, *others = people
    group_id = company.founds(
        support,
        "cross_functional",
        "Fewer contracts that come back",
        problem="Every third contract comes back with changes to the same two clauses.",
        seats=list(departments),
    )
    suggested = support.get(f"{company.path_of(support, group_id)}/suggestions").expect(200)["items"]
    assert {company.id_of(other) for other in others} <= {each["member"]["member_id"] for each in suggested}
    company.invites(support, group_id, *others)
    for other in others:
        company.joins(other, group_id)
    seen = company.sees(support, group_id)
    assert [each["taken"] for each in seen["seats"]] == [True] * 5
    place = seen["playlist_id"]
    assert support.opens(place)["mode"] == "collaborative"

    consent = {"audience": "group", "group_id": group_id}
    spoken = [each.records(mp3(3), f"What {each.email[5:8]} tried", consent=consent) for each in others[:3]]
    adds = [
        lambda each=each, track_id=track_id: add(each, place, track_id).status
        for each, track_id in zip(others, spoken, strict=False)
    ]
    assert world.at_once(*adds) == [201] * 3
    entries = support.opens(place)["entries"]
    assert {each["track_id"] for each in entries} == set(spoken)
    assert len(entries) == 3
    for outsider in (ann, calls(ann, "olga", department="Legal")):
        outsider.get(f"{outsider.place}/playlists/{place}").expect(404)
        outsider.get(f"{outsider.place}/tracks/{spoken[0]}").expect(404)


def test_a_shy_question_is_answered_by_voice(world: World, ann: Person) -> None:
    asker, *_ = questioning.crowd(ann, 6)
    track_id = ann.records(mp3(5), "How I open a call")
    playlist_id = ann.makes("Calls")
    ann.adds(playlist_id, track_id)
    ann.adds(playlist_id, ann.records(mp3(2), "How I end one"))
    path = questioning.about(asker, track_id)
    assert asker.get(path).expect(200)["may_ask_anonymously"] is True
    asked = asker.post(path, text="Is it normal to be afraid?", at_ms=2000, anonymous=True).expect(201)
    assert questioning.texts(ann, path) == []
    questioning.next_morning()
    world.settle()
    [question] = ann.get(path).expect(200)["items"]
    assert (question["asked"], "asker" in question) == ("anonymously", False)
    assert questioning.waiting(ann) == ["Is it normal to be afraid?"]

    spoken = ann.records(mp3(4), "I am, every time")
    given = questioning.answers(ann, question["question_id"], track_id=spoken).expect(201)
    placed = f"{questioning.path_of(ann, question['question_id'])}/answers/{given['answer_id']}"
    ann.post(f"{placed}/entries", playlist_id=playlist_id).expect(201)
    assert titles(asker.opens(playlist_id)) == ["How I open a call", "I am, every time", "How I end one"]
    assert asker.hears(spoken)
    asker.call("PUT", f"{placed}/helped", {"helped": True, "token": asked["token"]}).expect(200)
    [answer] = questioning.opens(ann, question["question_id"])["answers"]
    assert answer["helped"] is True


def test_feedback_is_asked_for_given_and_used(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(5), "How I open a call")
    stories.gives(ben, track_id).expect(409)  # nobody asked for it
    stories.asks(ann, track_id, "the beginning").expect(200)
    stories.gives(ben, track_id, stories.TRY).expect(409)  # a first try comes with a keep
    stories.gives(ben, track_id, stories.TOGETHER).expect(201)
    assert stories.received(ann) == []  # it can still be withdrawn
    stories.days_pass()
    received = stories.received(ann)
    assert {each["kind"] for each in received} == {"keep", "try"}
    [tried] = [each for each in received if each["kind"] == "try"]
    stories.responds(ann, tried["feedback_id"], thanked=True, used=True).expect(200)
    assert {each["kind"]: bool(each["used_at"]) for each in stories.given(ben)} == {
        "keep": False,
        "try": True,
    }


def test_a_loop_is_closed_by_a_teach_back(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(5), "How I open a call")
    playlist_id = ann.makes("Calls")
    ann.adds(playlist_id, track_id)
    ben.call("PUT", loop(ben, playlist_id, "gain")).expect(409)  # not heard yet
    hears_all(ben, track_id)
    gained = ben.call("PUT", loop(ben, playlist_id, "gain")).expect(200)
    assert gained["gained_at"] is not None
    company.clock_strikes(times.now() + timedelta(days=8))
    assert ben.get(loop(ben, playlist_id)).expect(200)["asks"] is True
    ben.call("PUT", loop(ben, playlist_id, "use"), {"used": True}).expect(200)
    ben.call("PUT", loop(ben, playlist_id, "application"), {"text": "I waited."}).expect(200)
    kept = {"text": "Silence is a question.", "teach_back_to": track_id}
    ben.call("PUT", loop(ben, playlist_id, "reflection"), kept).expect(200)
    sent = ann.get(f"{ann.place}/thanks").expect(200)["items"]
    assert [(each["kind"], each["text"]) for each in sent] == [
        ("teach_back", "Silence is a question."),
        ("used", None),
    ]
    assert "I waited." not in str(sent)
    ann.get(loop(ann, playlist_id)).expect(200)
    assert ann.get(loop(ann, playlist_id)).expect(200)["applied"] is None  # each has their own
