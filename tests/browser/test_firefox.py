"""A smoke walk in Firefox ESR: signing in, every screen, and a recording that is published and heard."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from marionette_driver.by import By
from marionette_driver.errors import StaleElementException
from marionette_driver.keys import Keys
from marionette_driver.marionette import Marionette, WebElement
from marionette_driver.wait import Wait

APP = Path(__file__).resolve().parents[2] / "chalicelib/web/static/app.js"
SCREENS = re.findall(r"^  \['(\w+)', \['\./", APP.read_text(encoding="utf-8"), re.MULTILINE)
PREFERENCES = {
    "media.navigator.streams.fake": True,  # a microphone that hums,
    "media.navigator.permission.disabled": True,  # and somebody who lets it be heard
    "media.autoplay.default": 0,
}
pytestmark = pytest.mark.filterwarnings(  # its driver leaves sockets to be collected
    "ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
PATIENCE_S = 60
SOUND_S = 10
BOX = "//label[normalize-space()='{0}']/following::*[self::input or self::textarea][1]"
DRAGGED = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))"
BUTTON = "//button[@aria-label='{0}' or normalize-space()='{0}']"


@pytest.fixture
def loudspeaker(tmp_path: Path) -> Iterator[str]:
    """The address of a sound server with a silent loudspeaker: without one Firefox runs no audio graph."""
    socket = tmp_path / "sound"
    loads = [f"module-native-protocol-unix auth-anonymous=1 socket={socket}", "module-null-sink"]
    with subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        + [word for each in loads for word in ("-L", each)],
        env={**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
        stderr=subprocess.DEVNULL,
    ) as server:
        for _ in range(SOUND_S * 20):
            if socket.exists():
                break
            time.sleep(0.05)
        yield f"unix:{socket}"
        server.terminate()


@pytest.fixture
def firefox(loudspeaker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Marionette]:
    monkeypatch.setenv("PULSE_SERVER", loudspeaker)
    browser = Marionette(
        bin="/usr/bin/firefox-esr",
        headless=True,
        prefs=PREFERENCES,
        gecko_log=str(tmp_path / "gecko.log"),
        app_args=["--remote-allow-system-access"],  # to read its console
    )
    browser.start_session()
    browser.timeout.implicit = PATIENCE_S
    yield browser
    browser.cleanup()


def test_firefox_opens_every_screen_and_brings_a_voice_to_the_library(
    earshot: str, firefox: Marionette
) -> None:
    assert {"home", "record", "library", "track"} <= set(SCREENS)
    home = signs_in(firefox, earshot)
    for screen in SCREENS:  # without the id of a thing, as some need it: they say that it is not there
        opens(firefox, home, screen)
    opens(firefox, home, "record")
    found(firefox, BUTTON, "Start recording").click()
    stop = found(firefox, BUTTON, "Stop recording")
    until(firefox, lambda: shown(firefox, ".studio .time", "textContent") >= "0:02")
    stop.click()
    begins = firefox.find_element(By.CSS_SELECTOR, "[aria-label='Begins at']")
    firefox.execute_script(DRAGGED, [begins, 500])
    until(firefox, lambda: "is kept" in shown(firefox, ".cut p", "textContent"))
    found(firefox, BOX, "Title").send_keys("How we hum")
    found(firefox, BUTTON, "Publish").send_keys(Keys.ENTER)  # where a click lands, the form may have moved
    until(firefox, lambda: "/library" in firefox.get_url())
    found(firefox, BUTTON, "Play How we hum").click()
    until(firefox, lambda: shown(firefox, ".player input[type=range]", "value") != "0")
    assert complaints(firefox, earshot) == []


def signs_in(firefox: Marionette, earshot: str) -> str:
    """Somebody new, in a workspace of theirs: its place in the address."""
    firefox.navigate(earshot)
    firefox.find_element(By.LINK_TEXT, "Sign in").click()
    firefox.find_element(By.NAME, "sub").send_keys("fox@acme.example")
    firefox.find_element(By.NAME, "name").send_keys("Fox Ferreira")
    firefox.find_element(By.CSS_SELECTOR, "form button").click()
    found(firefox, BOX, "Name").send_keys("Foxes")
    found(firefox, BUTTON, "Create").click()
    until(firefox, lambda: firefox.get_url().endswith("/home"))
    return str(firefox.get_url()).removesuffix("/home")


def opens(firefox: Marionette, home: str, screen: str) -> None:
    """From screen to screen as by a link, until the new one has its heading."""
    before = firefox.find_element(By.TAG_NAME, "main")
    firefox.execute_script("location.hash = arguments[0]", [f"{home.partition('#')[2]}/{screen}"])
    until(firefox, lambda: gone(before))
    assert firefox.find_element(By.CSS_SELECTOR, "main h1").text


def gone(element: WebElement) -> bool:
    try:
        element.is_displayed()
    except StaleElementException:
        return True
    return False


def found(firefox: Marionette, path: str, name: str) -> WebElement:
    return firefox.find_element(By.XPATH, path.format(name))


def shown(firefox: Marionette, selector: str, name: str) -> str:
    return str(firefox.find_element(By.CSS_SELECTOR, selector).get_property(name))


def until(firefox: Marionette, holds: Callable[[], bool]) -> None:
    Wait(firefox, timeout=PATIENCE_S).until(lambda _: holds())


def complaints(firefox: Marionette, earshot: str) -> list[str]:
    """What Firefox's console says of Earshot's own pages: faults, and what their policy forbids."""
    with firefox.using_context("chrome"):
        said = firefox.execute_script("return Services.console.getMessageArray().map(String)")
    return [each for each in said if f"{earshot}static/" in each]
