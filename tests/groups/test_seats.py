"""Seats by department: who is missing, and who could come."""

from chalicelib.groups import seats
from chalicelib.groups.seats import Person

WANTED = ("Sales", "Legal", "Support")
ANN = Person("ann", "Ann", "sales ")


def test_a_seat_is_taken_by_anybody_of_its_department_however_it_is_written() -> None:
    assert seats.taken(WANTED, ["sales ", None, "LEGAL"]) == {"Sales": True, "Legal": True, "Support": False}
    assert seats.missing(WANTED, ["sales ", "Finance"]) == ["Legal", "Support"]
    assert seats.missing((), ["Sales"]) == []


def test_people_are_suggested_for_the_seats_still_empty_who_is_asked_least_often_first() -> None:
    others = [
        ANN,
        Person("ben", "Ben", "Legal", groups=2),
        Person("cleo", "Cleo", "legal"),
        Person("dan", "Dan", "Legal", groups=1),
        Person("eve", "Eve", "Sales"),
        Person("fay", "Fay", None),
        Person("gus", "Gus", "Support"),
    ]
    found = seats.suggest(WANTED, [ANN], others, most_for_each=2)
    assert [(each.member_id, each.department) for each in found] == [
        ("cleo", "Legal"),
        ("dan", "Legal"),
        ("gus", "Support"),
    ]
    assert found[0].reasons == ("is in Legal, of which nobody is here yet", "is in no group yet")
    assert found[1].reasons[1] == "is in one group only"


def test_who_is_in_many_groups_is_suggested_for_the_department_alone() -> None:
    [only] = seats.suggest(["Legal"], [], [Person("ben", "Ben", "Legal", groups=2)], most_for_each=3)
    assert only.reasons == ("is in Legal, of which nobody is here yet",)


def test_nobody_is_suggested_where_every_seat_is_taken() -> None:
    assert seats.suggest(["Sales"], [ANN], [Person("eve", "Eve", "Sales")], most_for_each=3) == []
