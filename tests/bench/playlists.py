"""P2: what a playlist page of 50 entries costs through the app, against two other ways to make it.

The bare handler makes the same two reads with boto3 and answers what is in them; the naive one queries fifty
items through PynamoDB and presigns fifty URLs. Measured in a process of its own that has imported nothing of
the tests' listeners, against DynamoDB Local; what counts is the CPU of that process.
"""

import json
import statistics
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

from tests import environment
from tests.bench import acme
from tests.bench.acme import WORKSPACE, Caller, Handler, Request

ROUNDS = 15
CALLS = 20
ENTRIES = 50
TRACK_MS = 120_000
MOST_OF_BARE = 2.0
MOST_OF_NAIVE = 0.5
PAGE = "/v1/workspaces/{workspace_id}/playlists/{playlist_id}"


def run() -> None:
    """Measure the three, taking turns, and print the ratios."""
    from tests.conformance.dynamodb_local import DynamoDBLocal

    local = DynamoDBLocal()
    try:
        command = [sys.executable, "-m", "tests.bench.playlists", local.url]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")
    finally:
        local.stop()


def measure(endpoint_url: str) -> None:
    """Print the ratios of the page to the bare and to the naive one."""
    import boto3

    caller = acme.populate()
    playlist_id, tracks = _populate(caller)
    import app

    client = boto3.client("dynamodb", endpoint_url=endpoint_url)
    contestants: tuple[Handler, ...] = (
        app.app,
        _bare(client, caller, playlist_id, tracks),
        _naive(caller, tracks),
    )
    asked = acme.request(caller, "GET", PAGE, playlist_id=playlist_id)
    for handle in contestants:  # what each process does once
        acme.check(handle(asked, None))
    requests: Iterator[Request] = repeat(asked)
    rounds = [[acme.cpu_ms(handle, requests, CALLS) for handle in contestants] for _ in range(ROUNDS)]
    ours, bare, naive = (statistics.median(each) for each in zip(*rounds, strict=True))
    for name, other, target in (("bare", bare, MOST_OF_BARE), ("naive", naive, MOST_OF_NAIVE)):
        ratio = f"{ours / other:.2f} x (at most {target:.2f})"
        print(f"P2 playlist page, against the {name} one  {ratio}  {ours:.2f} ms / {other:.2f} ms of CPU")


def _populate(caller: Caller) -> tuple[str, list[str]]:
    """A playlist of fifty tracks, half of which the caller has heard; its id and theirs."""
    from chalicelib.playlists.models import Entry, Playlist
    from chalicelib.playlists.ordering import GAP
    from chalicelib.progress.models import Loop, Progress

    now = datetime.now(UTC)
    playlist_id, tracks = str(uuid.uuid4()), [str(uuid.uuid4()) for _ in range(ENTRIES)]
    entries = [
        Entry(
            entry_id=str(uuid.uuid4()),
            rank=number * GAP,
            version=1,
            added_by=caller.member_id,
            added_name="Ann Example",
            added_ms=1_700_000_000_000,
            note="Listen to this before your first call" if number % 2 else None,
            track_id=track_id,
            track_version=3,
            title=f"How I open a call with a stranger, part {number}",
            duration_ms=TRACK_MS,
            revision=1,
            speaker_id=caller.member_id,
            speaker_name="Ann Example",
            audience_key=f"w#{WORKSPACE}",
        )
        for number, track_id in enumerate(tracks)
    ]
    Playlist(
        WORKSPACE,
        playlist_id,
        owner_id=caller.member_id,
        owner_name="Ann Example",
        title="How to perfect your sales pitch",
        mode="personal",
        audience_key=f"w#{WORKSPACE}",
        created_at=now,
        changed_at=now,
        entries={entry.entry_id: entry for entry in entries},
        entry_count=ENTRIES,
    ).save()
    Loop(caller.member_id, playlist_id, started_at=now, following=True).save()
    for number, track_id in enumerate(tracks):
        heard = TRACK_MS // 1000 if number % 2 else 20
        Progress(
            caller.member_id,
            Progress.key_of(track_id, 1),
            heard=set(range(heard)),
            position_ms=heard * 1000,
            last_event=bytes(28),
            completed_at=now if number % 2 else None,
        ).save()
    return playlist_id, tracks


def _bare(client: Any, caller: Caller, playlist_id: str, tracks: list[str]) -> Handler:
    """The same two reads, and what is in them as JSON."""
    playlist_key = {"workspace_id": {"S": WORKSPACE}, "playlist_id": {"S": playlist_id}}
    member = {"member_id": {"S": caller.member_id}}

    def handle(_: Request, __: Any) -> dict[str, Any]:
        item = client.get_item(TableName="earshot-test-playlists", Key=playlist_key)["Item"]
        keys = [
            {**member, "track_key": {"S": f"{entry['M']['track_id']['S']}#{entry['M']['revision']['N']}"}}
            for entry in item["entries"]["M"].values()
        ]
        found = client.batch_get_item(
            RequestItems={
                "earshot-test-progress": {"Keys": keys},
                "earshot-test-loops": {"Keys": [{**member, "playlist_id": {"S": playlist_id}}]},
            }
        )["Responses"]
        heard = {each["track_key"]["S"]: each for each in found["earshot-test-progress"]}
        page = {
            "title": item["title"]["S"],
            "entries": [
                {
                    "entry_id": entry_id,
                    "title": entry["M"]["title"]["S"],
                    "speaker": entry["M"]["speaker_name"]["S"],
                    "duration_ms": int(entry["M"]["duration_ms"]["N"]),
                    "position_ms": int(
                        heard[f"{entry['M']['track_id']['S']}#{entry['M']['revision']['N']}"]["position"]["N"]
                    ),
                }
                for entry_id, entry in item["entries"]["M"].items()
            ],
        }
        return {"statusCode": 200, "headers": {}, "body": json.dumps(page)}

    return handle


def _naive(caller: Caller, tracks: list[str]) -> Handler:
    """One item for each entry, read through PynamoDB, each with a URL to play it from."""
    from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
    from pynamodb.models import Model

    from chalicelib import aws, settings

    class Item(Model):
        class Meta(aws.TableMeta):
            table_name = "naive"

        playlist_id = UnicodeAttribute(hash_key=True)
        entry_id = UnicodeAttribute(range_key=True)
        rank = NumberAttribute()
        added_by = UnicodeAttribute()
        added_name = UnicodeAttribute()
        added_at = UTCDateTimeAttribute()
        note = UnicodeAttribute(null=True)
        track_id = UnicodeAttribute()
        title = UnicodeAttribute()
        duration_ms = NumberAttribute()
        revision = NumberAttribute()
        speaker_id = UnicodeAttribute()
        speaker_name = UnicodeAttribute()
        media_key = UnicodeAttribute()

    Item.create_table(billing_mode="PAY_PER_REQUEST", wait=True)
    for number, track_id in enumerate(tracks):
        Item(
            "playlist",
            str(uuid.uuid4()),
            rank=number,
            added_by=caller.member_id,
            added_name="Ann Example",
            added_at=datetime.now(UTC),
            note="Listen to this before your first call" if number % 2 else None,
            track_id=track_id,
            title=f"How I open a call with a stranger, part {number}",
            duration_ms=TRACK_MS,
            revision=1,
            speaker_id=caller.member_id,
            speaker_name="Ann Example",
            media_key=f"media/{uuid.uuid4().hex}",
        ).save()

    def handle(_: Request, __: Any) -> dict[str, Any]:
        s3 = aws.client("s3")
        entries = [
            {
                **{name: value for name, value in item.to_simple_dict().items() if name != "media_key"},
                "url": s3.generate_presigned_url(
                    "get_object", Params={"Bucket": settings.MEDIA_BUCKET, "Key": item.media_key}
                ),
            }
            for item in Item.query("playlist")
        ]
        return {"statusCode": 200, "headers": {}, "body": json.dumps(entries, default=str)}

    return handle


if __name__ == "__main__":
    import os

    environment.prepare()
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = sys.argv[1]
    measure(sys.argv[1])
