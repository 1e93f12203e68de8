"""What is kept of a recording whose ends are cut, and what is shown of a voice, in a real browser."""

import base64
import math
from array import array
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.test_engine import HELPERS, audio_of, ffmpeg, loudness_by_ffmpeg, mp3

FRAME = 1152
RATE = 48_000
FRAME_MS = FRAME / RATE * 1000
AHEAD_MOST = 3
SILENCE = 1e-3
"""-60 dB: the decoder's filter still rings a little where something loud was cut off."""

BURSTS = """async ([seed, count]) => {
  const {work} = await import('/static/decoding.js');
  const {cutOut, framesOf} = await import('/static/mp3.js');
  let state = seed;
  const random = () => { state = (state * 1103515245 + 12345) % 2147483648; return state / 2147483648; };
  const sound = new AudioBuffer({length: 8 * 48000, sampleRate: 48000});
  const samples = sound.getChannelData(0);
  for (let at = 0; at < samples.length;) { // noise, as loud as it gets or hardly to be heard, and pauses
    const level = [0, 0, 0.01, 2][Math.floor(random() * 4)];
    const end = Math.min(samples.length, at + 500 + Math.floor(random() * 20000));
    for (; at < end; at += 1) samples[at] = Math.max(-1, Math.min(1, level * (2 * random() - 1)));
  }
  const {blob} = await work(sound, {encode: true});
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const frames = framesOf(bytes);
  const cuts = [];
  for (let i = 0; i < count; i += 1) {
    const from = i ? Math.floor(random() * (frames.length - 42)) : 1;
    const to = i ? from + 42 + Math.floor(random() * (frames.length - from - 42)) : frames.length - 1;
    const kept = cutOut(bytes, frames, from, to);
    cuts.push([from, to, await base64(new Blob([kept])), framesOf(kept).length - (to - from)]);
  }
  return {whole: await base64(blob), cuts};
}"""
RECORDED = """async (wav) => {
  const {decode, work} = await import('/static/decoding.js');
  const made = await work(await decode(new Blob([bytesOf(wav)])), {encode: true});
  window.take = {id: 't', contentType: 'audio/mpeg', ...made};
  return {...await told(take)};
}"""
CUT = """async (kept) => {
  const {cut} = await import('/static/cutting.js');
  const found = await cut(take, kept);
  return {...await told(found), same: found === take};
}"""


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.add_init_script(HELPERS)
    return context


def samples(audio: bytes, path: Path) -> "array[float]":
    """What ffmpeg hears, which complains of nothing."""
    path.write_bytes(audio)
    raw = path.with_suffix(".f32")
    complaints = ffmpeg("-v", "error", "-i", str(path), "-f", "f32le", str(raw))
    assert complaints == ""
    return array("f", raw.read_bytes())


def is_same(one: "array[float]", there: int, other: "array[float]", here: int, count: int) -> bool:
    return one[there : there + count] == other[here : here + count]


def test_what_is_kept_is_to_the_sample_what_was_said(page: Page, voice: Path, tmp_path: Path) -> None:
    take = page.evaluate(RECORDED, base64.b64encode(voice.read_bytes()).decode())
    said = samples(audio_of(take), tmp_path / "whole.mp3")
    for from_ms, to_ms in [(1500, 6200), (0, 3000), (4000, take["durationMs"]), (7777, 8777), (4344, 8000)]:
        found = page.evaluate(CUT, {"fromMs": from_ms, "toMs": to_ms})
        audio = audio_of(found)
        length_ms = mp3(audio).info.length * 1000
        assert to_ms - from_ms - 30 <= length_ms <= to_ms - from_ms + 100
        assert found["durationMs"] == pytest.approx(length_ms, abs=2)
        left = samples(audio, tmp_path / "kept.mp3")
        inner = FRAME  # until here what was said before it would still sound
        at = math.floor(from_ms / FRAME_MS + 0.5) * FRAME + inner
        many = round((to_ms - from_ms) / FRAME_MS - 4) * FRAME
        assert any(is_same(said, at, left, inner + ahead * FRAME, many) for ahead in range(AHEAD_MOST + 1))
        if from_ms:
            assert max(map(abs, left[:200])) < SILENCE
        if to_ms < take["durationMs"]:
            assert max(map(abs, left[-200:])) < SILENCE
        assert found["loudnessLufs"] == pytest.approx(loudness_by_ffmpeg(tmp_path / "kept.mp3"), abs=0.7)
        assert max(found["peaks"]) == 255


@pytest.mark.parametrize("seed", [1, 7])
def test_noise_between_pauses_is_cut_to_the_sample_wherever_it_is_cut(
    page: Page, tmp_path: Path, seed: int
) -> None:
    found = page.evaluate(BURSTS, [seed, 25])
    said = samples(base64.b64decode(found["whole"]), tmp_path / "whole.mp3")
    for first, last, audio, more in found["cuts"]:
        left = samples(base64.b64decode(audio), tmp_path / "kept.mp3")
        assert 1 <= more <= AHEAD_MOST + 1
        ahead = (more - 1) * FRAME
        many = (last - first - 2) * FRAME
        assert is_same(said, (first + 1) * FRAME, left, ahead + FRAME, many), (first, last)
        assert max(map(abs, left[:200])) < SILENCE
        assert max(map(abs, left[-200:])) < SILENCE


def test_what_is_not_cut_stays_as_it_is_and_a_second_always_remains(page: Page, voice: Path) -> None:
    take = page.evaluate(RECORDED, base64.b64encode(voice.read_bytes()).decode())
    assert page.evaluate(CUT, {"fromMs": 0, "toMs": take["durationMs"]})["same"]
    found: list[Any] = page.evaluate(
        """async () => {
          const {within} = await import('/static/cutting.js');
          const take = {durationMs: 5000};
          const all = {fromMs: 0, toMs: 5000};
          return [
            within(take, all, {fromMs: 4000}), within(take, all, {fromMs: 4001}),
            within(take, all, {fromMs: -5}),
            within(take, {fromMs: 2000, toMs: 5000}, {toMs: 3000}),
            within(take, {fromMs: 2000, toMs: 5000}, {toMs: 2999}),
            within(take, all, {toMs: 9000}),
          ].map(({fromMs, toMs}) => [fromMs, toMs]);
        }"""
    )
    assert found == [[4000, 5000], [4000, 5000], [0, 5000], [2000, 3000], [2000, 3000], [0, 5000]]


def test_a_voice_is_drawn_whole_and_told_when_it_is_far_or_too_loud(page: Page) -> None:
    found = page.evaluate(
        """async () => {
          const {Hearing, LOUD, MOST_BARS, Outline, QUIET} = await import('/static/hearing.js');
          const outline = new Outline();
          for (let i = 0; i < 5000; i += 1) outline.add(i === 10 ? 1 : 0.2);
          const bars = outline.bars();
          const after = (levels, stepMs) => {
            const hearing = new Hearing();
            return levels.map((level, i) => hearing.hear(level, (i + 1) * stepMs)).at(-1);
          };
          const of = (level, count) => Array.from({length: count}, () => level);
          const step = QUIET.ms / 10;
          return {
            some: bars.length > MOST_BARS / 4 && bars.length <= MOST_BARS,
            highest: [bars[0], bars.at(-1)],
            quiet: [after(of(QUIET.level - 0.01, 10), step), after(of(QUIET.level - 0.01, 9), step),
              after([...of(0.1, 9), QUIET.level], step)],
            loud: [after(of(LOUD.level, LOUD.times), 100), after(of(LOUD.level, LOUD.times - 1), 100),
              after([...of(1, LOUD.times), ...of(0.6, 10)], LOUD.ms / 5)],
          };
        }"""
    )
    assert found == {
        "some": True,
        "highest": [1, 0.2],
        "quiet": ["quiet", None, None],
        "loud": ["loud", None, None],
    }
