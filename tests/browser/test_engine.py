"""The client's audio engine in a real browser: recording, measuring, converting, sending and playing."""

import base64
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mutagen.mp3 import MP3, BitrateMode
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.engine import Engine

STATIC = "/static"
HELPERS = """
window.workspace = {workspace_id: 'w1', member_id: 'm1'};
window.here = {workspace, mostMs: 30 * 60_000};
window.limits = {upload_bytes: 100_000_000, track_ms: 30 * 60_000};
window.consent = {audience: 'workspace', public_link: false, named_publicly: false};
window.base64 = async (blob) => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};
window.sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
window.told = async (take) => ({...take, audio: await base64(take.blob), blob: null});
window.bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
window.fileOf = (text, name) => new File([bytesOf(text)], name);
window.until = async (holds, seconds = 15) => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) {
    const found = await holds();
    if (found) return found;
  }
  throw new Error(`never: ${holds}`);
};
"""
ADD = """async ({title, track}) => {
  const {outbox} = await import('/static/outbox.js');
  const blob = new Blob([new Uint8Array(300000).fill(7)], {type: 'audio/mpeg'});
  const take = {blob, contentType: 'audio/mpeg', peaks: [1, 255], loudnessLufs: -20.5};
  return outbox.add({workspace, take, title, consent, track});
}"""
SETTLED = """async (status) => {
  const {outbox} = await import('/static/outbox.js');
  outbox.start();
  return until(async () => {
    dispatchEvent(new Event('online')); // whatever waits a while tries again now
    const items = await outbox.list('w1');
    return items.length && items.every((item) => item.status === status) && items;
  });
}"""
KEPT_AUDIO = """async () => {
  const {read} = await import('/static/shelf.js');
  return (await read('audio', (audio) => audio.getAllKeys())).length;
}"""


@pytest.fixture(autouse=True)
def _no_complaints(engine: Engine) -> Any:
    yield
    assert engine.complaints == []


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.add_init_script(HELPERS)
    return context


def ffmpeg(*arguments: str) -> str:
    done = subprocess.run(
        ["ffmpeg", "-hide_banner", "-nostdin", "-y", *arguments], check=True, capture_output=True, text=True
    )
    return done.stderr


def loudness_by_ffmpeg(path: Path) -> float:
    said = ffmpeg("-i", str(path), "-af", "ebur128", "-f", "null", "-")
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])


def audio_of(take: dict[str, Any]) -> bytes:
    return base64.b64decode(take["audio"])


def mp3(audio: bytes) -> MP3:
    """The file as mutagen reads it: mono, 64 kbit/s at a constant rate."""
    found = MP3(io.BytesIO(audio))
    assert (found.info.channels, found.info.bitrate) == (1, 64_000)
    assert found.info.bitrate_mode in (BitrateMode.CBR, BitrateMode.UNKNOWN)
    assert not found.info.sketchy
    return found


def is_heard(audio: bytes, tmp_path: Path) -> bool:
    path = tmp_path / "heard.mp3"
    path.write_bytes(audio)
    return loudness_by_ffmpeg(path) > -45


# Measuring


@pytest.mark.parametrize(
    "sound",
    [
        "sine=frequency=997:sample_rate=48000:duration=8,volume=0.8",
        "sine=frequency=120:sample_rate=44100:duration=8,volume=0.8",
        "anoisesrc=sample_rate=16000:duration=8:amplitude=0.1:seed=7",
        "aevalsrc='0.3*sin(6*t*300)|0.05*sin(6*t*900)':sample_rate=48000:duration=8",
    ],
    ids=["997 Hz", "120 Hz at 44.1 kHz", "noise at 16 kHz", "stereo"],
)
def test_loudness_is_what_ffmpeg_measures(page: Page, tmp_path: Path, sound: str) -> None:
    wav = tmp_path / "sound.wav"
    ffmpeg("-f", "lavfi", "-i", sound, "-c:a", "pcm_s16le", str(wav))
    raw = tmp_path / "sound.f32"
    ffmpeg("-i", str(wav), "-f", "f32le", str(raw))
    rate = int(subprocess.check_output(["soxi", "-r", str(wav)]))
    channels = int(subprocess.check_output(["soxi", "-c", str(wav)]))
    found = page.evaluate(
        """async ([text, rate, count]) => {
          const {Measure} = await import('/static/measure.js');
          const all = new Float32Array(await (fileOf(text, 'x')).arrayBuffer());
          const measure = new Measure(rate, count);
          const step = 1000 * count;
          for (let from = 0; from < all.length; from += step) {
            const part = all.subarray(from, from + step);
            measure.add(Array.from({length: count}, (_, c) => part.filter((_, i) => i % count === c)));
          }
          return measure.result();
        }""",
        [base64.b64encode(raw.read_bytes()).decode(), rate, channels],
    )
    assert found["loudnessLufs"] == pytest.approx(loudness_by_ffmpeg(wav), abs=0.2)
    assert found["durationMs"] == 8000
    assert 200 <= len(found["peaks"]) <= 800
    assert max(found["peaks"]) == 255
    assert all(isinstance(peak, int) and 0 <= peak <= 255 for peak in found["peaks"])


def test_silence_has_no_loudness_and_flat_peaks(page: Page) -> None:
    found = page.evaluate(
        """async () => {
          const {Measure} = await import('/static/measure.js');
          const measure = new Measure(48000);
          for (let i = 0; i < 100; i += 1) measure.add([new Float32Array(4800)]);
          return measure.result();
        }"""
    )
    assert found["loudnessLufs"] is None
    assert set(found["peaks"]) == {0}


# Recording


def record(page: Page, during: str) -> dict[str, Any]:
    """What a recording gives, made while this JavaScript runs."""
    take: dict[str, Any] = page.evaluate(
        """async (during) => {
          const {Recorder} = await import('/static/recorder.js');
          const recorder = new Recorder(here);
          window.levels = [];
          recorder.addEventListener('level', () => levels.push(recorder.level));
          await recorder.start();
          const begun = performance.now();
          DURING
          const spokenMs = performance.now() - begun;
          const take = await recorder.stop();
          return {...(await told(take)), spokenMs, highest: Math.max(...levels)};
        }""".replace("DURING", during)
    )
    return take


def test_a_recording_is_an_mp3_of_what_was_said(page: Page, tmp_path: Path) -> None:
    take = record(page, "await sleep(2000);")
    audio = audio_of(take)
    length_ms = mp3(audio).info.length * 1000
    assert take["spokenMs"] - 250 <= length_ms <= take["spokenMs"] + 250
    assert take["durationMs"] == pytest.approx(length_ms, abs=120)
    assert is_heard(audio, tmp_path)
    assert take["loudnessLufs"] == pytest.approx(loudness_by_ffmpeg(tmp_path / "heard.mp3"), abs=0.7)
    assert max(take["peaks"]) == 255
    assert 0.2 < take["highest"] <= 1
    assert take["ended"] == "stopped"


def test_what_is_said_during_a_pause_is_left_out(page: Page) -> None:
    take = record(
        page,
        "await sleep(800); recorder.pause(); await sleep(1200); recorder.resume(); await sleep(800);",
    )
    assert mp3(audio_of(take)).info.length == pytest.approx(1.6, abs=0.3)


def test_nothing_is_lost_while_the_page_is_busy(page: Page, tmp_path: Path) -> None:
    take = record(
        page,
        "await sleep(300); for (const end = Date.now() + 1500; Date.now() < end;); await sleep(300);",
    )
    audio = audio_of(take)
    assert mp3(audio).info.length == pytest.approx(take["spokenMs"] / 1000, abs=0.25)
    path = tmp_path / "busy.mp3"
    path.write_bytes(audio)
    assert "silence_start" not in ffmpeg(
        "-i", str(path), "-af", "silencedetect=n=-60dB:d=1", "-f", "null", "-"
    )


def test_what_was_said_is_kept_when_the_microphone_goes_away(page: Page) -> None:
    take = page.evaluate(
        """async () => {
          const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          let stream;
          navigator.mediaDevices.getUserMedia = async (wanted) => (stream = await given(wanted));
          const {startRecording} = await import('/static/recorder.js');
          return new Promise(async (resolve, reject) => {
            await startRecording({...here, onProblem: reject, onEnd: (take) => resolve(told(take))});
            await sleep(1000);
            stream.getAudioTracks()[0].dispatchEvent(new Event('ended'));
          });
        }"""
    )
    assert take["ended"] == "lost"
    assert mp3(audio_of(take)).info.length == pytest.approx(1, abs=0.3)


def test_what_was_said_is_kept_when_a_call_interrupts(page: Page) -> None:
    take = page.evaluate(
        """async () => {
          const contexts = [];
          const Real = AudioContext;
          window.AudioContext = class extends Real { constructor() { super(); contexts.push(this); } };
          const {startRecording} = await import('/static/recorder.js');
          return new Promise(async (resolve, reject) => {
            await startRecording({...here, onProblem: reject, onEnd: (take) => resolve(told(take))});
            await sleep(1000);
            contexts[0].suspend();
          });
        }"""
    )
    assert take["ended"] == "interrupted"
    assert mp3(audio_of(take)).info.length == pytest.approx(1, abs=0.3)


def test_the_recorder_ends_by_itself_at_its_limit(page: Page) -> None:
    take = page.evaluate(
        """async () => {
          const {Recorder} = await import('/static/recorder.js');
          const recorder = new Recorder({mostMs: 1000});
          const end = new Promise((resolve) => recorder.addEventListener('end', resolve));
          await recorder.start();
          return told((await end).detail);
        }"""
    )
    assert take["ended"] == "limit"
    assert mp3(audio_of(take)).info.length == pytest.approx(1.05, abs=0.2)


START = """async () => {
  const {Recorder} = await import('/static/recorder.js');
  try { await new Recorder({mostMs: 1000}).start(); } catch ({code, message}) { return {code, message}; }
}"""


def test_a_blocked_microphone_is_a_sentence(refusing_browser: Browser, engine: Engine) -> None:
    with refusing_browser.new_context() as context:
        problem = engine.opened(context).evaluate(START)
    assert problem["code"] == "denied"
    assert "Allow" in problem["message"]


def test_a_missing_microphone_is_a_sentence(page: Page) -> None:
    page.evaluate(
        """() => {
          navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); };
        }"""
    )
    assert page.evaluate(START)["code"] == "no-microphone"


# Files

PREPARE = """async ([text, name]) => {
  const {prepare} = await import('/static/convert.js');
  try {
    return await told(await prepare(fileOf(text, name), {limits}));
  } catch ({name, message}) { return {name, message}; }
}"""


def prepare(page: Page, path: Path, name: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        PREPARE, [base64.b64encode(path.read_bytes()).decode(), name or path.name]
    )
    return found


FRAGMENTED = ["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("talk.ogg", ["-c:a", "libvorbis"]),
        ("talk.opus", ["-c:a", "libopus"]),
        ("talk.webm", ["-c:a", "libopus"]),
        ("talk.aiff", []),
        ("talk24.aiff", ["-c:a", "pcm_s24be", "-ac", "2"]),
        ("little.aifc", ["-c:a", "pcm_s16le", "-f", "aiff"]),
        ("talk.m4a", [*FRAGMENTED, "-f", "mp4"]),
        ("phone.wav", ["-c:a", "pcm_mulaw"]),
    ],
)
def test_other_kinds_become_mp3(
    page: Page, voice: Path, tmp_path: Path, name: str, options: list[str]
) -> None:
    path = tmp_path / name
    ffmpeg("-t", "4", "-i", str(voice), *options, str(path))
    take = prepare(page, path)
    assert take.get("contentType") == "audio/mpeg", take
    audio = audio_of(take)
    assert mp3(audio).info.length == pytest.approx(4, abs=0.15)
    assert is_heard(audio, tmp_path)
    assert take["loudnessLufs"] == pytest.approx(loudness_by_ffmpeg(path), abs=0.6)


@pytest.mark.parametrize(
    ("name", "options", "content_type"),
    [
        ("talk.mp3", ["-c:a", "libmp3lame"], "audio/mpeg"),
        ("talk.m4a", ["-c:a", "aac"], "audio/mp4"),
        ("talk.wav", [], "audio/wav"),
        ("talk.flac", [], "audio/flac"),
    ],
)
def test_what_every_browser_plays_stays_as_it_is(
    page: Page, voice: Path, tmp_path: Path, name: str, options: list[str], content_type: str
) -> None:
    path = tmp_path / name
    ffmpeg("-t", "4", "-i", str(voice), "-metadata", "title=In the file", *options, str(path))
    take = prepare(page, path, "Anything.ogg")
    assert take["contentType"] == content_type
    assert audio_of(take) == path.read_bytes()
    assert take["loudnessLufs"] == pytest.approx(loudness_by_ffmpeg(path), abs=0.6)
    assert take["peaks"]


def test_text_named_like_audio_is_a_sentence(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "notes.mp3"
    path.write_text("Ask, then be quiet. " * 500)
    assert prepare(page, path)["name"] == "ConvertError"
    path.write_bytes(b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10 + path.read_bytes())
    found = prepare(page, path)
    assert "finds no sound" in found["message"]
    path.write_bytes(b"")
    assert "empty" in prepare(page, path)["message"]


@pytest.mark.parametrize(
    ("name", "minutes", "said"),
    [("long.mp3", 31, "longer than 30 minutes"), ("long.ogg", 16, "longer than 15 minutes")],
)
def test_what_is_too_long_is_a_sentence(
    page: Page, tmp_path: Path, name: str, minutes: int, said: str
) -> None:
    path = tmp_path / name
    source = f"anullsrc=sample_rate=8000:channel_layout=mono:duration={minutes * 60}"
    ffmpeg("-f", "lavfi", "-i", source, "-b:a", "8k", str(path))
    assert said in prepare(page, path)["message"]


def test_what_is_too_big_is_a_sentence(page: Page) -> None:
    found = page.evaluate(
        """async () => {
          const {prepare} = await import('/static/convert.js');
          const big = new File([new Uint8Array(100_000_001)], 'big.wav');
          try { await prepare(big, {limits}); } catch ({message}) { return message; }
        }"""
    )
    assert "100 MB" in found


# The outbox


def test_a_recording_reaches_the_library_and_leaves_the_browser(page: Page, engine: Engine) -> None:
    page.evaluate(ADD, {"title": "Ask first"})
    [item] = page.evaluate(SETTLED, "ready")
    [(track_id, audio)] = engine.uploads
    assert item["trackId"] == track_id
    assert audio == b"\x07" * 300_000
    track = engine.tracks[track_id]
    assert (track["title"], track["content_type"], track["size_bytes"]) == (
        "Ask first",
        "audio/mpeg",
        300_000,
    )
    assert (track["peaks"], track["loudness_lufs"]) == ([1, 255], -20.5)
    assert engine.count("POST /v1/workspaces/w1/tracks") == 1
    assert page.evaluate(KEPT_AUDIO) == 0


def test_a_reload_in_the_middle_of_an_upload_sends_again_and_makes_one_track(
    page: Page, engine: Engine
) -> None:
    engine.holds.set()
    page.evaluate(ADD, {"title": "Ask first"})
    while not engine.uploads:
        page.wait_for_timeout(50)
    page.reload()
    engine.holds.clear()
    page.evaluate(SETTLED, "ready")
    assert len(engine.tracks) == 1
    assert page.evaluate(KEPT_AUDIO) == 0


def test_a_reload_after_the_upload_sends_nothing_again(page: Page, engine: Engine) -> None:
    engine.looks = 10
    page.evaluate(ADD, {"title": "Ask first"})
    page.evaluate(SETTLED, "processing")
    page.reload()
    page.evaluate(SETTLED, "ready")
    assert len(engine.uploads) == 1
    assert engine.count("POST ") == 2


def test_failures_that_pass_are_tried_again(page: Page, engine: Engine) -> None:
    engine.fails = {"POST /v1": [503], "POST /s3": [0], "GET /v1/workspaces": [500]}
    page.evaluate(ADD, {"title": "Ask first"})
    page.evaluate(SETTLED, "ready")
    assert len(engine.tracks) == 1
    assert len(engine.uploads) == 1


def test_an_expired_form_is_renewed(page: Page, engine: Engine) -> None:
    engine.fails = {"POST /s3": [403]}
    page.evaluate(ADD, {"title": "Ask first"})
    page.evaluate(SETTLED, "ready")
    [track_id] = engine.tracks
    assert engine.count(f"POST /v1/workspaces/w1/tracks/{track_id}/uploads") == 1
    assert len(engine.uploads) == 1


def test_what_the_server_refuses_waits_for_the_person(page: Page, engine: Engine) -> None:
    engine.fails = {"POST /v1": [400]}
    item_id = page.evaluate(ADD, {"title": "Ask first"})
    [item] = page.evaluate(SETTLED, "failed")
    assert item["problem"] == "Not now."
    assert page.evaluate(KEPT_AUDIO) == 1
    page.evaluate("async (id) => (await import('/static/outbox.js')).outbox.retry(id)", item_id)
    page.evaluate(SETTLED, "ready")


def test_a_rejected_recording_keeps_its_audio_and_its_reason(page: Page, engine: Engine) -> None:
    engine.rejection = "This is not audio. Record it again."
    page.evaluate(ADD, {"title": "Ask first"})
    [item] = page.evaluate(SETTLED, "rejected")
    assert item["problem"] == engine.rejection
    assert page.evaluate(KEPT_AUDIO) == 1


def test_discarding_takes_back_what_the_server_knows(page: Page, engine: Engine) -> None:
    engine.holds.set()
    item_id = page.evaluate(ADD, {"title": "Ask first"})
    while not engine.uploads:
        page.wait_for_timeout(50)
    page.evaluate("async (id) => (await import('/static/outbox.js')).outbox.discard(id)", item_id)
    engine.holds.clear()
    for _ in range(100):
        if engine.count("DELETE "):
            break
        page.wait_for_timeout(50)
    assert engine.count("DELETE ") == 1
    assert page.evaluate(KEPT_AUDIO) == 0
    assert (
        page.evaluate("async () => (await (await import('/static/outbox.js')).outbox.list('w1')).length") == 0
    )


def test_recording_anew_waits_for_the_new_revision(page: Page, engine: Engine) -> None:
    ready = {"track_id": "t1", "status": "ready", "reason": None, "revision": 1, "looks": 0}
    engine.tracks["t1"] = ready
    page.evaluate(ADD, {"title": "Ask first", "track": {"track_id": "t1", "revision": 1}})
    page.evaluate(SETTLED, "ready")
    assert engine.tracks["t1"]["revision"] == 2
    assert engine.count("POST /v1/workspaces/w1/tracks/t1/uploads") == 1
    engine.rejection = "Too short. Record it again."
    page.evaluate(
        "async () => { const {outbox} = await import('/static/outbox.js');"
        " for (const {id} of await outbox.list('w1')) await outbox.discard(id); }"
    )
    page.evaluate(ADD, {"title": "Ask first", "track": {"track_id": "t1", "revision": 2}})
    [item] = page.evaluate(SETTLED, "rejected")
    assert item["problem"] == engine.rejection


def test_two_pages_send_once_and_both_hear_of_it(page: Page, context: BrowserContext, engine: Engine) -> None:
    other = engine.opened(context)
    for each in (page, other):
        each.evaluate(
            """async () => {
              const {outbox} = await import('/static/outbox.js');
              window.seen = [];
              outbox.subscribe((items) => seen.push(...items.map(({status}) => status)));
            }"""
        )
    other.evaluate(ADD, {"title": "Ask first"})
    for each in (page, other):
        each.wait_for_function("() => seen.includes('ready')")
    assert len(engine.uploads) == 1
    assert engine.count("POST /v1") == 1


def test_what_another_member_left_in_this_browser_is_not_sent(page: Page, engine: Engine) -> None:
    page.evaluate("() => { workspace = {workspace_id: 'w1', member_id: 'somebody else'}; }")
    page.evaluate(ADD, {"title": "Ask first"})
    page.evaluate("() => { workspace = {workspace_id: 'w1', member_id: 'm1'}; }")
    page.evaluate(ADD, {"title": "Mine"})
    page.evaluate(
        """async () => {
          const {outbox} = await import('/static/outbox.js');
          return until(async () => (await outbox.list('w1')).some(({status}) => status === 'ready'));
        }"""
    )
    assert [track["title"] for track in engine.tracks.values()] == ["Mine"]
    item, _ = page.evaluate("async () => (await import('/static/outbox.js')).outbox.list('w1')")
    assert item["status"] == "waiting"


def test_a_reload_in_the_middle_of_a_recording_keeps_what_was_said(
    page: Page, engine: Engine, tmp_path: Path
) -> None:
    begin = """async () => {
      const {startRecording} = await import('/static/recorder.js');
      await startRecording({...here, onProblem: (error) => { throw error; }});
      await sleep(3200);
      const {drafts} = await import('/static/unpublished.js');
      return drafts(workspace);
    }"""
    assert page.evaluate(begin) == []
    page.reload()
    take = page.evaluate(
        """async () => {
          const {outbox} = await import('/static/outbox.js');
          const {drafts, takeOf} = await import('/static/unpublished.js');
          const [draft] = await until(async () => {
            const all = await drafts(workspace);
            return all.length && all;
          });
          const take = await takeOf(draft.id);
          await outbox.add({workspace, take, title: 'Kept', consent});
          return {...(await told(take)), left: (await drafts(workspace)).length};
        }"""
    )
    audio = audio_of(take)
    assert 1.9 <= mp3(audio).info.length <= 3.4
    assert is_heard(audio, tmp_path)
    assert take["durationMs"] == pytest.approx(mp3(audio).info.length * 1000, abs=120)
    assert take["peaks"]
    assert take["left"] == 0
    page.evaluate(SETTLED, "ready")
    assert engine.uploads[0][1] == audio


# Playing


def test_the_player_plays_seeks_and_fetches_a_fresh_address(
    page: Page, engine: Engine, voice: Path, tmp_path: Path
) -> None:
    path = tmp_path / "talk.mp3"
    ffmpeg("-i", str(voice), "-c:a", "libmp3lame", str(path))
    engine.uploads.append(("t1", path.read_bytes()))
    engine.fails = {"GET /audio/": [403]}
    found = page.evaluate(
        """async () => {
          const {player} = await import('/static/player.js');
          const track = {
            track_id: 't1', title: 'Ask first', speaker: {name: 'Ann'}, duration_ms: 10000,
            loudness_lufs: -24,
          };
          player.setRate(1.5);
          player.play(track, 'w1', {fromMs: 4000});
          await until(() => player.state.playing && player.state.positionMs > 4200);
          player.skip(-10_000);
          await until(() => player.state.playing && player.state.positionMs < 1500);
          player.toggle();
          await until(() => !player.state.playing);
          const {problem, rate} = player.state;
          return {problem, rate, title: navigator.mediaSession.metadata.title};
        }"""
    )
    assert found == {"problem": None, "rate": 1.5, "title": "Ask first"}
    assert engine.count("GET /v1/workspaces/w1/tracks/t1/audio") == 2


def test_the_player_gives_up_with_a_sentence(page: Page, engine: Engine) -> None:
    engine.uploads.append(("t1", b"no sound"))
    problem = page.evaluate(
        """async () => {
          const {player} = await import('/static/player.js');
          player.play({track_id: 't1', title: 'Ask first', duration_ms: 10000}, 'w1');
          return until(() => player.state.problem);
        }"""
    )
    assert "press play again" in problem


def test_loudness_is_evened_out_within_bounds(page: Page) -> None:
    assert page.evaluate(
        """async () => {
          const {gainOf} = await import('/static/sound.js');
          return [-18, -24, -50, 0, null].map(gainOf);
        }"""
    ) == [0, 6, 12, -12, 0]
