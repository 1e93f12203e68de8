"""What stories about groups need: people who found, join and answer, and a clock that is turned."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib import duties
from chalicelib.due import running, slots
from chalicelib.due.models import Checkpoint, Due
from chalicelib.workspaces.models import Member
from tests import policies
from tests.environment import provider
from tests.world import Answer, Person

WEEKLY = {"every": "weekly", "time_zone": "Europe/Berlin"}


def id_of(person: Person) -> str:
    """A person's id in their workspace, without asking the API for it."""
    return Member.id_of(person.workspace_id, provider.issuer, person.email)


def path_of(person: Person, group_id: str) -> str:
    return f"{person.place}/groups/{group_id}"


def founds(person: Person, kind: str = "circle", purpose: str = "Selling better", **more: Any) -> str:
    """The id of a group that this person founds."""
    body = {"kind": kind, "purpose": purpose} | more
    return str(person.post(f"{person.place}/groups", **body).expect(201)["group_id"])


def sees(person: Person, group_id: str) -> dict[str, Any]:
    """A group as this person sees it."""
    seen: dict[str, Any] = person.get(path_of(person, group_id)).expect(200)
    return seen


def invites(person: Person, group_id: str, *others: Person) -> None:
    """Ask people into a group."""
    ids = [id_of(other) for other in others]
    person.post(f"{path_of(person, group_id)}/invitations", member_ids=ids).expect(201)


def joins(person: Person, group_id: str) -> None:
    person.post(f"{path_of(person, group_id)}/members").expect(201)


def gathers(person: Person, *others: Person, kind: str = "circle", **more: Any) -> str:
    """The id of a group that this person founds and the others join."""
    group_id = founds(person, kind, **more)
    invites(person, group_id, *others)
    for other in others:
        joins(other, group_id)
    return group_id


def leaves(person: Person, group_id: str) -> Answer:
    return person.delete(f"{path_of(person, group_id)}/members/{id_of(person)}")


def names(seen: dict[str, Any]) -> list[str]:
    """The names of a group's members, the longest-standing first."""
    return [each["member"]["name"] for each in seen["members"]]


def assigns(admin: Person, mentor: Person, new_hire: Person, *, instead_of: Person | None = None) -> Answer:
    """Make somebody the mentor of a new hire."""
    body = {"mentor_id": id_of(mentor)}
    if instead_of:
        body["instead_of"] = id_of(instead_of)
    return admin.call("PUT", f"{admin.place}/members/{id_of(new_hire)}/mentor", body)


def beginning(person: Person) -> dict[str, Any]:
    """What a person finds as a new hire and as a mentor."""
    found: dict[str, Any] = person.get(f"{person.place}/beginning").expect(200)
    return found


def group_of(mentor: Person) -> str:
    """The id of a mentor's group."""
    return str(beginning(mentor)["my_group"]["group_id"])


def mentees(person: Person) -> int:
    """How many new hires a mentor has, as the table counts them."""
    return int(Member.get(person.workspace_id, id_of(person)).mentees)


def mentor_path(person: Person, of: Person) -> str:
    return f"{person.place}/members/{id_of(of)}/mentor"


def calls(person: Person, colleague: str, **said: Any) -> Person:
    """A colleague who has joined, of whom an admin says this."""
    joined = person.invites(f"{colleague}@acme.example")
    person.patch(f"{person.place}/members/{id_of(joined)}", name=colleague.title(), **said).expect(200)
    return joined


def told(person: Person) -> list[str]:
    """The kinds of what happened, as this person is told, newest first."""
    happened = person.get(f"{person.place}/activity").expect(200)["items"]
    return [each["kind"] for each in happened]


def holds_rounds(person: Person, group_id: str, **wanted: Any) -> datetime:
    """When the first round of a group will open, in which this person begins check-ins."""
    answer = person.call("PUT", f"{path_of(person, group_id)}/check-ins", WEEKLY | wanted).expect(200)
    return datetime.fromisoformat(answer["check_ins"]["next_at"])


def clock_strikes(moment: datetime) -> None:
    """Do what is due until a moment as a schedule does that fires every fifteen minutes.

    Where nothing is due it does not fire: that would be thousands of queries for nothing.
    """
    while waiting := sorted(
        due.due_at for due in Due.scan() if due.slot.startswith("2") and due.due_at <= moment
    ):
        Checkpoint.advance(slots.begin(waiting[0]))
        fires(slots.begin(waiting[0] + slots.SLOT - timedelta(microseconds=1)))
    Checkpoint.advance(slots.begin(moment))
    fires(moment)


def fires(moment: datetime) -> None:
    """Fire the schedule at a moment, whatever has been before."""
    with policies.held_to("run_due"):
        running.run(duties.BY_KIND, now=lambda: moment)


def opens_round(person: Person, group_id: str, **wanted: Any) -> dict[str, Any]:
    """The round that opens in a group once its time has come."""
    moment = holds_rounds(person, group_id, **wanted)
    clock_strikes(moment)
    [newest, *_] = rounds_of(person, group_id)
    assert newest["status"] == "open"
    return newest


def rounds_of(person: Person, group_id: str) -> list[dict[str, Any]]:
    """The rounds of a group, newest first."""
    found: list[dict[str, Any]] = person.get(f"{path_of(person, group_id)}/rounds").expect(200)["items"]
    return found


def answers(person: Person, group_id: str, round_: dict[str, Any], **said: Any) -> Answer:
    """Contribute to a round."""
    path = f"{path_of(person, group_id)}/rounds/{round_['round_id']}/contribution"
    return person.call("PUT", path, said)


def closes(round_: dict[str, Any]) -> None:
    """Let the time of a round run out."""
    clock_strikes(datetime.fromisoformat(round_["closes_at"]) + timedelta(minutes=1))
