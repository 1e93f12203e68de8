"""Exports as tests speak of them: tracks, an export written turn by turn, its zip opened."""

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from chalicelib import settings, times
from chalicelib.exports import writing
from chalicelib.exports.models import Export
from chalicelib.exports.parts import key_of
from chalicelib.tracks.models import Consent, Track
from tests import policies
from tests.world import Person, World

MOST_TURNS = 30


@dataclass
class Taken:
    """A zip that was opened, after every file in it was found to be whole."""

    zip: zipfile.ZipFile

    @property
    def names(self) -> list[str]:
        return self.zip.namelist()

    def audio(self, folder: str = "tracks") -> list[str]:
        """The files in a folder."""
        return [name for name in self.names if name.startswith(f"{folder}/")]

    def read(self, name: str) -> bytes:
        return self.zip.read(name)

    def json(self, name: str) -> Any:
        return json.loads(self.read(name))

    def text(self) -> str:
        """All that is not audio."""
        kept = [name for name in self.names if name.endswith((".json", ".xml", ".txt"))]
        return "\n".join(self.read(name).decode() for name in kept)

    @property
    def readme(self) -> str:
        return self.read("README.txt").decode()


def place(person: Person, whose: str, group_id: str | None = None) -> str:
    """Where exports of a workspace, a group or oneself are in the API."""
    return {
        "workspace": f"{person.place}/exports",
        "group": f"{person.place}/groups/{group_id}/exports",
        "member": f"{person.place}/members/{person.member_id}/exports",
    }[whose]


def takes(person: Person, whose: str = "workspace", group_id: str | None = None) -> Taken:
    """What somebody gets who starts an export, waits for it and fetches it."""
    where = place(person, whose, group_id)
    export_id = person.post(where).expect(201)["export_id"]
    carry(person.world)
    return fetches(person, where, export_id)


def fetches(person: Person, where: str, export_id: str) -> Taken:
    """An export that is ready, over the wire."""
    url = person.get(f"{where}/{export_id}/file").expect(200)["url"]
    answer = requests.get(url, timeout=5)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="earshot-')
    return opened(answer.content)


def opened(content: bytes) -> Taken:
    taken = zipfile.ZipFile(io.BytesIO(content))
    assert taken.testzip() is None
    assert len(set(map(str.casefold, taken.namelist()))) == len(taken.namelist())
    return Taken(taken)


def stored(world: World, export: Export) -> Taken:
    """The zip that lies in the bucket."""
    found = world.s3.get_object(Bucket=settings.MEDIA_BUCKET, Key=key_of(export))
    return opened(found["Body"].read())


def carry(world: World) -> int:
    """Hand the orders that wait to ``write_exports`` until none is left; how many there were."""
    count = 0
    while orders := world.messages(settings.EXPORTS_QUEUE):
        count += len(orders)
        assert count < MOST_TURNS, "it never comes to its end"
        for order in orders:
            with policies.held_to("write_exports"):
                answer = world.app.write_exports({"Records": [order]}, None)
            assert answer == {"batchItemFailures": []}
            done_with(world, order)
    return count


def done_with(world: World, order: dict[str, Any]) -> None:
    url = world.sqs.get_queue_url(QueueName=settings.EXPORTS_QUEUE)["QueueUrl"]
    world.sqs.delete_message(QueueUrl=url, ReceiptHandle=order["receiptHandle"])


def taken_orders(world: World) -> list[str]:
    """The bodies of the orders that wait, which are then gone from the queue."""
    orders = world.messages(settings.EXPORTS_QUEUE)
    for order in orders:
        done_with(world, order)
    return [order["body"] for order in orders]


def turn(body: str, now: datetime) -> None:
    """One turn that is late from its beginning: it writes one part of the least size."""
    with policies.held_to("write_exports"):
        writing.go_on(body, now=now, seconds=0)


def ready_track(person: Person, title: str, audio: bytes, *, member_id: str) -> str:
    """The id of a track that is ready, put there without processing."""
    key, now = f"media/{uuid.uuid4().hex}", times.now()
    person.world.s3.put_object(Bucket=settings.MEDIA_BUCKET, Key=key, Body=audio)
    track = track_of(person.workspace_id, member_id, title, key, len(audio), now)
    track.save()
    return str(track.track_id)


def track_of(
    workspace_id: str, member_id: str, title: str, media_key: str, size_bytes: int, at: datetime
) -> Track:
    """A ready track for the workspace."""
    return Track(
        workspace_id,
        str(uuid.uuid4()),
        title=title,
        speaker_id=member_id,
        speaker_name="Ann",
        consent=Consent(),
        created_at=at,
        published_at=at,
        audience_key=f"w#{workspace_id}",
        revision=1,
        media_key=media_key,
        content_type="audio/mpeg",
        container="mp3",
        codec="mp3",
        bit_rate=64_000,
        size_bytes=size_bytes,
        duration_ms=2000,
    )


def later(minutes: float) -> datetime:
    return times.now() + timedelta(minutes=minutes)


@contextmanager
def unchanged(world: World) -> Iterator[None]:
    """Nothing of an export is left behind in the bucket but the zips."""
    yield
    assert [key for key in world.objects("exports/") if not key.endswith(".zip")] == []
