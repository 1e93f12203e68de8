"""Seats by department: who is missing, and who could take a seat, and why.

Departments are compared without regard to case and space around them: people type them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """What is known of somebody when seats are filled; `groups` is how many they belong to."""

    member_id: str
    name: str
    department: str | None
    groups: int = 0


@dataclass(frozen=True)
class Suggestion:
    """Somebody for a department's seat, and what speaks for them in sentences."""

    member_id: str
    department: str
    reasons: tuple[str, ...]


def taken(wanted: Sequence[str], departments: Iterable[str | None]) -> Mapping[str, bool]:
    """For each department wanted, in that order, whether somebody of it is among these."""
    there = {_plain(department) for department in departments if department}
    return {department: _plain(department) in there for department in wanted}


def missing(wanted: Sequence[str], departments: Iterable[str | None]) -> list[str]:
    """The departments wanted of which nobody is among these."""
    return [department for department, is_taken in taken(wanted, departments).items() if not is_taken]


def suggest(
    wanted: Sequence[str], members: Collection[Person], others: Iterable[Person], *, most_for_each: int
) -> list[Suggestion]:
    """People for the seats still empty: by department as wanted, who is asked least often first."""
    there = {member.member_id for member in members}
    people = sorted(
        (person for person in others if person.member_id not in there),
        key=lambda person: (person.groups, person.name.casefold(), person.member_id),
    )
    return [
        Suggestion(person.member_id, department, _reasons(department, person))
        for department in missing(wanted, [member.department for member in members])
        for person in _of(people, department)[:most_for_each]
    ]


def _of(people: Iterable[Person], department: str) -> list[Person]:
    plain = _plain(department)
    return [person for person in people if person.department and _plain(person.department) == plain]


def _reasons(department: str, person: Person) -> tuple[str, ...]:
    of_groups = {0: "is in no group yet", 1: "is in one group only"}.get(person.groups)
    return tuple(filter(None, [f"is in {department}, of which nobody is here yet", of_groups]))


def _plain(department: str) -> str:
    return " ".join(department.split()).casefold()
