"""`make demo`: a small company is filled in, interrupted and gone on with."""

import os
import re
import signal
import subprocess
import sys
import uuid
from array import array
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infra import company, crew, filling, speech
from infra.browser import Browser
from infra.company import Company
from infra.turned import Clock

ROOT = Path(__file__).resolve().parents[2]
SMALL = Path(__file__).with_name("small.yaml")


def test_peaks_are_those_of_the_samples() -> None:
    assert speech.peaks(array("h", [0, -32768, 16384, 0])) == [0, 255, 128, 0]
    assert speech.peaks(array("h", [1] * 8000)) == [0] * 800, "silence is not blown up"
    assert speech.peaks(array("h", [100, -20000] * 4000)) == [255] * 800


def test_the_clock_that_is_turned_goes_neither_back_nor_beyond_the_present() -> None:
    clock = Clock(datetime(2026, 3, 2, 7, tzinfo=UTC))
    first = clock.now()
    assert first >= datetime(2026, 3, 2, 7, tzinfo=UTC)
    clock.turn(first - timedelta(days=1))
    assert clock.now() >= first
    clock.turn(first + timedelta(days=1))
    assert first + timedelta(days=1) <= clock.now() < datetime.now(UTC) - timedelta(days=1)
    clock.turn(datetime.now(UTC) + timedelta(days=1))
    assert clock.now() <= datetime.now(UTC)


class Demo:
    """A process of `python -m infra.demo`, with Earshot below it."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.demo", str(file)],
            cwd=ROOT,
            env=os.environ | {"EARSHOT_PORT": "0", "EARSHOT_DATA": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self.hears_of("Earshot is ready at ")
        self.url = self.lines[-1].rpartition(" ")[2]

    def hears_of(self, words: str) -> None:
        """Wait until it has said this."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if words in line:
                return
        raise AssertionError((self.lines, self.process.communicate()[1]))

    def ends(self, number: int) -> tuple[int, str]:
        """Exit code and standard error, after this signal to all of it."""
        os.killpg(self.process.pid, number)
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said


@pytest.fixture(scope="module")
def small() -> tuple[Company, Path]:
    """A company of three, and the file it stands in."""
    return company.read(SMALL), SMALL


@pytest.fixture(scope="module")
def started(
    small: tuple[Company, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Demo]]:
    """Starts the demo of the small company, always in the same folder."""
    folder, demos = tmp_path_factory.mktemp("demo"), list[Demo]()

    def start() -> Demo:
        demos.append(Demo(folder, small[1]))
        return demos[-1]

    yield start
    for demo in demos:
        if demo.process.returncode is None:
            demo.ends(signal.SIGKILL)


@pytest.fixture(scope="module")
def filled(started: Callable[[], Demo]) -> Demo:
    """The demo after it was killed in the middle of its playlists, and started again."""
    interrupted = started()
    interrupted.hears_of("4 tracks stand in the library.")
    interrupted.ends(signal.SIGKILL)
    again = started()
    again.hears_of("Ctrl-C")
    return again


def signed_in(demo: Demo, small: Company, key: str) -> Browser:
    browser = Browser(demo.url)
    browser.signs_in(small.email(key), small.people[key].name)
    return browser


def place_of(browser: Browser) -> str:
    [workspace] = browser.asks("GET", "me")["workspaces"]
    return f"workspaces/{workspace['workspace_id']}"


def tracks_of(browser: Browser) -> list[dict[str, Any]]:
    return list(browser.all_of(f"{place_of(browser)}/tracks"))


def pages_of(browser: Browser) -> dict[str, dict[str, Any]]:
    """The pages of the playlists of the workspace and of one's own, by title."""
    place = f"{place_of(browser)}/playlists"
    found = [*browser.all_of(place), *browser.asks("GET", f"{place}?mine=true")["items"]]
    pages = [browser.asks("GET", f"{place}/{playlist['playlist_id']}") for playlist in found]
    return {page["title"]: page for page in pages}


def everything(demo: Demo, small: Company) -> dict[str, Any]:
    """What everybody sees, without where to go on: that moves with the clock."""
    seen = {}
    for key in small.people:
        browser = signed_in(demo, small, key)
        place = place_of(browser)
        pages = {title: page | {"resume": None} for title, page in pages_of(browser).items()}
        members_there = list(browser.all_of(f"{place}/members"))
        seen[key] = members_there, tracks_of(browser), pages, browser.asks("GET", f"{place}/recent")
    return seen


def not_again(_moment: datetime) -> None:
    """It is the present, and no clock goes back."""


def test_the_demo_says_who_to_sign_in_as(filled: Demo) -> None:
    said = "\n".join(filled.lines)
    assert re.search(r"ann@small\.example +Ann Lee, Head \(admin\)", said)
    assert re.search(r"cem@small\.example +Cem Yıldız, Seller \(new hire\)", said)


def test_the_people_have_joined_and_are_who_they_are(filled: Demo, small: tuple[Company, Path]) -> None:
    ann = signed_in(filled, small[0], "ann")
    people = {person["email"]: person for person in ann.all_of(f"{place_of(ann)}/members")}
    assert people.keys() == {"ann@small.example", "ben@small.example", "cem@small.example"}
    cem = people["cem@small.example"]
    assert (cem["name"], cem["title"], cem["department"]) == ("Cem Yıldız", "Seller", "Sales")
    assert (cem["time_zone"], cem["working_hours"]) == ("Europe/Istanbul", {"from": "09:00", "to": "18:00"})
    assert [people[email]["role"] for email in sorted(people)] == ["admin", "member", "member"]
    assert [people[email]["is_new_hire"] for email in sorted(people)] == [False, False, True]


def test_the_tracks_are_in_the_library_once_and_whole(filled: Demo, small: tuple[Company, Path]) -> None:
    cem = signed_in(filled, small[0], "cem")
    library = {track["title"]: track for track in tracks_of(cem)}
    assert len(tracks_of(cem)) == len(library) == 5
    assert {title: track["speaker"]["name"] for title, track in library.items()} == {
        "First": "Ann Lee",
        "Second": "Ann Lee",
        "Third": "Ben Okri",
        "Fourth": "Ben Okri",
        "The small one": "Ben Okri",
    }
    for track in library.values():
        whole = cem.asks("GET", f"{place_of(cem)}/tracks/{track['track_id']}")
        assert 1_000 < whole["duration_ms"] < 10_000
        assert (whole["content_type"], whole["revision"]) == ("audio/mpeg", 1)
        assert whole["bit_rate"] == pytest.approx(64_000, rel=0.01)
        assert max(whole["peaks"]) == 255
        assert -40 < whole["loudness_lufs"] < -5


def test_the_playlists_are_in_order_with_notes_by_who_added_them(
    filled: Demo, small: tuple[Company, Path]
) -> None:
    pages = pages_of(signed_in(filled, small[0], "cem"))
    together = pages["Together"]["entries"]
    assert [(entry["title"], entry["added_by"]["name"], entry.get("note")) for entry in together] == [
        ("First", "Ann Lee", "Start here."),
        ("Third", "Ben Okri", "From Ben."),
        ("The small one", "Ben Okri", None),
        ("Second", "Ann Lee", "Then this."),
        ("Fourth", "Ben Okri", "In part."),
    ]
    assert [entry.get("optional", False) for entry in together] == [False, False, False, True, False]
    assert (together[4]["from_ms"], together[4]["to_ms"]) == (0, 2000)
    assert [entry["title"] for entry in pages["For the tram"]["entries"]] == ["Second"]
    assert "For the tram" not in pages_of(signed_in(filled, small[0], "ben"))


def test_everybody_has_listened_and_finds_what_came_later_new(
    filled: Demo, small: tuple[Company, Path]
) -> None:
    for key, new in {"ann": 2, "ben": 1, "cem": 3}.items():
        browser = signed_in(filled, small[0], key)
        assert browser.asks("GET", f"{place_of(browser)}/recent")["left_off"]["track"] is not None
        page = pages_of(browser)["Together"]
        assert page["following"]
        assert page["started_at"] is not None
        assert page["new_count"] == new


def test_a_new_hire_finds_a_mentor_and_a_group_to_join(filled: Demo, small: tuple[Company, Path]) -> None:
    cem, ben = (signed_in(filled, small[0], key) for key in ("cem", "ben"))
    begun = cem.asks("GET", f"{place_of(cem)}/beginning")
    assert begun["mentor"]["name"] == "Ben Okri"
    assert begun["mentors_group"]["purpose"] == "A start"
    assert begun["expertise"]["entry_count"] == 0
    begun = ben.asks("GET", f"{place_of(ben)}/beginning")
    assert ([each["member"]["name"] for each in begun["new_hires"]], begun["capacity"]) == (["Cem Yıldız"], 1)
    offered = cem.asks("GET", f"{place_of(cem)}/offers")["items"]
    assert [each["purpose"] for each in offered] == ["Fewer calls"]


def test_a_group_has_its_solutions_its_seats_and_its_topics(
    filled: Demo, small: tuple[Company, Path]
) -> None:
    ann = signed_in(filled, small[0], "ann")
    place = place_of(ann)
    [line] = ann.asks("GET", f"{place}/groups")["items"]
    group = ann.asks("GET", f"{place}/groups/{line['group_id']}")
    assert {seat["department"]: seat["taken"] for seat in group["seats"]} == {
        "Sales": True,
        "Support": True,
        "Finance": False,
    }
    [topic] = [topic for topic in group["topics"] if topic["text"] == "What else?"]
    assert topic["votes"] == 2
    assert group["check_ins"]["rests"] == "too_small"
    solutions = ann.asks("GET", f"{place}/playlists/{group['playlist_id']}")["entries"]
    assert [(entry["title"], entry["note"]) for entry in solutions] == [("Ask first", "Once.")]


def test_questions_feedback_and_loops_are_as_far_as_they_came(
    filled: Demo, small: tuple[Company, Path]
) -> None:
    ann, ben, cem = (signed_in(filled, small[0], key) for key in ("ann", "ben", "cem"))
    place = place_of(ann)
    asked = {
        each["question"]["text"]: each["question"] for each in cem.asks("GET", f"{place}/questions")["items"]
    }
    assert {text: question["answer_count"] for text, question in asked.items()} == {
        "Which lamp?": 1,
        "How long is that?": 0,
    }
    answered = cem.asks("GET", f"{place}/questions/{asked['Which lamp?']['question_id']}")["answers"]
    assert [(answer["track"]["title"], answer["helped"]) for answer in answered] == [("The small one", True)]
    waiting = ann.asks("GET", f"{place}/open-questions")["items"]
    assert [question["text"] for question in waiting] == ["How long is that?"]
    given = ben.asks("GET", f"{place}/given-feedback")["items"]
    assert sorted(each["kind"] for each in given) == ["keep", "try"]
    [loop] = ben.asks("GET", f"{place}/loops")["items"]
    assert all(loop[f"{stage}_at"] for stage in ("gained", "applied", "feedback", "reflected"))
    sent = ann.asks("GET", f"{place}/thanks")["items"]
    assert sorted(each["kind"] for each in sent) == ["teach_back", "thanks", "used"]
    assert cem.asks("GET", f"{place}/loops/mentor")["mentor"]["name"] == "Ben Okri"


def test_what_was_said_can_be_read_and_is_looked_after(filled: Demo, small: tuple[Company, Path]) -> None:
    ann, cem = (signed_in(filled, small[0], key) for key in ("ann", "cem"))
    place = place_of(ann)
    [first] = [track for track in tracks_of(cem) if track["title"] == "First"]
    said = cem.asks("GET", f"{place}/tracks/{first['track_id']}/transcript")
    assert small[0].tracks["ann"]["First"] in str(said)
    assert [each["title"] for each in ann.asks("GET", f"{place}/reviews")["items"]] == ["Second"]
    [assigned] = cem.asks("GET", f"{place}/assigned")["items"]
    day = datetime.now(UTC).date() + timedelta(days=7)
    assert (assigned["playlist"]["title"], assigned["planned_for"]) == ("Together", day.isoformat())
    [case] = ann.asks("GET", f"{place}/reports")["items"]
    assert [each["text"] for each in case["reports"]] == ["It is the other lamp."]


def test_filling_what_is_full_changes_nothing(filled: Demo, small: tuple[Company, Path]) -> None:
    before = everything(filled, small[0])
    said: list[str] = []
    filling.fill(filled.url, small[0], turn=not_again, say=said.append)
    assert said[1] == "4 tracks stand in the library."
    assert everything(filled, small[0]) == before


def test_a_track_that_was_announced_and_never_sent_is_sent_after_all(
    filled: Demo, small: tuple[Company, Path]
) -> None:
    smaller = msgspec.structs.replace(
        small[0],
        workspace="Smaller",
        tracks={"ann": {"Alone": "Say it once, and say it slowly."}, "ben": {"Too": "And I say so too."}},
        playlists=[],
        groups=[],
        questions=[],
        doors={},
        feedback=[],
        loops=[],
        open_to_mentor=[],
        thanks=[],
        transcripts=[],
        reviews=[],
        assignments=[],
        reports=[],
    )

    class Interrupted(Exception):
        pass

    def interrupt(line: str) -> None:
        raise Interrupted(line)

    with pytest.raises(Interrupted, match="3 people work at Smaller"):
        filling.fill(filled.url, smaller, turn=not_again, say=interrupt)
    ann = signed_in(filled, small[0], "ann")
    [place] = [
        f"workspaces/{workspace['workspace_id']}"
        for workspace in ann.asks("GET", "me")["workspaces"]
        if workspace["name"] == "Smaller"
    ]
    announced = {"title": "Alone", "content_type": "audio/mpeg", "size_bytes": 1_000_000}
    track_id = str(uuid.uuid5(crew.NAMES, "Smaller/tracks/Alone"))
    ann.asks("POST", f"{place}/tracks", announced, idempotency_key=track_id)
    filling.fill(filled.url, smaller, turn=not_again, say=print)
    there = {each["title"]: each["track_id"] for each in ann.all_of(f"{place}/tracks")}
    assert there.keys() == {"Alone", "Too"}
    assert there["Alone"] == track_id


def test_the_second_time_it_only_starts(filled: Demo, started: Callable[[], Demo]) -> None:
    code, said = filled.ends(signal.SIGINT)
    assert (code, said) == (0, "")
    again = started()
    again.hears_of("Ctrl-C")
    assert again.url == filled.url
    assert not any("Filling" in line or "people work" in line for line in again.lines)
    assert again.ends(signal.SIGTERM) == (0, "")


def test_what_keeps_earshot_from_starting_is_said_and_ends_it(
    small: tuple[Company, Path], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AssertionError, match=r"data folder .* cannot"):
        Demo(tmp_path / "file", small[1])
