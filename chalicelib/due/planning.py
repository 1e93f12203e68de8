"""Planning what must happen later, in the transaction of what it follows from."""

import uuid
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.due import slots
from chalicelib.due.models import Due


def plan(
    transaction: TransactWrite,
    kind: str,
    id_: str,
    *,
    at: datetime,
    workspace_id: str,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> Due:
    """Add to a transaction what is to be done at a moment; at once where that has passed.

    Nothing planned is ever taken back: whoever does it looks whether it still has to be done.
    """
    due = Due(
        slots.key(max(at, now), id_),
        f"{kind}#{id_}",
        kind=kind,
        id=id_,
        workspace_id=workspace_id,
        due_at=at,
        details=details,
        plan_id=uuid.uuid4().hex,
    )
    transaction.save(due)
    return due
