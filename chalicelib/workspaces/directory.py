"""Looking people up: by department, by what is said of them, and how many each department has.

People type their departments, so these are compared as `departments.plain` has them, which no index of
DynamoDB does: who is looked for is found by reading through a workspace's members in the order of their ids.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.workspaces import departments
from chalicelib.workspaces.models import Member

READ_AT_ONCE = 200
"""Members that one read brings, while there are not enough yet."""

Found = tuple[list[Member], dict[str, Any] | None]


@dataclass(frozen=True)
class Wanted:
    """Who is looked for; ``department`` None is everybody's, and the empty one that of those without any."""

    department: str | None = None
    status: Literal["active", "deactivated"] | None = None
    words: str | None = None

    @property
    def is_everybody(self) -> bool:
        return self == Wanted()

    def fits(self, member: Member) -> bool:
        """Whether this is one of them; every word has to stand in a name, a title or a department."""
        if self.status is not None and member.is_active != (self.status == "active"):
            return False
        if self.department is not None and departments.plain(self.department) != _department(member):
            return False
        about = " ".join([member.name, member.title or "", member.department or ""]).casefold()
        return all(word in about for word in (self.words or "").casefold().split())


@dataclass(frozen=True)
class Counts:
    """How many people there are: active ones by department, as it is written most often, and others."""

    by_department: dict[str, int]
    without: int
    deactivated: int


def found(workspace_id: str, wanted: Wanted, *, limit: int, after: dict[str, Any] | None) -> Found:
    """Some of the people looked for, and the position behind them."""
    if wanted.is_everybody:
        everybody = Member.of_workspace(workspace_id, limit=limit, after=after)
        return list(everybody), everybody.last_evaluated_key
    shown: list[Member] = []
    for member in _read(workspace_id, after):
        if not wanted.fits(member):
            continue
        if len(shown) == limit:
            last = shown[-1].to_dynamodb_dict()
            return shown, {name: last[name] for name in ("workspace_id", "member_id")}
        shown.append(member)
    return shown, None


def counted(workspace_id: str) -> Counts:
    """How many people each department has, in the alphabet's order."""
    written: dict[str, Counter[str]] = {}
    without = deactivated = 0
    for member in Member.query(
        workspace_id, attributes_to_get=["workspace_id", "member_id", "department", "status"]
    ):
        if not member.is_active:
            deactivated += 1
        elif (department := _department(member)) == "":
            without += 1
        else:
            written.setdefault(department, Counter())[member.department] += 1
    names = {spellings.most_common(1)[0][0]: spellings.total() for spellings in written.values()}
    return Counts(dict(sorted(names.items(), key=lambda one: one[0].casefold())), without, deactivated)


def _read(workspace_id: str, after: dict[str, Any] | None) -> Iterator[Member]:
    return Member.query(workspace_id, last_evaluated_key=after, page_size=READ_AT_ONCE)


def _department(member: Member) -> str:
    return departments.plain(member.department or "")
