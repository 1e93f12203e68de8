/**
 * What the member wants to hear next, in this tab and through its reloads: `queue.items`, each
 * `{key, track: {track_id, title, speaker, duration_ms, revision}, entry}`, first the one that comes next; `entry` null, or that of a
 * playlist, which may be a part of the track: `{entry_id, playlistId, fromMs, toMs}`.
 *
 * `begin(workspace)`; `add(track, entry?)`, `playNext(track, entry?)`, `remove(key)`, `move(key, by)`, `clear()`; `take()` -> the
 * first, and out of the queue; `subscribe(listener)` -> function that stops. A queue that is full raises an error with a sentence.
 */
import {queuePlace} from './player.js';

export const MOST = 100;
const FULL = `Your queue holds ${MOST} tracks, and no more. Take some out first.`;

const listeners = new Set();
let place = null;

export const queue = {
  items: [],
  workspaceId: null,

  begin(workspace) {
    queue.workspaceId = workspace.workspace_id;
    place = queuePlace(workspace);
    tell(JSON.parse(sessionStorage.getItem(place) ?? '[]').map(({entry = null, ...item}) => ({...item, entry})));
  },

  add: (track, entry) => tell([...queue.items, itemOf(track, entry)]),
  playNext: (track, entry) => tell([itemOf(track, entry), ...queue.items]),
  remove: (key) => tell(queue.items.filter((item) => item.key !== key)),
  clear: () => tell([]),

  /** So many places down, or up where `by` is negative; answers its new place from 0. */
  move(key, by) {
    const from = queue.items.findIndex((item) => item.key === key);
    const to = Math.max(0, Math.min(from + by, queue.items.length - 1));
    const after = queue.items.filter((item) => item.key !== key);
    after.splice(to, 0, queue.items[from]);
    tell(after);
    return to;
  },

  take() {
    const [first, ...rest] = queue.items;
    if (first) tell(rest);
    return first ?? null;
  },

  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Of a track, what is shown of it while it waits; of an entry, what is played of it and where that counts. */
function itemOf({track_id, title, speaker, duration_ms, revision}, entry) {
  const {entry_id, playlistId, fromMs, toMs} = entry ?? {};
  return {
    key: crypto.randomUUID(),
    track: {track_id, title, speaker, duration_ms, revision},
    entry: entry ? {entry_id, playlistId, fromMs, toMs} : null,
  };
}

function tell(items) {
  if (items.length > MOST) throw new Error(FULL);
  queue.items = items;
  if (place && items.length) sessionStorage.setItem(place, JSON.stringify(items));
  else if (place) sessionStorage.removeItem(place);
  for (const listener of [...listeners]) listener();
}
