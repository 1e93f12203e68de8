/**
 * A picked file on its way into a track.
 *
 * `prepare(file, {onProgress, signal}?)` -> take `{blob, contentType, durationMs, peaks, loudnessLufs, title}`. MP3, M4A
 * that is not fragmented, WAV and FLAC stay as they are; anything else that this browser decodes becomes MP3.
 * Raises `ConvertError` with a sentence before anything is sent. `onProgress` gets 0 to 1. `durationMs` may be null;
 * a file of more than 15 minutes has no peaks and no loudness, since both take the whole of it into memory.
 *
 * `measured(blob)` -> `{durationMs, peaks, loudnessLufs}`.
 */
import {recognise} from './containers.js';
import {decode, lengthOf, work} from './decoding.js';
import {titleOf} from './formats.js';

const MOST_BYTES = 100_000_000;
const MOST_MS = 30 * 60_000;
const MOST_DECODED_MS = 15 * 60_000;

/** Why a file cannot become a track, and what to do. */
export class ConvertError extends Error {
  constructor(message, cause) {
    super(message, {cause});
    this.name = 'ConvertError';
  }
}

const EMPTY = 'This file is empty. Pick another one.';
const TOO_BIG = 'This file is larger than 100 MB. Save it as MP3 and pick it again.';
const TOO_LONG = 'This file is longer than 30 minutes. Cut it into shorter parts and pick those.';
const TOO_LONG_TO_CONVERT =
  'This file is longer than 15 minutes and of a kind that has to be converted first. Save it as MP3, M4A, WAV or FLAC and pick it again.';
const UNREADABLE = 'This browser finds no sound in this file. Save it as MP3, M4A, WAV or FLAC and pick it again.';
const GONE = 'This file cannot be read any more. Pick it again.';

export async function prepare(file, {onProgress, signal} = {}) {
  if (!file.size) throw new ConvertError(EMPTY);
  if (file.size > MOST_BYTES) throw new ConvertError(TOO_BIG);
  try {
    return {...(await prepared(file, {onProgress, signal})), title: titleOf(file.name)};
  } catch (error) {
    if (error.name === 'NotFoundError' || error.name === 'NotReadableError') throw new ConvertError(GONE, error);
    throw error;
  }
}

async function prepared(file, {onProgress, signal}) {
  const contentType = await recognise(file);
  const lengthMs = await lengthOf(file);
  if (lengthMs > MOST_MS) throw new ConvertError(TOO_LONG);
  signal?.throwIfAborted();
  if (contentType && lengthMs > MOST_DECODED_MS) return asItIs(file, contentType, {durationMs: lengthMs});
  if (lengthMs > MOST_DECODED_MS) throw new ConvertError(TOO_LONG_TO_CONVERT);
  const sound = await decode(file);
  signal?.throwIfAborted();
  if (!sound && (!contentType || lengthMs === null)) throw new ConvertError(UNREADABLE);
  if (!sound) return asItIs(file, contentType, {durationMs: lengthMs});
  const durationMs = sound.duration * 1000;
  if (durationMs > MOST_MS) throw new ConvertError(TOO_LONG);
  if (!contentType && durationMs > MOST_DECODED_MS) throw new ConvertError(TOO_LONG_TO_CONVERT);
  const {blob, ...about} = await work(sound, {encode: !contentType, onProgress, signal});
  return contentType ? asItIs(file, contentType, about) : {blob, contentType: 'audio/mpeg', ...about};
}

/** The blob keeps nothing of the file's name. */
function asItIs(file, contentType, {durationMs = null, peaks = [], loudnessLufs = null}) {
  return {blob: file.slice(0, file.size, contentType), contentType, durationMs, peaks, loudnessLufs};
}

export async function measured(blob) {
  const sound = await decode(blob);
  if (!sound) throw new ConvertError(UNREADABLE);
  const {durationMs, peaks, loudnessLufs} = await work(sound);
  return {durationMs, peaks, loudnessLufs};
}
