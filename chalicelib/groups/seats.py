"""Seats by department: who is missing, and who could take a seat, and why.

Departments are compared without regard to case and space around them: people type them. How many groups
somebody belongs to is nobody's business outside of them, so it is no reason.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """What is known of somebody when seats are filled; topics in lower case."""

    member_id: str
    name: str
    department: str | None
    topics: frozenset[str] = frozenset()


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


def distinct(wanted: Iterable[str]) -> list[str]:
    """The departments wanted without those that are others written differently."""
    found: dict[str, str] = {}
    for department in wanted:
        found.setdefault(_plain(department), department)
    return list(found.values())


def suggest(
    wanted: Sequence[str], members: Collection[Person], others: Iterable[Person], *, most_for_each: int
) -> list[Suggestion]:
    """People for the seats still empty, by department as wanted; who shares most with the members first."""
    there = {member.member_id for member in members}
    topics = frozenset().union(*(member.topics for member in members))
    people = sorted(
        (person for person in others if person.member_id not in there),
        key=lambda person: (-len(topics & person.topics), person.name.casefold(), person.member_id),
    )
    return [
        Suggestion(person.member_id, department, _reasons(department, sorted(topics & person.topics)))
        for department in missing(wanted, [member.department for member in members])
        for person in _of(people, department)[:most_for_each]
    ]


def _of(people: Iterable[Person], department: str) -> list[Person]:
    plain = _plain(department)
    return [person for person in people if person.department and _plain(person.department) == plain]


def _reasons(department: str, shared: Sequence[str]) -> tuple[str, ...]:
    missed = f"is in {department}, of which nobody is here yet"
    return (missed, f"shares {', '.join(shared)} with people here") if shared else (missed,)


def _plain(department: str) -> str:
    return " ".join(department.split()).casefold()
