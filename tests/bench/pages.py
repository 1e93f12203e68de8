"""P10: what a browser fetches before somebody is at home, and what Lighthouse says of the pages.

Lighthouse looks at them as on a phone four times as slow as this machine, on a slow line; a machine that
is busy is judged lower.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from infra import speech
from infra.browser import Browser, uploads
from infra.company import Voice

ROOT = Path(__file__).resolve().parents[2]
LIGHTHOUSE = ROOT / ".cache/bench/node_modules/lighthouse/cli/index.js"
CHROMIUM = "/usr/bin/chromium"
CATEGORIES = ("performance", "accessibility", "best-practices")
MOST_KB, LEAST_SCORE = 60, 95
WORDS = "Ask what they have tried. Then be quiet until they have finished, and say it in their own words."
KEPT = """async () => {
  await navigator.serviceWorker.ready;
  return (await (await caches.open('earshot-files')).keys()).length;
}"""


@dataclass(frozen=True)
class Company:
    """A running Earshot with a workspace and a track in it, and somebody who is signed in."""

    url: str
    browser: Browser
    home: str
    track_id: str
    shared: str


def run() -> None:
    """Count the first load, and have each page judged."""
    with tempfile.TemporaryDirectory() as folder, _earshot(Path(folder)) as url:
        company = _filled(url)
        _first_load(company)
        pages = {
            "sign-in": (url, False),
            "home": (f"{url}{company.home}/home", True),
            "library": (f"{url}{company.home}/library", True),
            "track": (f"{url}{company.home}/track/{company.track_id}", True),
            "shared": (company.shared, False),
        }
        for name, (address, signed_in) in pages.items():
            scores = _judged(address, company.browser.cookies() if signed_in else {})
            told = "  ".join(f"{category} {score}" for category, score in scores.items())
            print(f"P10 {name:11}{told}  (at least {LEAST_SCORE})", flush=True)


@contextmanager
def _earshot(folder: Path) -> Iterator[str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EARSHOT_"))}
    with subprocess.Popen(
        [sys.executable, "-m", "infra.local"],
        cwd=ROOT,
        env=others | {"EARSHOT_PORT": "0", "EARSHOT_DATA": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        ready = "Earshot is ready at "
        try:
            yield next(line.removeprefix(ready).strip() for line in server.stdout if line.startswith(ready))
        finally:
            server.terminate()


def _filled(url: str) -> Company:
    browser = Browser(url)
    browser.signs_in("ann@acme.example", "Ann Okafor")
    workspace_id = browser.asks("POST", "workspaces", {"name": "Acme"})["workspace_id"]
    place = f"workspaces/{workspace_id}"
    recording = speech.spoken(WORDS, Voice("en-gb", 150, 40))
    new = {
        "title": "Ask before you show",
        "content_type": "audio/mpeg",
        "size_bytes": len(recording.audio),
        "peaks": recording.peaks,
        "loudness_lufs": recording.loudness_lufs,
    }
    created = browser.asks("POST", f"{place}/tracks", new)
    uploads(created["upload"], recording.audio)
    track = f"{place}/tracks/{created['track']['track_id']}"
    while browser.asks("GET", track)["status"] != "ready":
        time.sleep(0.2)
    consent = browser.asks("GET", track)["consent"] | {"public_link": True, "named_publicly": True}
    browser.asks("PATCH", track, {"consent": consent})
    shared = browser.asks("POST", f"{track}/shares", {"label": "Bench"})["url"]
    return Company(url, browser, f"#/w/{workspace_id}", created["track"]["track_id"], shared)


def _first_load(company: Company) -> None:
    """From the sign-in page to home, in a browser that was never here."""
    with (
        sync_playwright() as driver,
        driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]) as chromium,
        chromium.new_page() as page,
    ):
        bodies, heads = _counted(page, company.url)
        page.goto(company.url)
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("E-mail").fill("ann@acme.example")
        page.get_by_label("Name").fill("Ann Okafor")
        page.get_by_role("button", name="Sign in").first.click()
        page.get_by_role("heading", name="Home", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        kept = page.evaluate("async () => (await caches.keys()).length")
        files = {path: size for path, size in bodies.items() if not path.startswith("v1/")}
        answers = sum(bodies.values()) - sum(files.values())
        print(
            f"P10 first load  {sum(files.values()) / 1000:.1f} kB in {len(files)} files (at most {MOST_KB}); "
            f"{answers / 1000:.1f} kB of answers, {sum(heads.values()) / 1000:.1f} kB of headers; "
            f"kept by then: {'something' if kept else 'nothing'}"
        )
        page.wait_for_function(f"async () => (await ({KEPT})()) > 0")
        print(f"P10 kept afterwards, to open without a network: {page.evaluate(KEPT)} files")


def _counted(page: Page, url: str) -> tuple[dict[str, int], dict[str, int]]:
    """What comes over the line for each path of the client and the API, as bodies and as headers.

    What the service worker fetches is not in it.
    """
    bodies, heads, paths = Counter[str](), Counter[str](), dict[str, str]()
    session = page.context.new_cdp_session(page)

    def begins(event: dict[str, Any]) -> None:
        address = event["response"]["url"]
        path = urlsplit(address).path.removeprefix("/")
        if address.startswith(url) and (path in ("", "settings.json") or path.startswith(("static/", "v1/"))):
            paths[event["requestId"]] = path
            heads[path] += event["response"]["encodedDataLength"]
            bodies[path] -= event["response"]["encodedDataLength"]

    def ends(event: dict[str, Any]) -> None:
        if event["requestId"] in paths:
            bodies[paths[event["requestId"]]] += event["encodedDataLength"]

    session.on("Network.responseReceived", begins)
    session.on("Network.loadingFinished", ends)
    session.send("Network.enable")
    return bodies, heads


def _judged(address: str, cookies: dict[str, str]) -> dict[str, int]:
    """Lighthouse's score of each category, of 100."""
    if not LIGHTHOUSE.exists():
        raise SystemExit("Lighthouse is not installed. Run infra/setup bench.")
    brought = "; ".join(f"{name}={value}" for name, value in cookies.items())
    cookie = ["--extra-headers", json.dumps({"Cookie": brought})] if brought else []
    done = subprocess.run(
        [
            *("node", str(LIGHTHOUSE), address, "--quiet", "--output=json", *cookie),
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking",
        ],
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(done.stdout)
    return {category: round(100 * report["categories"][category]["score"]) for category in CATEGORIES}
