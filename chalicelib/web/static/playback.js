/**
 * How the member likes to listen: `playback.rate`, `.evenLoudness`, `.goOn`, `.singleKeys`; on every device, and here without a network.
 *
 * `begin(workspace)` from now on for this member; `set({rate})` here and, a little later, on the server: once things
 * have settled, at most once a minute, and when the page is hidden; what did not arrive goes with the next time.
 * `adopt(view)` takes what the server has answered. `subscribe(listener)` -> function that stops.
 */
import * as api from './api.js';
import {keepNote} from './notes.js';
import {playbackPlace} from './player.js';

const SLOWEST = 0.75;
const FASTEST = 2.5;
const SETTLE_MS = 5_000;
const AGAIN_MS = 60_000;
const USUAL = {rate: 1, even_loudness: true, go_on: true, single_keys: true};

const listeners = new Set();
let member = null;
let kept = {...USUAL, unsent: []};
let timer = 0;
let sentAt = -Infinity;

/** What is kept in this browser counts where it has not arrived; else what the server knows. */
export function begin({workspace_id: workspaceId, member_id: memberId, playback: known}) {
  member = {workspaceId, memberId};
  sentAt = -Infinity;
  clearTimeout(timer);
  const here = remembered();
  const newer = Object.fromEntries(here.unsent.map((name) => [name, here[name]]));
  keep({...USUAL, ...(known ?? here), ...newer, unsent: here.unsent});
  if (kept.unsent.length) schedule();
}

export function set(changes) {
  const bounded = 'rate' in changes ? {...changes, rate: Math.max(SLOWEST, Math.min(changes.rate, FASTEST))} : changes;
  const differing = Object.keys(bounded).filter((name) => kept[name] !== bounded[name]);
  if (!differing.length) return;
  keep({...kept, ...bounded, unsent: [...new Set([...kept.unsent, ...differing])]});
  if (member) schedule();
}

export const adopt = (view) => keep({...kept, ...view, unsent: []});

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const playback = {
  get rate() { return kept.rate; },
  get evenLoudness() { return kept.even_loudness; },
  get goOn() { return kept.go_on; },
  get singleKeys() { return kept.single_keys; },
};

function schedule() {
  clearTimeout(timer);
  timer = setTimeout(send, Math.max(SETTLE_MS, sentAt + AGAIN_MS - performance.now()));
}

async function send(options) {
  clearTimeout(timer);
  const {unsent, ...values} = kept;
  if (!member || !unsent.length) return;
  const of = member;
  sentAt = performance.now();
  const changes = Object.fromEntries(unsent.map((name) => [name, values[name]]));
  keep({...kept, unsent: []}); // a page that is left hears no answer, and must not say it again days later
  try {
    await api.patch(`v1/workspaces/${of.workspaceId}/playback`, changes, options);
  } catch (problem) {
    if (!(problem instanceof api.ApiError)) throw problem;
    console.warn('How you like to listen is kept in this browser until it can be sent.', problem);
    if (of.memberId === member.memberId) keep({...kept, unsent: [...new Set([...kept.unsent, ...unsent])]});
  }
}

function keep(after) {
  kept = after;
  if (member) keepNote(playbackPlace(member.memberId), JSON.stringify(kept));
  for (const listener of [...listeners]) listener();
}

function remembered() {
  const text = localStorage.getItem(playbackPlace(member.memberId));
  return text ? JSON.parse(text) : {...USUAL, unsent: []};
}

document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') send({keepalive: true}); });
addEventListener('online', () => { if (member && kept.unsent.length) schedule(); });
