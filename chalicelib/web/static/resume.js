/** Where listening goes on: a little before where it was, or where another device has got to. */
import * as api from './api.js';
import {send, unsent} from './listening.js';

const LOOK_MOST_MS = 2_000;
const FAR_MS = 10_000;
const FAR_SHARE = 0.1;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BACK_MS = [3_000, 8_000];
const MOST_BACK_SHARE = 0.1;
const RESTART_BELOW_MS = 5_000;
const RESTART_BEFORE_END_MS = 3_000;
const SHORTEST_PART_MS = 1_000;

/** After a pause on this page, by the server's own rule (`coverage.resume_at`); a pause below a minute changes nothing. */
export function resumeAt(positionMs, durationMs, pausedMs) {
  if (pausedMs < MINUTE_MS) return positionMs;
  if (positionMs < RESTART_BELOW_MS || durationMs - positionMs <= RESTART_BEFORE_END_MS) return 0;
  const back = BACK_MS[pausedMs < HOUR_MS ? 0 : 1];
  return Math.max(0, positionMs - Math.min(back, Math.floor(durationMs * MOST_BACK_SHARE)));
}

/** A place within the part that an entry is. */
export function placed(ms, entry) {
  if (entry?.fromMs === null || entry?.fromMs === undefined) return ms;
  return ms >= entry.fromMs && ms < entry.toMs ? ms : entry.fromMs;
}

/** An entry of a track that may have another length by now, by the server's own rule (`Entry.part`): the whole where its part is gone. */
export function fitting(entry, durationMs) {
  if (!entry?.toMs) return entry;
  const toMs = Math.min(entry.toMs, durationMs);
  return {...entry, ...(toMs - entry.fromMs >= SHORTEST_PART_MS ? {toMs} : {fromMs: null, toMs: null})};
}

/**
 * Where another device has moved on to since `lastAt`: `{placeMs, asks}`, null where it has not, or where nothing is
 * known in time. `asks` where this page has moved on, too, without the server knowing, and they are far apart.
 */
export async function elsewhere({track, workspaceId, entry, positionMs, durationMs}, lastAt) {
  if (!navigator.onLine) return null;
  const open = unsent(track.track_id);
  let progress;
  try {
    await within(LOOK_MOST_MS, send());
    progress = await within(LOOK_MOST_MS, api.get(`v1/workspaces/${workspaceId}/progress/${track.track_id}`));
  } catch (problem) {
    if (!(problem instanceof api.ApiError)) throw problem;
    return null;
  }
  if (!progress?.updated_at || progress.revision !== track.revision || Date.parse(progress.updated_at) <= lastAt) return null;
  const placeMs = placed(progress.resume_ms, entry);
  const far = Math.abs(placeMs - positionMs) > Math.min(FAR_MS, FAR_SHARE * durationMs);
  return {placeMs, asks: open && far && lastAt > 0};
}

const within = (ms, promise) => Promise.race([promise, new Promise((resolve) => { setTimeout(resolve, ms); })]);
