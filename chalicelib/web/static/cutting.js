/**
 * Cutting the ends of a recording, and measuring one anew; part by part, so that half an hour takes no more memory than a few minutes.
 *
 * `cut(take, {fromMs, toMs})` -> a take of what is kept, the same one where nothing is cut; `within(take, cut, changes)` -> the cut
 * with one end moved as far as it may be; `whole(take)` -> the cut that leaves all; `measured(blob)` -> `{durationMs, peaks,
 * loudnessLufs}` of a recording of the recorder's.
 */
import {bench, decode} from './decoding.js';
import {cutOut, frameMs, framesOf} from './mp3.js';

/** What has to remain of a recording. */
export const SHORTEST_MS = 1_000;
const PART_MS = 120_000;
const UNREADABLE = 'This browser cannot read the recording. Load the page again, then open it where it says that you have not published it.';

export const whole = ({durationMs}) => ({fromMs: 0, toMs: durationMs});

export const isWhole = ({durationMs}, {fromMs, toMs}) => fromMs === 0 && toMs === durationMs;

export function within({durationMs}, cut, {fromMs, toMs}) {
  if (fromMs !== undefined) return {...cut, fromMs: Math.max(0, Math.min(fromMs, cut.toMs - SHORTEST_MS))};
  return {...cut, toMs: Math.min(durationMs, Math.max(toMs, cut.fromMs + SHORTEST_MS))};
}

export async function cut(take, {fromMs, toMs}) {
  if (isWhole(take, {fromMs, toMs})) return take;
  const bytes = new Uint8Array(await take.blob.arrayBuffer());
  const frames = framesOf(bytes);
  if (!frames.length) throw new Error(UNREADABLE);
  const each = frameMs(bytes);
  const from = Math.min(frames.length - 1, Math.round(fromMs / each));
  const to = toMs >= take.durationMs ? frames.length : Math.min(frames.length, Math.max(from + 1, Math.round(toMs / each)));
  const kept = cutOut(bytes, frames, from, to);
  return {...take, blob: new Blob([kept], {type: take.contentType}), ...await measuredBytes(kept)};
}

export const measured = async (blob) => measuredBytes(new Uint8Array(await blob.arrayBuffer()));

async function measuredBytes(bytes) {
  const frames = framesOf(bytes);
  if (!frames.length) throw new Error(UNREADABLE);
  const each = frameMs(bytes);
  const step = Math.ceil(PART_MS / each);
  let work = null;
  try {
    for (let from = 0; from < frames.length; from += step) {
      const sound = await decode(new Blob([cutOut(bytes, frames, from, Math.min(frames.length, from + step))]));
      if (!sound) throw new Error(UNREADABLE);
      work ??= await bench(sound);
      await work.take(sound);
    }
    const {peaks, loudnessLufs} = await work.end();
    return {durationMs: Math.round(frames.length * each), peaks, loudnessLufs};
  } finally {
    work?.close();
  }
}
