"""P8: what the digests of one morning cost for 100,000 members of a workspace, all of whom get one.

In a process of its own, against an AWS that answers from memory; what it takes to make up those answers is
measured too and taken off. Nobody waits for SES's rate.
"""

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

MEMBERS = 100_000
PAGE = 1000
TARGET_CPU_S = 20
TARGET_CALLS = 15_000
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
WORKSPACE = "01990000-0000-7000-8000-000000000000"
STAMP = "%Y-%m-%dT%H:%M:%S.%f%z"
TRACKS = 12


def run() -> None:
    """Print the calls, the CPU and the memory of one morning, and the memory of one a tenth as large."""
    few, many = (_measured(members) for members in (MEMBERS // 10, MEMBERS))
    calls = sum(many["calls"].values())
    most = ", ".join(f"{number:,} {name}" for name, number in Counter(many["calls"]).most_common(4))
    label = f"P8 digests for {MEMBERS:,}"
    print(f"{label}  {many['cpu_s']:.1f} s of CPU (at most {TARGET_CPU_S})")
    print(f"{label}  {calls:,} calls (at most {TARGET_CALLS:,}): {most}")
    ratio = many["peak_kb"] / few["peak_kb"]
    print(
        f"{label}  memory {ratio:.2f} x of a tenth as many  "
        f"{many['peak_kb'] // 1000} MB / {few['peak_kb'] // 1000} MB"
    )


def _measured(members: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.digests", str(members)]
    measured: dict[str, Any] = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout
    )
    return measured


class Raw(BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


class Memory:
    """AWS as far as this morning needs it."""

    def __init__(self, members: int) -> None:
        self.members = members
        self.calls: Counter[str] = Counter()
        self.cpu_s = 0.0
        self.ordered: list[str] = []
        self.sent = 0

    def __call__(self, request: Any, event_name: str, **_: Any) -> Any:
        from botocore.awsrequest import AWSResponse

        begun = time.process_time()
        operation = event_name.rpartition(".")[2]
        self.calls[operation] += 1
        body = json.dumps(self._answer(operation, json.loads(request.body or b"{}"))).encode()
        answer = AWSResponse(request.url, 200, {}, Raw(body))
        self.cpu_s += time.process_time() - begun
        return answer

    def _answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        match operation:
            case "Query":
                return _query(asked, self.members)
            case "BatchGetItem":
                return {
                    "Responses": {
                        table: _items(table, keys["Keys"]) for table, keys in asked["RequestItems"].items()
                    },
                    "UnprocessedKeys": {},
                }
            case "GetItem" if asked["TableName"].endswith("workspaces"):
                return {
                    "Item": {"workspace_id": {"S": WORKSPACE}, "name": {"S": "Acme"}, "created_at": _at(NOW)}
                }
            case "SendMessage":
                self.ordered.append(asked["MessageBody"])
                return {"MessageId": "1"}
            case "GetQueueUrl":
                return {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/1/digests"}
            case "GetAccount":
                return {"SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": 1e9, "SentLast24Hours": 0.0}}
            case "SendBulkEmail":
                self.sent += len(asked["BulkEmailEntries"])
                return {"BulkEmailEntryResults": [{"Status": "SUCCESS"} for _ in asked["BulkEmailEntries"]]}
        return {}


def _at(moment: datetime) -> dict[str, str]:
    return {"S": moment.strftime(STAMP)}


def _member(member_id: str) -> dict[str, Any]:
    return {
        "workspace_id": {"S": WORKSPACE},
        "member_id": {"S": member_id},
        "identity_key": {"S": member_id},
        "name": {"S": "Somebody at Acme"},
        "email": {"S": f"{member_id}@acme.example"},
        "time_zone": {"S": "UTC"},
        "role": {"S": "member"},
        "status": {"S": "active"},
        "joined_at": _at(NOW - timedelta(days=400)),
        "group_ids": {"SS": [f"group-{member_id[:4]}", "everybody"]},
    }


def _items(table: str, keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if table.endswith("-members"):
        return [_member(key["member_id"]["S"]) for key in keys]
    if table.endswith("-tracks"):
        return [_track(key["track_id"]["S"]) for key in keys]
    if table.endswith("-digests"):
        return [
            {
                **key,
                "day": {"S": "2026-11-24"},
                "told_until": _at(NOW - timedelta(days=7)),
                "unvisited": {"N": "1"},
            }
            for key in keys
        ]
    return []


def _track(track_id: str) -> dict[str, Any]:
    return {
        "workspace_id": {"S": WORKSPACE},
        "track_id": {"S": track_id},
        "title": {"S": f"What I would tell myself on day {track_id}"},
        "speaker_id": {"S": "m000000"},
        "speaker_name": {"S": "Ann Okafor"},
        "created_at": _at(NOW),
        "published_at": _at(NOW),
        "version": {"N": "1"},
        "audience_key": {"S": f"w#{WORKSPACE}"},
        "media_key": {"S": "media/x"},
        "duration_ms": {"N": "180000"},
        "consent": {"M": {"audience": {"S": "workspace"}}},
    }


def _query(asked: dict[str, Any], members: int) -> dict[str, Any]:
    table = asked["TableName"]
    if table.endswith("-activity"):
        happened = [
            {
                "audience_key": {"S": f"w#{WORKSPACE}"},
                "activity_id": {"S": f"{number:03d}"},
                "kind": {"S": "track_published"},
                "workspace_id": {"S": WORKSPACE},
                "actor_id": {"S": "m000000"},
                "at": _at(NOW - timedelta(days=2, minutes=number)),
                "track_id": {"S": f"{number}"},
                "expires_at": {"N": "1"},
            }
            for number in range(TRACKS)
        ]
        return {"Items": happened, "Count": TRACKS, "ScannedCount": TRACKS}
    if not table.endswith("-members"):
        return {"Items": [], "Count": 0, "ScannedCount": 0}
    begin = int(asked.get("ExclusiveStartKey", {}).get("member_id", {}).get("S", "m-1")[1:]) + 1
    items = [_member(f"m{number:06d}") for number in range(begin, min(begin + PAGE, members))]
    page: dict[str, Any] = {"Items": items, "Count": len(items), "ScannedCount": len(items)}
    if begin + PAGE < members:
        page["LastEvaluatedKey"] = {name: items[-1][name] for name in ("workspace_id", "member_id")}
    return page


def measure(members: int) -> None:
    """Run one morning and print what it took, as JSON."""
    from tests import environment

    environment.prepare()
    import botocore.handlers

    memory = Memory(members)
    botocore.handlers.BUILTIN_HANDLERS.append(("before-send", memory))
    from chalicelib.digests import mornings, sending
    from chalicelib.due.models import Due

    due = Due(
        "slot", "name", kind="digests", id="id", workspace_id=WORKSPACE, due_at=NOW, details={"zone": "UTC"}
    )
    begun = time.process_time()
    mornings.come(due, now=NOW)
    for body in memory.ordered:
        sending.carry_out(body, now=NOW, sleep=lambda _: None)
    cpu_s = time.process_time() - begun - memory.cpu_s
    assert memory.sent == members - 1, memory.sent  # all but who recorded the tracks
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"cpu_s": cpu_s, "calls": memory.calls, "peak_kb": peak_kb}))


if __name__ == "__main__":
    measure(int(sys.argv[1]))
