"""What a search costs in a workspace of 10,000 tracks: reading the library once, then each letter typed.

The index is 10,000 items as DynamoDB answers them, in pages of 1 MB, read through boto3's own parser from a
listener in another process; what counts is the CPU of the process that searches.
"""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests import environment

TRACKS = 10_000
ROUNDS = 30
PAGE_BYTES = 1024 * 1024
TYPED = ("h", "how", "how op", "how open call", "ann", "größe", "zzz")
WORDS = (
    "How",
    "open",
    "call",
    "with",
    "price",
    "größe",
    "customers",
    "first",
    "day",
    "mistake",
    "review",
    "ask",
)
NAMES = ("Ann Example", "Oisín Byrne", "Łukasz Nowak", "Miriam Okafor", "Leila Haddad")


def run() -> None:
    """Measure in a process of its own, and print."""
    import threading
    from http.server import ThreadingHTTPServer

    server = ThreadingHTTPServer(("127.0.0.1", 0), answers_of(pages()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        command = [sys.executable, "-m", "tests.bench.search", f"http://127.0.0.1:{server.server_port}"]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")
    finally:
        server.shutdown()
        server.server_close()


def pages() -> list[list[dict[str, Any]]]:
    """The index of the library, page by page."""
    began = datetime(2026, 1, 1, tzinfo=UTC)
    found: list[list[dict[str, Any]]] = [[]]
    room, chance = PAGE_BYTES, random.Random(1)
    for number in range(TRACKS):
        at = f"{(began + timedelta(minutes=number)).strftime('%Y-%m-%dT%H:%M:%S.%f')}+0000"
        words = chance.sample(WORDS, 5)
        item = {
            "workspace_id": {"S": "acme"},
            "track_id": {"S": f"01900000-0000-7000-8000-{number:012x}"},
            "audience_key": {"S": "w#acme"},
            "title": {"S": f"{' '.join(words)} {number}"},
            "speaker_name": {"S": NAMES[number % len(NAMES)]},
            "published_at": {"S": at},
            "changed_at": {"S": at},
        }
        room -= sum(len(name) + len(value["S"].encode()) for name, value in item.items())
        if room < 0:
            found.append([])
            room = PAGE_BYTES
        found[-1].append(item)
    return found


def answers_of(pages: list[list[dict[str, Any]]]) -> Any:
    """A listener that answers a query with these pages, and one for what has changed since with nothing."""
    from http.server import BaseHTTPRequestHandler

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer: dict[str, Any] = {"Items": []}
            if ":since" not in asked["ExpressionAttributeValues"]:
                page = int(asked.get("ExclusiveStartKey", {}).get("track_id", {"S": "0"})["S"])
                answer["Items"] = pages[page]
                if page + 1 < len(pages):
                    answer["LastEvaluatedKey"] = {"track_id": {"S": str(page + 1)}}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Answering


def measure() -> None:
    """Print what reading the index, keeping up with it and searching it take."""
    from chalicelib import aws
    from chalicelib.search import catalogue, matching

    aws.client("dynamodb")
    now = datetime(2026, 6, 1, tzinfo=UTC)

    def read(at: datetime) -> catalogue.Catalogue:
        return catalogue.of_audience(catalogue.TRACKS, "w#acme", now=at)

    first = cpu_ms(lambda: read(now), once=True)
    known = read(now)
    size = sum(
        sys.getsizeof(each) + sys.getsizeof(each.id) + sys.getsizeof(each.at) + sys.getsizeof(each.text)
        for each in known.entries.values()
    )
    moments = iter(now + catalogue.FRESH * (1 + number) for number in range(ROUNDS))
    again = cpu_ms(lambda: read(next(moments)))
    print(
        f"search, reading {len(known.entries)} tracks once    {first:.0f} ms of CPU, {size / 1e6:.1f} MB kept"
    )
    print(f"search, asking for what has changed    {again:.2f} ms of CPU")
    for typed in TYPED:

        def query(typed: str = typed) -> list[matching.Entry]:
            return matching.best(list(known.entries.values()), matching.wanted(typed))

        print(f"search, {len(query()):>5} tracks for {typed!r:<16} {cpu_ms(query):.2f} ms of CPU")


def cpu_ms(act: Callable[[], object], *, once: bool = False) -> float:
    """The CPU that something takes, the middle of some rounds."""
    spent = []
    for _ in range(1 if once else ROUNDS):
        began = time.process_time()
        act()
        spent.append(1000 * (time.process_time() - began))
    return statistics.median(spent)


if __name__ == "__main__":
    import os

    environment.prepare()
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = sys.argv[1]
    measure()
