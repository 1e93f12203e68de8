"""A real browser with a voice at its microphone, and a server that plays Earshot to the audio engine."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.engine import Engine

ROOT = Path(__file__).resolve().parents[2]
AUDIO = ROOT / ".cache" / "audio"
WORDS = (
    "Before you show anything, ask what they have tried. Then be quiet until they have finished, "
    "and say in their own words what you have heard. Only now open your slides."
)
FLAGS = [
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
    path = AUDIO / "voice.wav"
    if not path.exists():
        AUDIO.mkdir(parents=True, exist_ok=True)
        spoken = AUDIO / "spoken.wav"
        subprocess.run(["espeak-ng", "-s", "150", "-w", str(spoken), WORDS], check=True)
        subprocess.run(
            [
                "sox",
                str(spoken),
                "-r",
                "48000",
                "-c",
                "1",
                "-b",
                "16",
                str(path),
                "norm",
                "-6",
                "trim",
                "0",
                "10",
            ],
            check=True,
        )
        spoken.unlink()
    return path


@pytest.fixture(scope="module")
def playwright_driver() -> Iterator[Playwright]:
    """One at a time: a module with a driver of its own cannot run beside another's."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright_driver: Playwright, voice: Path) -> Iterator[Browser]:
    """Chromium, whose microphone hears the voice and whose user says yes."""
    listening = ["--use-fake-ui-for-media-stream", f"--use-file-for-fake-audio-capture={voice}"]
    with playwright_driver.chromium.launch(
        executable_path="/usr/bin/chromium", args=[*FLAGS, *listening]
    ) as browser:
        yield browser


@pytest.fixture(scope="module")
def refusing_browser(playwright_driver: Playwright) -> Iterator[Browser]:
    """Chromium whose user does not let the page hear the microphone."""
    with playwright_driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS) as browser:
        yield browser


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
