/**
 * Encodes samples to MP3 (mono, 64 kbit/s) and measures them, away from the page.
 *
 * Begins with `{begin: {sampleRate, channels, encode}, port?}` and answers `{ready: true}`; then takes
 * `{samples: [Float32Array of each channel]}` and `{end: true}`, by the port where one was given, else by its
 * own messages, which are answered one by one with `{took: frames}`. `{end: true}` is always taken by its own
 * messages too. Sends `{chunk: Uint8Array}` about once a second, at the end
 * `{done: {durationMs, peaks, loudnessLufs}}`; in place of any of them `{problem: text}`.
 */
import {Measure, downmixed} from './measure.js';
import {createEncoder} from './wasm-media-encoders.js';

const KBITS = 64;
const CHUNK_BYTES = 8_000;

let work = null;

addEventListener('message', ({data}) => guarded(data));

/** An error in an asynchronous listener does not reach the page's `onerror`, so it is told. */
async function guarded(message, port) {
  try {
    if (message.begin) await begin(message.begin, message.port);
    else take(message, port);
  } catch (error) {
    postMessage({problem: String(error)});
  }
}

async function begin({sampleRate, channels, encode}, port) {
  const encoder = encode ? await mp3(sampleRate) : null;
  work = {encoder, measure: new Measure(sampleRate, channels), frames: 0, parts: [], bytes: 0, ended: false};
  if (port) port.onmessage = ({data}) => guarded(data, port);
  postMessage({ready: true});
}

async function mp3(sampleRate) {
  const encoder = await createEncoder('audio/mpeg', new URL('mp3.wasm', import.meta.url).href);
  encoder.configure({channels: 1, sampleRate, bitrate: KBITS, outputSampleRate: sampleRate % 11025 ? 48000 : 44100});
  return encoder;
}

function take({samples, end}, port) {
  if (work.ended) return;
  if (samples) {
    work.measure.add(samples);
    if (work.encoder) keep(work.encoder.encode([downmixed(samples)]));
    work.frames += samples[0].length;
    if (!port) postMessage({took: work.frames});
  }
  if (end) finish();
}

/** The encoder reuses its memory, so what it returns is copied. */
function keep(encoded) {
  work.parts.push(encoded.slice());
  work.bytes += encoded.length;
  if (work.bytes >= CHUNK_BYTES) hand();
}

function hand() {
  if (!work.bytes) return;
  const chunk = new Uint8Array(work.bytes);
  let at = 0;
  for (const part of work.parts) {
    chunk.set(part, at);
    at += part.length;
  }
  Object.assign(work, {parts: [], bytes: 0});
  postMessage({chunk}, [chunk.buffer]);
}

function finish() {
  work.ended = true;
  if (work.encoder) {
    keep(work.encoder.finalize());
    hand();
  }
  postMessage({done: work.measure.result()});
}
