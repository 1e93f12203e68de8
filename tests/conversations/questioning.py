"""What stories about questions need: people who ask and answer, and the morning after."""

from datetime import timedelta
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib import times
from chalicelib.conversations import question_publishing
from chalicelib.tracks.models import Consent, Track
from tests.groups.company import clock_strikes
from tests.progress.player import track_of
from tests.world import Answer, Person

MINUTE_MS = 60_000


def speaks(person: Person, audience_key: str | None = None) -> str:
    """The id of a track of this person's of five minutes, for the workspace or for another audience."""
    track_id = track_of(person, 5 * MINUTE_MS)
    if audience_key is not None:
        is_for(person, track_id, audience_key)
    return track_id


def is_for(person: Person, track_id: str, audience_key: str) -> None:
    """Let a track be for this audience from now on."""
    kind, _, id_ = audience_key.partition("#")
    consent = Consent(audience={"w": "workspace", "g": "group", "m": "mentor"}[kind])
    if kind == "g":
        consent.group_id = id_
    actions: list[Action] = [Track.audience_key.set(audience_key), Track.consent.set(consent)]
    Track(person.workspace_id, track_id).update(actions=actions)


def about(person: Person, track_id: str) -> str:
    """The path of what was asked about a track."""
    return f"{person.place}/tracks/{track_id}/questions"


def within(person: Person, group_id: str) -> str:
    """The path of what was asked in a group."""
    return f"{person.place}/groups/{group_id}/questions"


def path_of(person: Person, question_id: str) -> str:
    return f"{person.place}/questions/{question_id}"


def asks(person: Person, path: str, text: str = "Why?", **more: Any) -> str:
    """The id of a question that this person asks."""
    return id_of_asked(person.post(path, text=text, **more).expect(201))


def id_of_asked(asked: dict[str, Any]) -> str:
    return str(asked["question"]["question_id"])


def answers(person: Person, question_id: str, **said: Any) -> Answer:
    return person.post(f"{path_of(person, question_id)}/answers", **said)


def answered(person: Person, question_id: str, text: str = "Because.") -> str:
    """The id of an answer that this person gives."""
    return str(answers(person, question_id, text=text).expect(201)["answer_id"])


def opens(person: Person, question_id: str) -> dict[str, Any]:
    """A question with its answers, as this person sees it."""
    seen: dict[str, Any] = person.get(path_of(person, question_id)).expect(200)
    return seen


def texts(person: Person, path: str) -> list[str]:
    """What was asked in a place, as this person sees it, newest first."""
    return [each["text"] for each in person.get(path).expect(200)["items"]]


def mine(person: Person) -> list[dict[str, Any]]:
    """What this person has asked, newest first."""
    found: list[dict[str, Any]] = person.get(f"{person.place}/questions").expect(200)["items"]
    return found


def waiting(person: Person) -> list[str]:
    """What was asked of this person and nobody has answered, newest first."""
    found = person.get(f"{person.place}/open-questions").expect(200)["items"]
    return [each["text"] for each in found]


def happened(person: Person, kind: str) -> list[dict[str, Any]]:
    """What this person is told of a kind, newest first."""
    found = person.get(f"{person.place}/activity").expect(200)["items"]
    return [each for each in found if each["kind"] == kind]


def next_morning() -> None:
    """Let the time come at which what was asked anonymously today is published."""
    today = times.now().date()
    clock_strikes(question_publishing.published_at(today) + timedelta(minutes=1))


def crowd(admin: Person, size: int) -> list[Person]:
    """So many colleagues who have joined."""
    return [admin.invites(f"number-{number}@acme.example") for number in range(size)]
