"""For whom it is noted that something happened for a few alone."""

import uuid
from datetime import UTC, datetime

from chalicelib.activity.models import Activity
from chalicelib.digests import noting
from chalicelib.digests.models import Subscription
from tests.groups import company
from tests.world import Person

MOMENT = datetime(2026, 12, 1, 8, tzinfo=UTC)


def noted(*people: Person) -> list[bool]:
    """Of each of them, whether something was noted at the moment of these tests."""
    found = {each.member_id: each.news_at for each in Subscription.query(people[0].workspace_id)}
    return [found.get(person.member_id) == MOMENT for person in people]


def happened(person: Person, audience_key: str, *, actor: Person | None) -> Activity:
    return Activity(
        audience_key,
        str(uuid.uuid4()),
        kind="question_asked",
        workspace_id=person.workspace_id,
        actor_id=actor.member_id if actor else None,
        at=MOMENT,
    )


def test_what_happens_in_a_group_is_noted_for_all_of_it_but_who_did_it(ann: Person, ben: Person) -> None:
    cleo, dan = ann.invites("cleo@acme.example"), ann.invites("dan@acme.example")
    group_id = company.gathers(ann, ben, cleo)
    noting.note(happened(ann, f"g#{group_id}", actor=ben))
    assert noted(ann, ben, cleo, dan) == [True, False, True, False]


def test_where_nobody_is_to_know_who_did_it_all_are_alike(ann: Person, ben: Person) -> None:
    group_id = company.gathers(ann, ben)
    noting.note(happened(ann, f"g#{group_id}", actor=None))
    assert noted(ann, ben) == [True, True]


def test_what_is_for_one_member_is_noted_for_them(ann: Person, ben: Person) -> None:
    noting.note(happened(ann, f"m#{ben.member_id}", actor=ann))
    assert noted(ann, ben) == [False, True]


def test_what_everybody_hears_is_noted_for_nobody(ann: Person, ben: Person) -> None:
    noting.note(happened(ann, f"w#{ann.workspace_id}", actor=ann))
    assert noted(ann, ben) == [False, False]
