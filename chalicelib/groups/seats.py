"""Seats by department: who could take those that are empty, and why.

How many groups somebody belongs to is nobody's business outside of them, so it is no reason.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from chalicelib.workspaces import departments


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
        for department in departments.missing(wanted, [member.department for member in members])
        for person in _of(people, department)[:most_for_each]
    ]


def _of(people: Iterable[Person], department: str) -> list[Person]:
    plain = departments.plain(department)
    return [
        person for person in people if person.department and departments.plain(person.department) == plain
    ]


def _reasons(department: str, shared: Sequence[str]) -> tuple[str, ...]:
    missed = f"is in {department}, of which nobody is here yet"
    return (missed, f"shares {', '.join(shared)} with people here") if shared else (missed,)
