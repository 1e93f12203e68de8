"""What an export looks like to those who may have it."""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from chalicelib import times
from chalicelib.exports.models import Export

Status = Literal["waiting", "writing", "ready", "failed"]
Reason = Literal["too_large", "could_not_be_written", "member_left", "group_closed"]

SENTENCES: Final[dict[str, str]] = {
    "too_large": "This is more than one zip holds, which is 160 GB. Ask whoever runs Earshot for a copy.",
    "could_not_be_written": "It could not be written. Start another one, or tell whoever runs Earshot.",
    "member_left": "Whose data it is has left the workspace. An admin can let them back in.",
    "group_closed": "The group was closed meanwhile. What you said there is in the export of your own data.",
}
"""Why an export failed and what to do."""


class StarterView(msgspec.Struct):
    """Who started it."""

    member_id: str
    name: str


class ExportView(msgspec.Struct, kw_only=True):
    """An export. It is ready for as long as ``expires_at`` says."""

    export_id: str
    status: Status
    reason: Annotated[str | None, Meta(description="Why it failed and what to do.")]
    done: Annotated[int, Meta(description="Recordings that are in it so far.")]
    total: Annotated[int, Meta(description="Recordings that will be in it; 0 until that is known.")]
    size_bytes: int | None
    started_by: StarterView
    started_at: datetime
    ready_at: datetime | None
    expires_at: datetime

    @classmethod
    def of(cls, export: Export) -> "ExportView":
        return cls(
            export_id=export.export_id,
            status=msgspec.convert(export.status, Status),
            reason=SENTENCES[export.reason] if export.reason else None,
            done=int(export.done),
            total=int(export.total),
            size_bytes=None if export.size_bytes is None else int(export.size_bytes),
            started_by=StarterView(export.started_by, export.started_name),
            started_at=export.started_at,
            ready_at=export.ready_at,
            expires_at=times.from_epoch(export.expires_at),
        )


class DownloadView(msgspec.Struct):
    """Where the zip can be fetched from for now."""

    url: str
    expires_at: datetime
