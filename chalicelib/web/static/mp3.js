/**
 * The recorder's own MP3, cut between its frames: MPEG-1 layer III, one channel, one bit rate, nothing encoded anew.
 *
 * `framesOf(bytes)` -> `[{at, size}]`, whole frames only; `frameMs(bytes)`; `cutOut(bytes, frames, from, to)` -> bytes of the
 * frames from `from` up to `to`, that decode by themselves.
 *
 * What a frame says may begin in the bytes of those before it, `main_data_begin` bytes back (the bit reservoir of
 * ISO/IEC 11172-3, 2.4.3.4): silent frames with those bytes go ahead of a cut, three at most. One silent frame follows,
 * in which the last sound fades as the windows of the format overlap: no click.
 */
const KBITS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES = [44_100, 48_000, 32_000];
const SAMPLES = 1152;
const HEADER = 4;
const CHECKSUM = 2;
const SIDE = 17; // of one channel

export function framesOf(bytes) {
  const frames = [];
  for (let at = 0; at + HEADER <= bytes.length;) {
    const size = sizeAt(bytes, at);
    if (!size || at + size > bytes.length) break;
    frames.push({at, size});
    at += size;
  }
  return frames;
}

/** How long one frame sounds. */
export const frameMs = (bytes) => (SAMPLES / rateAt(bytes, 0)) * 1000;

export function cutOut(bytes, frames, from, to) {
  const parts = frames.slice(from, to).map(({at, size}) => bytes.subarray(at, at + size));
  if (to < frames.length) parts.push(silent(bytes, frames[to]));
  return joined([...ahead(bytes, frames, from), ...parts]);
}

/** Silent frames that hold what the frame at `place` takes from those before it, and say so: a decoder forgets the rest. */
function ahead(bytes, frames, place) {
  let missing = place ? takenBack(bytes, frames[place]) : 0;
  const parts = [];
  for (let i = place - 1; i >= 0 && missing > 0; i -= 1) {
    const {at, size} = frames[i];
    const held = Math.min(missing, size - mainAt(bytes, at) + at);
    missing -= held;
    const frame = silent(bytes, frames[i]);
    frame.set(bytes.subarray(at + size - held, at + size), size - held);
    parts.unshift({frame, held});
  }
  let before = 0;
  for (const {frame, held} of parts) {
    takeBack(frame, before);
    before += held;
  }
  return parts.map(({frame}) => frame);
}

/** A frame with the header of this one that says nothing, and takes nothing from others. */
function silent(bytes, {at, size}) {
  const frame = new Uint8Array(size);
  frame.set(bytes.subarray(at, at + HEADER));
  frame[1] |= 1; // no checksum
  return frame;
}

/** Makes a silent frame begin so many bytes before itself. */
function takeBack(frame, count) {
  frame[HEADER] = count >> 1;
  frame[HEADER + 1] = (count & 1) << 7;
}

function takenBack(bytes, {at}) {
  const side = mainAt(bytes, at) - SIDE;
  return (bytes[side] << 1) | (bytes[side + 1] >> 7);
}

const mainAt = (bytes, at) => at + HEADER + (bytes[at + 1] & 1 ? 0 : CHECKSUM) + SIDE;
const rateAt = (bytes, at) => RATES[(bytes[at + 2] >> 2) & 3];

/** The bytes of the frame that begins here, 0 where none does. */
function sizeAt(bytes, at) {
  const isOurs = bytes[at] === 0xff && (bytes[at + 1] & 0xfe) === 0xfa && bytes[at + 3] >> 6 === 3;
  const kbits = KBITS[bytes[at + 2] >> 4];
  const rate = rateAt(bytes, at);
  return isOurs && kbits && rate ? Math.floor((144_000 * kbits) / rate) + ((bytes[at + 2] >> 1) & 1) : 0;
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
