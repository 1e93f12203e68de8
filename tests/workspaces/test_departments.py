"""Departments as people type them."""

from chalicelib.workspaces import departments

WANTED = ("Sales", "Legal", "Support")


def test_a_seat_is_taken_by_anybody_of_its_department_however_it_is_written() -> None:
    assert departments.taken(WANTED, ["sales ", None, "LEGAL"]) == {
        "Sales": True,
        "Legal": True,
        "Support": False,
    }
    assert departments.missing(WANTED, ["sales ", "Finance"]) == ["Legal", "Support"]
    assert departments.missing((), ["Sales"]) == []


def test_a_department_written_twice_is_wanted_once_as_it_was_written_first() -> None:
    assert departments.distinct(["Sales", "Legal", " sales", "Support", "LEGAL"]) == [
        "Sales",
        "Legal",
        "Support",
    ]
