"""The recorder's page in a real browser: by keyboard alone, and whatever goes wrong, nothing is lost."""

import base64
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.browser.test_journey import LEFT_BEHIND, publishes, recorder, speaks
from tests.browser.visitor import MEDIA, Visitor, asks

MANY = 22
PLAYLIST = "How to begin"
WATCHED = """(() => {
  const {mediaDevices} = navigator;
  if (!mediaDevices) return; // an empty page
  const given = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    if (window.refusal) throw new DOMException('', window.refusal);
    window.stream = await given(wanted);
    return window.stream;
  };
  const Real = AudioContext;
  window.AudioContext = class extends Real { constructor() { super(); window.sounding = this; } };
  window.decoding = {now: 0, most: 0};
  const decode = OfflineAudioContext.prototype.decodeAudioData;
  OfflineAudioContext.prototype.decodeAudioData = async function (bytes) {
    decoding.now += 1;
    decoding.most = Math.max(decoding.most, decoding.now);
    await window.held;
    try { return await decode.call(this, bytes); } finally { decoding.now -= 1; }
  };
})()"""
DROP = """([area, text, count]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  for (let i = 1; i <= count; i += 1) dataTransfer.items.add(new File([bytes], `talk ${i}.ogg`));
  area.dispatchEvent(new DragEvent('drop', {dataTransfer, bubbles: true, cancelable: true}));
}"""


@dataclass
class Speaker:
    """Ann with a playlist of her own."""

    ann: Visitor
    home: str

    def comes_to_record(self) -> Visitor:
        self.ann.loads(f"{self.home}/record", "Record")
        return self.ann

    def length_ms(self, title: str) -> int:
        """How long the server finds this track of hers."""
        place = f"v1/workspaces/{self.home.removeprefix('#/w/')}/tracks?speaker=me"
        [track] = [each for each in asks(self.ann.page, place)["items"] if each["title"] == title]
        length: int = track["duration_ms"]
        return length


@pytest.fixture(scope="module")
def speaker(browser: Browser, earshot: str) -> Iterator[Speaker]:
    with Visitor.coming(browser, earshot) as ann:
        ann.page.context.add_init_script(WATCHED)
        ann.signs_in("ann@recorder.example", "Ann Okafor")
        home = ann.creates_a_workspace("Recorder")
        ann.opens(f"{home}/playlists", "Playlists")
        ann.button("New playlist").first.click()
        ann.page.get_by_label("Title").fill(PLAYLIST)
        ann.button("Create").click()
        expect(ann.heading(PLAYLIST)).to_be_visible()
        yield Speaker(ann, home)


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(speaker: Speaker) -> Iterator[None]:
    """What was published or discarded is no draft any more."""
    yield
    left = """async () => {
      const {read} = await import('./static/shelf.js');
      const items = await read('items', (items) => items.getAll());
      const drafts = items.filter(({status}) => status === 'recording');
      return [drafts.length, await read('chunks', (chunks) => chunks.count())];
    }"""
    page = speaker.ann.page
    for _ in range(100):  # what was discarded last may just be on its way out
        if page.evaluate(left) == [0, 0]:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(left) == [0, 0]


def value(slider: Locator) -> int:
    return int(slider.input_value())


def presses(visitor: Visitor, key: str, times: int = 1) -> None:
    for _ in range(times):
        visitor.page.keyboard.press(key)


def test_recorded_cut_and_put_into_a_playlist_by_keyboard_alone(speaker: Speaker) -> None:
    ann = speaker.comes_to_record()
    page = ann.page
    ann.tabs_to(ann.button("Start recording"))
    presses(ann, "Enter")
    expect(ann.button("Stop recording")).to_be_focused()
    expect(recorder(ann)).to_contain_text("Recording")
    page.wait_for_timeout(2000)
    ann.tabs_to(ann.button("Pause"), "Shift+Tab")
    presses(ann, "Space")
    expect(ann.button("Go on")).to_be_focused()
    expect(recorder(ann)).to_contain_text("Paused")
    drawn = page.locator(".said path").get_attribute("d")
    assert drawn
    assert drawn.count("M") > 10
    presses(ann, "Space")
    expect(ann.button("Pause")).to_be_focused()
    page.wait_for_timeout(1500)
    ann.tabs_to(ann.button("Stop recording"))
    presses(ann, "Enter")
    expect(ann.button("Play your recording")).to_be_focused()

    begins, ends = page.get_by_label("Begins at"), page.get_by_label("Ends at")
    whole = value(ends)
    ann.tabs_to(begins, "Shift+Tab")
    presses(ann, "Shift+ArrowRight")
    presses(ann, "ArrowRight", 3)
    presses(ann, "ArrowLeft")
    assert value(begins) == 1200
    presses(ann, "Tab")
    expect(ends).to_be_focused()
    presses(ann, "Home")
    assert value(ends) == 2200
    expect(recorder(ann)).to_contain_text("At least 1 second has to remain.")
    presses(ann, "ArrowUp", 3)
    assert value(ends) == 2500
    expect(recorder(ann)).to_contain_text("0:01.2 to 0:02.5 is kept.")
    ann.is_served_well_both_ways("cut")
    presses(ann, "Tab")
    presses(ann, "Space")
    expect(ann.button("Pause your recording")).to_be_focused()
    expect(ann.button("Play your recording")).to_be_focused()  # it has come to where it is cut
    position = page.get_by_label("Position in your recording")
    assert 2400 <= value(position) <= 2800

    ann.tabs_to(ann.button("Keep all"))
    presses(ann, "Enter")
    expect(ann.button("Keep all")).to_be_focused()
    assert (value(begins), value(ends)) == (0, whole)
    ann.tabs_to(position, "Shift+Tab")
    presses(ann, "Home")
    presses(ann, "ArrowRight", 9)
    ann.tabs_to(ann.button("Start here"))
    presses(ann, "Enter")
    expect(ann.button("Start here")).to_be_focused()
    assert value(begins) == 900

    ann.tabs_to(page.get_by_label("Title"))
    page.keyboard.type("Begin in the middle")
    ann.tabs_to(page.get_by_label("Where it goes"))
    page.keyboard.type(PLAYLIST[:3])
    expect(page.get_by_label("Where it goes")).not_to_have_value("")
    ann.tabs_to(ann.button("Publish"))
    presses(ann, "Enter")
    expect(ann.heading(PLAYLIST)).to_be_focused()
    expect(ann.link("Begin in the middle")).to_be_visible()
    assert speaker.length_ms("Begin in the middle") == pytest.approx(whole - 900, abs=150)


def test_what_only_the_speaker_may_hear_goes_into_no_playlist_of_all(speaker: Speaker) -> None:
    ann = speaker.comes_to_record()
    speaks(ann, 1200)
    ann.button("Stop recording").click()
    where = ann.page.get_by_label("Where it goes")
    where.select_option(PLAYLIST)
    ann.page.get_by_label("Only me").check()
    expect(where).to_have_count(0)
    ann.page.get_by_label("Everyone in this workspace").check()
    expect(where).to_have_value("")
    ann.button("Record again").click()
    ann.button("Discard").click()


def test_without_a_microphone_and_after_five_minutes_the_page_says_what_to_do(speaker: Speaker) -> None:
    ann = speaker.comes_to_record()
    start, alert = ann.button("Start recording"), recorder(ann).get_by_role("alert")
    for refusal, said in {
        "NotAllowedError": "The microphone is blocked.",
        "NotFoundError": "No microphone was found.",
        "NotReadableError": "Another program keeps the microphone to itself.",
    }.items():
        ann.page.evaluate("(name) => { window.refusal = name; }", refusal)
        start.press("Enter")
        expect(alert).to_contain_text(said)
        expect(start).to_be_focused()
    ann.page.evaluate("() => { window.refusal = null; }")
    ann.page.evaluate("() => { AudioContext.prototype.resume = () => new Promise(() => {}); }")
    start.press("Enter")
    expect(alert).to_contain_text("Connect a loudspeaker or headphones")
    expect(start).to_be_focused()
    ann.page.evaluate("() => { delete AudioContext.prototype.resume; }")
    start.press("Enter")
    expect(ann.button("Stop recording")).to_be_focused()
    expect(alert).to_have_count(0)
    ann.page.evaluate(
        "() => Object.defineProperty(sounding, 'sampleRate', {value: 160})"
    )  # 300 times as fast
    expect(recorder(ann)).to_contain_text("Five minutes: a good place to end.")
    expect(ann.page.get_by_text("Five minutes. A good place to come to an end")).to_be_attached()
    expect(ann.button("Pause")).to_be_visible()
    ann.button("Start over").click()
    ann.button("Discard").click()
    expect(ann.heading("Record")).to_be_focused()
    expect(start).to_be_visible()


ALLOWED_LATE = """async () => {
  const {Recorder} = await import('./static/recorder.js');
  const {Worker: worker} = window;
  const {mediaDevices: devices} = navigator;
  const {getUserMedia: asks} = devices;
  let allow;
  let stopped = 0;
  window.Worker = class {
    constructor() { setTimeout(() => this.onerror({message: 'not there'})); }
    postMessage() {}
    terminate() {}
  };
  devices.getUserMedia = () => new Promise((resolve) => { allow = resolve; });
  try {
    await new Recorder({mostMs: 1000}).start().catch(() => {});
    allow({getTracks: () => [{stop: () => { stopped += 1; }}]});
    await new Promise((resolve) => setTimeout(resolve));
    return stopped;
  } finally {
    window.Worker = worker;
    devices.getUserMedia = asks;
  }
}"""


def test_a_microphone_that_is_allowed_too_late_is_let_go(speaker: Speaker) -> None:
    ann = speaker.comes_to_record()
    assert ann.page.evaluate(ALLOWED_LATE) == 1


def test_a_session_that_ends_takes_the_recorder_from_nobody(speaker: Speaker) -> None:
    ann = speaker.comes_to_record()
    page = ann.page
    speaks(ann, 500)
    page.context.clear_cookies(name="earshot_session")
    assert page.evaluate("async () => (await fetch('v1/me')).status") == 401
    page.evaluate("async () => { await (await import('./static/api.js')).get('v1/me').catch(() => {}); }")
    page.wait_for_timeout(700)
    expect(recorder(ann)).to_contain_text("Recording")
    ann.button("Stop recording").click()
    title = page.get_by_label("Title")
    title.fill("\u200f \u2066\u2069")  # nothing that can be seen
    ann.button("Publish").click()
    expect(page.get_by_text("Give it a title")).to_be_visible()
    title.fill("Said to the end")
    more = page.get_by_text("Description, topics, language").first
    more.click()
    page.get_by_label("Topics").fill("\u200f, Calls")
    description = page.get_by_label("Description")
    description.fill("x" * 501)
    more.click()
    ann.button("Publish").click()
    expect(description).to_be_focused()  # it stands in sight again
    description.fill("How it ended.")
    ann.button("Publish").click()
    expect(page.get_by_text("You have been signed out.")).to_be_visible()
    ann.link("Sign in").click()
    page.get_by_label("E-mail").fill("ann@recorder.example")
    page.get_by_label("Name").fill("Ann Okafor")
    ann.button("Sign in").first.click()
    expect(ann.button("Play Said to the end")).to_be_visible()
    assert speaker.length_ms("Said to the end") > 1000


def test_a_sign_in_in_another_tab_waits_until_nobody_is_at_the_recorder(speaker: Speaker) -> None:
    ann = speaker.comes_to_record()
    page = ann.page
    speaks(ann, 500)
    page.evaluate("""() => {
      window.isTheSame = true;
      document.cookie = 'earshot_signin_mark=another';
      document.dispatchEvent(new Event('visibilitychange'));
    }""")
    page.wait_for_timeout(500)
    assert page.evaluate("isTheSame")
    expect(recorder(ann)).to_contain_text("Recording")
    ann.button("Start over").click()
    ann.button("Discard").click()
    page.wait_for_function("() => !window.isTheSame")
    expect(ann.heading("Record")).to_be_visible()


@pytest.mark.parametrize(
    ("happens", "said", "title"),
    [
        (
            "stream.getAudioTracks()[0].dispatchEvent(new Event('ended'))",
            "The microphone went away.",
            "Said before it was unplugged",
        ),
        ("sounding.suspend()", "Something interrupted the recording.", "Said before the call"),
    ],
)
def test_what_was_said_before_it_ended_by_itself_is_published(
    speaker: Speaker, happens: str, said: str, title: str
) -> None:
    ann = speaker.comes_to_record()
    speaks(ann, 1500)
    ann.page.evaluate(f"() => {{ {happens}; }}")
    expect(recorder(ann)).to_contain_text(f"{said} What you said until then is here.")
    expect(ann.page.locator("#said")).to_contain_text(said)
    length_ms = value(ann.page.get_by_label("Ends at"))
    assert length_ms > 1000
    publishes(ann, title)
    assert speaker.length_ms(title) == pytest.approx(length_ms, abs=120)


def test_a_full_disk_loses_nothing(speaker: Speaker, earshot: str) -> None:
    ann = speaker.comes_to_record()
    storage = ann.page.context.new_cdp_session(ann.page)
    origin = {"origin": earshot.rstrip("/")}
    storage.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": 1})
    speaks(ann, 3000)
    # Chromium may still count on the room that it found half a minute ago.
    expect(recorder(ann)).to_contain_text("This browser has no room left for recordings.", timeout=60_000)
    ann.button("Stop recording").click()
    expect(recorder(ann)).to_contain_text("Until it is sent, keep this page open")
    length_ms = value(ann.page.get_by_label("Ends at"))
    assert length_ms > 2500
    with ann.page.expect_download() as saved:
        ann.link("save it as a file").click()
    assert saved.value.path().stat().st_size > length_ms * 8 - 1000
    ann.page.get_by_label("Title").fill("Said on a full disk")
    ann.button("Publish").click()
    expect(recorder(ann).get_by_role("alert")).to_contain_text("Make room on this device, then try again.")
    storage.send("Storage.overrideQuotaForOrigin", origin)
    publishes(ann, "Said on a full disk")
    assert speaker.length_ms("Said on a full disk") == pytest.approx(length_ms, abs=120)


def test_a_line_that_breaks_while_it_is_sent_loses_nothing(speaker: Speaker) -> None:
    ann = speaker.comes_to_record()
    held: list[Route] = []
    ann.page.context.route(MEDIA, lambda route: held.append(route))
    speaks(ann, 1200)
    ann.button("Stop recording").click()
    ann.page.get_by_label("Title").fill("Said on the train")
    ann.button("Publish").click()
    row = ann.page.get_by_role("listitem").filter(has_text="Said on the train")
    expect(row).to_contain_text("Being sent")
    with ann.offline():
        while not held:
            ann.page.wait_for_timeout(20)
        held.pop().abort("internetdisconnected")
        expect(row).to_contain_text("Waiting to be sent · You are offline.")
        ann.page.context.unroute(MEDIA)
    expect(ann.button("Play Said on the train")).to_be_visible()


def test_a_closed_tab_loses_nothing_and_what_it_left_can_be_cut(speaker: Speaker) -> None:
    ann = speaker.comes_to_record()
    speaks(ann, 3500)
    ann.loses_the_tab()
    ann.opens(f"{speaker.home}/record", "Record")
    expect(ann.page.get_by_text(LEFT_BEHIND)).to_be_visible()
    ann.button("Listen and publish").click()
    ends = ann.page.get_by_label("Ends at")
    assert 2400 <= value(ends) <= 4200
    ends.press("Shift+ArrowLeft")
    length_ms = value(ends)
    publishes(ann, "Said in a closed tab")
    assert speaker.length_ms("Said in a closed tab") == pytest.approx(length_ms, abs=120)


def test_many_dropped_files_are_converted_one_after_the_other_and_left_out_one_by_one(
    speaker: Speaker, voice: Path, tmp_path: Path
) -> None:
    talk = tmp_path / "talk.ogg"
    subprocess.run(["ffmpeg", "-v", "error", "-t", "1", "-i", str(voice), str(talk)], check=True)
    ann = speaker.comes_to_record()
    page = ann.page
    area: Any = page.locator(".drop").element_handle()
    page.evaluate(DROP, [area, base64.b64encode(talk.read_bytes()).decode(), MANY])
    last = page.get_by_role("listitem").filter(has=page.get_by_label(f"Title of talk {MANY}.ogg"))
    expect(last).to_contain_text("Waits for its turn")
    expect(last.get_by_role("progressbar", name=f"Preparing talk {MANY}.ogg")).to_be_visible()
    ann.button(f"Leave talk {MANY}.ogg out").press("Enter")
    expect(last).to_have_count(0)
    expect(page.get_by_role("heading", name="Or bring files")).to_be_focused()
    ann.button("Leave talk 2.ogg out").click()
    expect(page.get_by_role("progressbar", name="Preparing")).to_have_count(0)
    assert page.evaluate("decoding.most") == 1
    for number in range(4, MANY):
        ann.button(f"Leave talk {number}.ogg out").click()
    page.get_by_label("Title of talk 3.ogg").fill("A third thought")
    page.get_by_label("Where it goes").select_option(PLAYLIST)
    ann.button("Publish 2 tracks").click()
    for title in ("talk 1", "A third thought"):
        expect(page.get_by_role("listitem").filter(has_text=title)).to_contain_text("Published")
    ann.link("Playlists").click()
    ann.link(PLAYLIST).click()
    expect(ann.link("A third thought")).to_be_visible()


def test_files_that_are_being_published_arrive_also_where_the_page_is_left(
    speaker: Speaker, voice: Path, tmp_path: Path
) -> None:
    files = [tmp_path / f"thought {number}.ogg" for number in (1, 2)]
    for file in files:
        subprocess.run(["ffmpeg", "-v", "error", "-t", "1", "-i", str(voice), str(file)], check=True)
    ann = speaker.comes_to_record()
    ann.page.evaluate("() => { window.held = new Promise((go) => { window.goes = go; }); }")
    ann.page.get_by_label("Audio files").set_input_files(files)
    ann.button("Publish 2 tracks").click()
    ann.link("Library").click()
    expect(ann.heading("Library")).to_be_visible()
    ann.page.evaluate("() => goes()")
    for file in files:
        expect(ann.button(f"Play {file.stem}")).to_be_visible()
