"""An export's memory: the process that writes it, with few tracks and with many."""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from chalicelib import aws, settings, times
from chalicelib.exports import starting
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member, Workspace
from infra import emulator
from tests import endpoints, environment
from tests.exports.stories import track_of
from tests.infra.emulated import PAGE_ORIGIN

FEW, MANY = 200, 2000
TRACK_BYTES = 100_000
WRITE = """
import resource, sys, time
from chalicelib import times
from chalicelib.exports import writing
began = time.process_time()
writing.go_on(sys.argv[1], now=times.now(), seconds=float("inf"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.process_time() - began)
"""


def run() -> None:
    """Write both in processes of their own; the emulator is in this one."""
    with tempfile.TemporaryDirectory() as folder:
        running = emulator.start(Path(folder), 0, page_origin=PAGE_ORIGIN, stage="test")
        try:
            with endpoints.clients_at(running.environment()):
                few, many = (_written(running, tracks) for tracks in (FEW, MANY))
        finally:
            running.stop()
    megabytes = MANY * TRACK_BYTES // 1_000_000
    print(f"export         {many[0] / few[0]:.2f} x the memory with {MANY / FEW:.0f} x the tracks", end="  ")
    print(f"{many[0]:.0f} MB / {few[0]:.0f} MB; {MANY} tracks of {megabytes} MB take {many[1]:.1f} s of CPU")


def _written(running: emulator.Emulator, tracks: int) -> tuple[float, float]:
    """Peak memory in MB and CPU seconds of writing an export of so many tracks."""
    now, workspace_id = times.now(), str(uuid.uuid4())
    Workspace(workspace_id, name="Acme", admin_ids={"ann"}, created_at=now).save()
    ann = Member(
        workspace_id,
        "ann",
        identity_key="ann",
        name="Ann",
        email="ann@acme.example",
        role="admin",
        joined_at=now,
        sessions_valid_from=now,
    )
    aws.client("s3").put_object(Bucket=settings.MEDIA_BUCKET, Key="media/one", Body=os.urandom(TRACK_BYTES))
    with Track.batch_write() as batch:
        for number in range(tracks):
            batch.save(track_of(workspace_id, "ann", f"Track {number}", "media/one", TRACK_BYTES, now))
    export = starting.start(ann, ann.workspace_key, export_id=None, now=now)
    order = json.dumps({"audience_key": export.audience_key, "export_id": export.export_id})
    done = subprocess.run(
        [sys.executable, "-c", WRITE, order],
        env=os.environ | environment.VARIABLES | running.environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    memory, seconds = map(float, done.stdout.split())
    export.refresh(consistent_read=True)
    assert export.status == "ready"
    return memory, seconds
