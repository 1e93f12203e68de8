"""Earshot on the emulator of `make run`, with the proxy in between, and everything that came of a story."""

import json
import re
from collections import Counter
from typing import Any

from botocore import handlers

from chalicelib import settings
from infra.emulator import Emulator
from tests.infra.emulated import BUCKET, client
from tests.provider import Provider
from tests.world import World, forget_everything

VARYING = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"[0-9a-f]{32}"), "HEX"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(\+0000|Z)"), "TIME"),
    (re.compile(r"(?<=TIME#)\d"), "SHARD"),
    (re.compile(r'(?<="N": ")1\d{9}(?=")'), "EPOCH"),
    (re.compile(r'(?<=["#])(former-)?[A-Za-z0-9_-]{22}(?=["#\\])'), "HASH"),
    (re.compile(r"^mail \d+"), "mail"),
    (re.compile(r"-\d+(?=@)|(?<=Ann|Ben)-\d+"), ""),
)
"""What is another in each run of a story."""


class Dies(BaseException):
    """The process ends in the middle: nothing catches this."""


class Death:
    """Lets the process die as soon as the ``number``-th call of AWS was done."""

    def __init__(self) -> None:
        self.number: int | None = None
        self._calls = 0

    def await_call(self, number: int | None) -> None:
        self.number, self._calls = number, 0

    def called(self, **_: Any) -> None:
        self._calls += 1
        if self._calls == self.number:
            raise Dies


death = Death()
handlers.BUILTIN_HANDLERS += [("after-call", death.called)]


class EmulatedWorld(World):
    """A world whose AWS is the emulator, asked through the proxy by Earshot and directly by the tests."""

    def __init__(self, identity_provider: Provider, emulator: Emulator) -> None:
        forget_everything()
        super().__init__(identity_provider)
        self._emulator = emulator
        self.s3, self.sqs = client(emulator, "s3"), client(emulator, "sqs")
        self._told: set[str] = set()
        self.messages()  # S3's test event

    def react(self) -> bool:
        """Deliver the stream's records once, as Lambda does; whether none is left."""
        table = settings.table("activity")
        waiting = [one for one in self._emulator.pending_stream_records() if one.table_name == table]
        if not waiting:
            return True
        answer = self.app.react_to_activity({"Records": [one.record for one in waiting]}, None)
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for one in waiting:
            if one.record["dynamodb"]["SequenceNumber"] in failed:
                return False
            self._emulator.stream_record_done(one.id)
        return not failed

    def items(self) -> list[tuple[str, dict[str, Any]]]:
        """Every item there is, with the name of its table."""
        return self._emulator.items()

    def news(self) -> Counter[str]:
        """Every item, object and mail that was not told before, without what differs from run to run."""
        now = [f"{table} {json.dumps(item, sort_keys=True)}" for table, item in self.items()]
        now += [f"object {listed['Key']} {listed['Size']}" for listed in self._objects()]
        now += [
            f"mail {number} {to.decode()}"
            for number, mail in enumerate(self._emulator.mails())
            for to in re.findall(rb"^To: .*$", mail, re.MULTILINE)
        ]
        new, self._told = {*now} - self._told, {*now}
        return Counter(map(_unvarying, new))

    def _objects(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return found


def _unvarying(text: str) -> str:
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return text
