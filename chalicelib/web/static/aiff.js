/**
 * AIFF and AIFF-C without compression, which not every browser decodes.
 *
 * `aiff(ArrayBuffer)` -> AudioBuffer, null where it is something else.
 * https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/AIFF/AIFF.html
 */

const INTEGERS = new Set(['NONE', 'twos', 'sowt', 'in24', 'in32']);
const FLOATS = new Set(['fl32', 'FL32', 'fl64', 'FL64']);

export function aiff(bytes) {
  const view = new DataView(bytes);
  if (view.byteLength < 12 || text(view, 0) !== 'FORM' || !['AIFF', 'AIFC'].includes(text(view, 8))) return null;
  const {COMM: common, SSND: sound} = chunks(view);
  if (!common || !sound || common.size < 18) return null;
  const form = {
    channels: view.getInt16(common.at),
    bits: view.getInt16(common.at + 6),
    sampleRate: extended(view, common.at + 8),
    coding: common.size >= 22 ? text(view, common.at + 18) : 'NONE',
  };
  const read = reader(view, form);
  const bytesEach = Math.ceil(form.bits / 8);
  const from = sound.at + 8 + view.getUint32(sound.at);
  const there = Math.min(sound.at + sound.size, view.byteLength) - from;
  const frames = Math.min(view.getUint32(common.at + 2), Math.floor(there / (bytesEach * form.channels)));
  if (!read || frames < 1 || form.channels < 1 || !(form.sampleRate >= 8000 && form.sampleRate <= 96_000)) return null;
  const buffer = new AudioBuffer({length: frames, numberOfChannels: form.channels, sampleRate: form.sampleRate});
  for (let channel = 0; channel < form.channels; channel += 1) {
    const samples = buffer.getChannelData(channel);
    for (let i = 0; i < frames; i += 1) samples[i] = read(from + (i * form.channels + channel) * bytesEach);
  }
  return buffer;
}

/** What turns the bytes at a place into a sample from -1 to 1. */
function reader(view, {bits, coding}) {
  const little = coding === 'sowt';
  if (FLOATS.has(coding)) return bits === 64 ? (at) => view.getFloat64(at) : (at) => view.getFloat32(at);
  if (!INTEGERS.has(coding)) return null;
  if (bits <= 8) return (at) => view.getInt8(at) / 2 ** 7;
  if (bits <= 16) return (at) => view.getInt16(at, little) / 2 ** 15;
  if (bits <= 24) return (at) => (view.getInt8(at) * 2 ** 16 + view.getUint16(at + 1)) / 2 ** 23;
  return (at) => view.getInt32(at, little) / 2 ** 31;
}

function chunks(view) {
  const found = {};
  for (let at = 12; at + 8 <= view.byteLength;) {
    const size = view.getUint32(at + 4);
    found[text(view, at)] = {at: at + 8, size};
    at += 8 + size + (size % 2);
  }
  return found;
}

const text = (view, at) => String.fromCharCode(...Array.from({length: 4}, (_, i) => view.getUint8(at + i)));

/** The sample rate, a float of 80 bits: as many of them as a whole number needs. */
function extended(view, at) {
  const exponent = (view.getUint16(at) & 0x7fff) - 16_383;
  return (view.getUint32(at + 2) / 2 ** 31) * 2 ** exponent;
}
