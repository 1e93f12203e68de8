/**
 * A picked file on its way into a track.
 *
 * `prepare(file, {limits, onStep, onProgress, signal})` -> take `{blob, contentType, durationMs, peaks, loudnessLufs}`. MP3, M4A
 * that is not fragmented, WAV and FLAC stay as they are; anything else that this browser decodes becomes MP3.
 * Raises `ConvertError` with a sentence before anything is sent; `limits` are the server's. `onStep` gets reading, measuring and
 * converting, `onProgress` 0 to 1 of the last two.
 * `durationMs` may be null; a file of more than 15 minutes has no peaks and no loudness, since both take the whole of it into memory.
 */
import {recognise} from './containers.js';
import {decode, lengthOf, work} from './decoding.js';
import {count, size} from './formats.js';

const MOST_DECODED_MS = 15 * 60_000;

/** Why a file cannot become a track, and what to do. */
export class ConvertError extends Error {
  constructor(message, cause) {
    super(message, {cause});
    this.name = 'ConvertError';
  }
}

const EMPTY = 'This file is empty. Pick another one.';
const TOO_LONG_TO_CONVERT = `This file is longer than ${minutes(MOST_DECODED_MS)} and of a kind that has to be converted first. \
Save it as MP3, M4A, WAV or FLAC and pick it again.`;
const UNREADABLE = 'This browser finds no sound in this file. Save it as MP3, M4A, WAV or FLAC and pick it again.';
const BROKEN = 'This file could not be prepared. Load the page again, then pick it again.';
const GONE = 'This file cannot be read any more. Pick it again.';

export async function prepare(file, {limits, onStep, onProgress, signal}) {
  if (!file.size) throw new ConvertError(EMPTY);
  if (file.size > limits.upload_bytes) {
    throw new ConvertError(`This file has ${size(file.size)}; ${size(limits.upload_bytes)} is the limit. Save it as MP3 and pick it again.`);
  }
  try {
    return await prepared(file, {longestMs: limits.track_ms, onStep, onProgress, signal});
  } catch (error) {
    if (error instanceof ConvertError || error.name === 'AbortError') throw error;
    const gone = error.name === 'NotFoundError' || error.name === 'NotReadableError';
    throw new ConvertError(gone ? GONE : BROKEN, error);
  }
}

async function prepared(file, {longestMs, onStep, onProgress, signal}) {
  signal?.throwIfAborted();
  onStep?.('reading');
  const contentType = await recognise(file);
  const lengthMs = await lengthOf(file);
  if (lengthMs > longestMs) throw tooLong(longestMs);
  signal?.throwIfAborted();
  if (contentType && lengthMs > MOST_DECODED_MS) return asItIs(file, contentType, {durationMs: lengthMs});
  if (lengthMs > MOST_DECODED_MS) throw new ConvertError(TOO_LONG_TO_CONVERT);
  const sound = await decode(file);
  signal?.throwIfAborted();
  if (!sound && (!contentType || lengthMs === null)) throw new ConvertError(UNREADABLE);
  if (!sound) return asItIs(file, contentType, {durationMs: lengthMs});
  const durationMs = sound.duration * 1000;
  if (durationMs > longestMs) throw tooLong(longestMs);
  if (!contentType && durationMs > MOST_DECODED_MS) throw new ConvertError(TOO_LONG_TO_CONVERT);
  onStep?.(contentType ? 'measuring' : 'converting');
  const {blob, ...about} = await work(sound, {encode: !contentType, onProgress, signal});
  return contentType ? asItIs(file, contentType, about) : {blob, contentType: 'audio/mpeg', ...about};
}

function minutes(ms) {
  return count(ms / 60_000, 'minute');
}

const tooLong = (longestMs) => new ConvertError(
  `This file is longer than ${minutes(longestMs)}. Cut it into shorter parts and pick those.`,
);

/** The blob keeps nothing of the file's name. */
function asItIs(file, contentType, {durationMs = null, peaks = [], loudnessLufs = null}) {
  return {blob: file.slice(0, file.size, contentType), contentType, durationMs, peaks, loudnessLufs};
}
