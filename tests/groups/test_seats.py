"""Seats by department: who could come, and why."""

from chalicelib.groups import seats
from chalicelib.groups.seats import Person

WANTED = ("Sales", "Legal", "Support")
ANN = Person("ann", "Ann", "sales ", frozenset({"pricing", "chess"}))


def test_people_are_suggested_for_the_seats_still_empty_who_shares_most_first() -> None:
    others = [
        ANN,
        Person("ben", "Ben", "Legal"),
        Person("cleo", "cleo", "legal", frozenset({"pricing", "chess"})),
        Person("dan", "Dan", "Legal", frozenset({"chess", "python"})),
        Person("eve", "Eve", "Sales", frozenset({"pricing"})),
        Person("fay", "Fay", None),
        Person("gus", "Gus", "Support"),
    ]
    found = seats.suggest(WANTED, [ANN], others, most_for_each=2)
    assert [(each.member_id, each.department) for each in found] == [
        ("cleo", "Legal"),
        ("dan", "Legal"),
        ("gus", "Support"),
    ]
    assert found[0].reasons == (
        "is in Legal, of which nobody is here yet",
        "shares chess, pricing with people here",
    )
    assert found[2].reasons == ("is in Support, of which nobody is here yet",)


def test_names_decide_between_equals_without_regard_to_case() -> None:
    found = seats.suggest(
        ["Legal"], [], [Person("1", "ben", "Legal"), Person("2", "Ann", "Legal")], most_for_each=3
    )
    assert [each.member_id for each in found] == ["2", "1"]


def test_nobody_is_suggested_where_every_seat_is_taken() -> None:
    assert seats.suggest(["Sales"], [ANN], [Person("eve", "Eve", "Sales")], most_for_each=3) == []
