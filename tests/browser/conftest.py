"""A real browser with a voice at its microphone, and what it visits: Earshot, or a server that plays it."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.engine import Engine
from tests.kept import made_once

pytest.register_assert_rewrite("tests.browser.visitor")
expect.set_options(timeout=20_000)  # a machine that is busy with other things is slow, not wrong

ROOT = Path(__file__).resolve().parents[2]
AUDIO = ROOT / ".cache" / "audio"
READY = re.compile(r"Earshot is ready at (http://\S+)")
WORDS = (
    "Before you show anything, ask what they have tried. Then be quiet until they have finished, "
    "and say in their own words what you have heard. Only now open your slides."
)
FEATURES_OFF = (
    # Each window loads two pages for the list below its address bar, which nobody sees: half of what a test
    # costs. And each keeps a process ready for a next page.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "SpareRendererForSitePerProcess"),
    # What Playwright turns off itself; this list takes the place of its own.
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay"),
    *("MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"),
    "ThirdPartyStoragePartitioning",
)
FLAGS = [
    f"--disable-features={','.join(FEATURES_OFF)}",
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="session")
def voice() -> Path:
    """Ten seconds of somebody speaking, as a microphone gives them (WAV, 48 kHz)."""
    return made_once(AUDIO / "voice.wav", _speak)


def _speak(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder) / "spoken.wav"
        subprocess.run(["espeak-ng", "-s", "150", "-w", str(spoken), WORDS], check=True)
        shape = ["-r", "48000", "-c", "1", "-b", "16"]
        subprocess.run(
            ["sox", str(spoken), *shape, str(path), "norm", "-6", "trim", "0", "10"],
            check=True,
        )


@pytest.fixture(scope="package")
def playwright_driver() -> Iterator[Playwright]:
    """One for all: a second one cannot run beside it."""
    with sync_playwright() as driver:
        yield driver


def launched(driver: Playwright, *more: str) -> Browser:
    """Debian's Chromium."""
    return driver.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, *more])


@pytest.fixture(scope="package")
def browser(playwright_driver: Playwright, voice: Path) -> Iterator[Browser]:
    """Chromium, whose microphone hears the voice and whose user says yes."""
    listening = f"--use-file-for-fake-audio-capture={voice}"
    with launched(playwright_driver, "--use-fake-ui-for-media-stream", listening) as browser:
        yield browser


@pytest.fixture(scope="module")
def refusing_browser(playwright_driver: Playwright) -> Iterator[Browser]:
    """Chromium whose user does not let the page hear the microphone."""
    with launched(playwright_driver) as browser:
        yield browser


@pytest.fixture(scope="package")
def earshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a whole Earshot: the process that `make run` starts, with a data folder of its own."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EARSHOT_"))},
        "EARSHOT_PORT": "0",
        "EARSHOT_DATA": str(tmp_path_factory.mktemp("earshot")),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "infra.local"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        lines = iter(process.stdout.readline, "")
        address = next((found[1] for line in lines if (found := READY.search(line))), None)
        assert address, "Earshot did not start"
        yield address
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.fixture
def engine() -> Iterator[Engine]:
    """The client's files under the real policy, and an API and S3 that a test can make fail."""
    with Engine.running() as engine:
        yield engine


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(permissions=["microphone"]) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, engine: Engine) -> Page:
    """An empty page of the engine's server; it must not complain."""
    return engine.opened(context)


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Callable[[str], None]]]:
    """The address of an Earshot of its own, and what turns its clock."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EARSHOT_"))}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.browser.turned"],
        cwd=ROOT,
        env=others | {"EARSHOT_PORT": "0", "EARSHOT_DATA": str(tmp_path_factory.mktemp("turned"))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        asked, answers = process.stdin, iter(process.stdout.readline, "")
        address = next((found[1] for line in answers if (found := READY.search(line))), None)
        assert address, "Earshot did not start"

        def turns_to(moment: str) -> None:
            asked.write(f"{moment}\n")
            asked.flush()
            assert any(line.strip() == moment for line in answers), "the clock stands still"

        yield address, turns_to
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
