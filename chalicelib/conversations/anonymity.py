"""Whether enough people could have asked that nobody can tell who did."""

from typing import Final

from chalicelib import errors
from chalicelib.groups import finding
from chalicelib.workspaces import directory

LEAST_ASKERS: Final = 5
"""So many people other than the speaker could have asked."""

PAGE: Final = 25
"""Members read at once."""


def holds(workspace_id: str, audience_key: str | None, *, speaker_id: str | None) -> bool:
    """Whether an anonymous question in this audience keeps its secret now; None is nobody."""
    if audience_key == f"w#{workspace_id}":
        return _in_workspace(workspace_id, speaker_id) >= LEAST_ASKERS
    kind, _, group_id = (audience_key or "").partition("#")
    if kind != "g":
        return False
    try:
        people = finding.current(workspace_id, group_id).people
    except errors.NotFound:  # it is closed
        return False
    return len(people.keys() - {speaker_id}) >= LEAST_ASKERS


def _in_workspace(workspace_id: str, speaker_id: str | None) -> int:
    """How many active members other than the speaker a workspace has; as far as it matters."""
    count, after = 0, None
    while True:
        found, after = directory.found(workspace_id, directory.Wanted(), limit=PAGE, after=after)
        count += sum(member.is_active and member.member_id != speaker_id for member in found)
        if count >= LEAST_ASKERS or after is None:
            return count
