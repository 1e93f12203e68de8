"""Departments as they are compared: people type them, so neither case nor space around them counts."""

from collections.abc import Iterable, Mapping, Sequence


def plain(department: str) -> str:
    """A department as it is compared."""
    return " ".join(department.split()).casefold()


def distinct(wanted: Iterable[str]) -> list[str]:
    """The departments wanted without those that are others written differently."""
    found: dict[str, str] = {}
    for department in wanted:
        found.setdefault(plain(department), department)
    return list(found.values())


def taken(wanted: Sequence[str], departments: Iterable[str | None]) -> Mapping[str, bool]:
    """For each department wanted, in that order, whether it is among these."""
    there = {plain(department) for department in departments if department}
    return {department: plain(department) in there for department in wanted}


def missing(wanted: Sequence[str], departments: Iterable[str | None]) -> list[str]:
    """The departments wanted that are not among these."""
    return [department for department, is_taken in taken(wanted, departments).items() if not is_taken]
