"""Starting an export, seeing how it goes, and fetching it: for who may have all of what is in it."""

from datetime import datetime, timedelta
from typing import Final

import uuid6
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, settings, times
from chalicelib.aws import failed_conditions, transact
from chalicelib.exports import orders, parts
from chalicelib.exports.models import KEPT, MOST_A_DAY, Export, UnderWay
from chalicelib.exports.packing import KINDS
from chalicelib.exports.views import DownloadView
from chalicelib.workspaces import quotas
from chalicelib.workspaces.models import Member, Quota

URL_LASTS: Final = timedelta(minutes=5)
"""For beginning to fetch it; what has begun goes on to its end."""


def start(me: Member, audience_key: str, *, export_id: str | None, now: datetime) -> Export:
    """Start an export of what is open to this audience, which is the caller's to have.

    The same ``export_id`` from the same member names the same export. Raises `AlreadyExists`,
    `ExportUnderWay` while another is being written, `QuotaReached`.
    """
    export = Export(
        audience_key,
        export_id or str(uuid6.uuid7()),
        workspace_id=me.workspace_id,
        started_by=me.member_id,
        started_name=me.name,
        started_at=now,
        expires_at=times.epoch(now + KEPT),
    )
    under_way = UnderWay(audience_key, of=export.export_id, expires_at=export.expires_at)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(export, condition=Export.export_id.does_not_exist())
        transaction.save(under_way, condition=UnderWay.note.does_not_exist())
        orders.watch(transaction, export, now)
        quotas.count(transaction, me, Quota.exports, MOST_A_DAY, now=now)

    try:
        transact(fill)
    except TransactWriteError as error:
        failed = failed_conditions(error)
        if 0 in failed:
            return _started_before(me, export, error)
        if 1 in failed:
            raise errors.ExportUnderWay from error
        if failed:
            raise quotas.reached(f"You may start {MOST_A_DAY} exports a day. Go on tomorrow.", now) from error
        raise
    orders.send(export)
    return export


def fetch(audience_key: str, export_id: str, *, now: datetime) -> DownloadView:
    """Where the zip can be fetched from for the next 5 minutes, for who may. Raises `NotFound`."""
    export = aws.found(Export, audience_key, export_id)
    if export is None:
        raise errors.NotFound
    if export.status != "ready" or not export.is_kept(now):
        raise errors.NotFound
    name = f"earshot-{KINDS[audience_key[0]]}-{export.started_at:%Y-%m-%d}.zip"
    url = aws.client("s3").generate_presigned_url(
        "get_object",
        Params={
            "Bucket": settings.MEDIA_BUCKET,
            "Key": parts.key_of(export),
            "ResponseContentType": "application/zip",
            "ResponseContentDisposition": f'attachment; filename="{name}"',
        },
        ExpiresIn=int(URL_LASTS.total_seconds()),
    )
    return DownloadView(url, now + URL_LASTS)


def _started_before(me: Member, export: Export, error: TransactWriteError) -> Export:
    there = Export.get(export.audience_key, export.export_id, consistent_read=True)
    if there.started_by != me.member_id:
        raise errors.AlreadyExists from error
    return there
