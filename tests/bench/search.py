"""What a search costs in a workspace of 10,000 tracks: reading the library once, then each letter typed.

Each track has topics, a description and a transcript of 5 minutes, 700 words. The indexes are 10,000 items as
DynamoDB answers them, in pages of 1 MB, read through boto3's own parser from a listener in another process;
what counts is the CPU of the process that searches.
"""

import base64
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from tests import environment

Item = dict[str, Any]

TRACKS = 10_000
SPOKEN_WORDS = 700
DIFFERENT_WORDS = 20_000
ROUNDS = 30
PAGE_BYTES = 1024 * 1024
TYPED = {
    "tracks": ("h", "how", "how op", "how open call", "ann", "größe", "zzz"),
    "transcripts": ("the", "pri", "ein los", "sta the", "zzz"),
}
TOPICS = ("Sales", "Pricing", "Hiring", "Support", "Onboarding", "Café", "Security", "Planning")
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

    answering = answers_of({"searched": pages(searched()), "said": pages(spoken())})
    server = ThreadingHTTPServer(("127.0.0.1", 0), answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        command = [sys.executable, "-m", "tests.bench.search", f"http://127.0.0.1:{server.server_port}"]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")
    finally:
        server.shutdown()
        server.server_close()


def searched() -> Iterator[Item]:
    """The index of what changed."""
    chance = random.Random(1)
    for number in range(TRACKS):
        words = chance.sample(WORDS, 5)
        yield item(number, "changed_at") | {
            "title": {"S": f"{' '.join(words)} {number}"},
            "description": {"S": " ".join(chance.choices(WORDS, k=20))},
            "topics": {"L": [{"S": topic} for topic in chance.sample(TOPICS, 3)]},
            "speaker_id": {"S": f"speaker-{number % len(NAMES)}"},
            "speaker_name": {"S": NAMES[number % len(NAMES)]},
            "duration_ms": {"N": str(chance.randrange(60_000, 1_200_000))},
            "revision": {"N": "1"},
        }


def spoken() -> Iterator[Item]:
    """The index of what is said: words as often as in English, the n-th most frequent 1/n as often."""
    from chalicelib.tracks import said
    from chalicelib.tracks.captions import Said

    chance = random.Random(2)
    letters = "etaoinshrdlucmfwypvbgk"
    words = ["".join(chance.choices(letters, k=chance.randrange(3, 11))) for _ in range(DIFFERENT_WORDS)]
    weights = [1 / (1 + number) for number in range(DIFFERENT_WORDS)]
    for number in range(TRACKS):
        text = " ".join(chance.choices(words, weights, k=SPOKEN_WORDS))
        packed = base64.b64encode(said.packed(Said("text", paragraphs=[text]))).decode()
        yield item(number, "words_at") | {"words": {"B": packed}}


def item(number: int, moved: str) -> Item:
    """What every row of an index has."""
    began = datetime(2026, 1, 1, tzinfo=UTC)
    at = f"{(began + timedelta(minutes=number)).strftime('%Y-%m-%dT%H:%M:%S.%f')}+0000"
    return {
        "workspace_id": {"S": "acme"},
        "track_id": {"S": f"01900000-0000-7000-8000-{number:012x}"},
        "audience_key": {"S": "w#acme"},
        "published_at": {"S": at},
        moved: {"S": at},
    }


def pages(items: Iterator[Item]) -> list[list[Item]]:
    """An index page by page."""
    found: list[list[Item]] = [[]]
    room = PAGE_BYTES
    for each in items:
        room -= len(json.dumps(each, ensure_ascii=False)) * 3 // 4
        if room < 0:
            found.append([])
            room = PAGE_BYTES
        found[-1].append(each)
    return found


def answers_of(indexes: dict[str, list[list[Item]]]) -> Any:
    """A listener that answers a query of an index with its pages, and what has changed since is nothing."""
    from http.server import BaseHTTPRequestHandler

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer: dict[str, Any] = {"Items": []}
            pages = indexes[asked["IndexName"]]
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
    """Print what reading the indexes, keeping up with them, searching and narrowing them take."""
    from chalicelib import aws
    from chalicelib.search import catalogue, matching, narrowing
    from chalicelib.workspaces.models import Member

    aws.client("dynamodb")
    now = datetime(2026, 6, 1, tzinfo=UTC)
    kinds: dict[str, catalogue.Kind[Any]] = {
        "tracks": catalogue.TRACKS,
        "transcripts": catalogue.TRANSCRIPTS,
    }
    for name, kind in kinds.items():

        def read(at: datetime, kind: catalogue.Kind[Any] = kind) -> catalogue.Catalogue[Any]:
            return catalogue.of_audience(kind, "w#acme", now=at)

        before = resident_mb()
        first = cpu_ms(lambda: read(now), once=True)
        known = read(now)
        print(
            f"search, reading {len(known.entries)} {name} once    {first:.0f} ms of CPU, "
            f"{kept_mb(known.entries.values()):.1f} MB kept, process {resident_mb() - before:.0f} MB larger"
        )
        moments = iter(now + catalogue.FRESH * (1 + number) for number in range(ROUNDS))
        again = cpu_ms(partial(refresh, read, moments))
        print(f"search, asking for what has changed of {name}    {again:.2f} ms of CPU")
        for typed in TYPED[name]:

            def query(typed: str = typed, known: catalogue.Catalogue[Any] = known) -> list[Any]:
                return matching.best(list(known.entries.values()), matching.wanted(typed))

            found = f"{len(query()):>5} {name} for {typed!r:<16}"
            print(f"search, {found} {cpu_ms(query):.2f} ms of CPU")
    tracks = [catalogue.of_audience(catalogue.TRACKS, "w#acme", now=now)]
    me = Member("acme", "me")
    for wishes in (
        narrowing.Wishes(length="short"),
        narrowing.Wishes(topic="sales"),
        narrowing.Wishes(speaker_id="speaker-1", topic="Sales", length="medium"),
    ):

        def narrow(wishes: narrowing.Wishes = wishes) -> list[Any]:
            return narrowing.newest_first(narrowing.wished(me, tracks, wishes, now))

        wished = ", ".join(f"{name} {value}" for name, value in vars(wishes).items() if value)
        print(f"search, {len(narrow()):>5} tracks by {wished}    {cpu_ms(narrow):.2f} ms of CPU")

    def fit() -> list[Any]:
        found = narrowing.wished(me, tracks, narrowing.Wishes(), now)
        return narrowing.fitted(narrowing.newest_first(found), 12 * 60_000)

    print(f"search, {len(fit()):>5} tracks into 12 minutes    {cpu_ms(fit):.2f} ms of CPU")


def kept_mb(entries: Iterable[Any]) -> float:
    """What entries take, with their ids, times and texts."""
    sizes = (sys.getsizeof(each) + sum(map(sys.getsizeof, (each.id, each.at, each.text))) for each in entries)
    return sum(sizes) / 1e6


def resident_mb() -> float:
    """What the process takes now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def refresh(read: Callable[[datetime], object], moments: Iterator[datetime]) -> None:
    """Read what has changed by the next moment."""
    read(next(moments))


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
