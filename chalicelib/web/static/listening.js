/**
 * What was listened to, kept in this browser until Earshot has it: nothing is lost by a pause, a seek, a closed tab,
 * a crash or a dead network.
 *
 * - `report(workspace)` from now on for this member; what an earlier page left behind is sent too
 * - `new Sitting({workspaceId, track, playlistId?, entryId?})`, one track from pressing play: `plays(positionMs, rate)`,
 *   `moves(positionMs)`, `seeks(positionMs)`, `stops()`, `pauses(positionMs)`, `ends(positionMs, goesOn)`,
 *   `closes(positionMs)`; `lastAt`, when it last reported something
 * - `send()` now; `unsent(trackId)` -> whether something of this track has not arrived yet
 * - `subscribe(listener)` -> function that stops; the listener gets the standings that came back
 *
 * An event is written every 5 s while it grows, fixed (with its `effective_at`) at a pause, a seek, the end, when the
 * page is hidden, and after a minute; then it is sent until the server has answered, always the same to the letter. One
 * that was refused because this device's clock is ahead is set right by the server's and sent again.
 */
import * as api from './api.js';
import {isPassing, pause} from './delivery.js';
import {read, write} from './shelf.js';

const KEEP_MS = 5_000;
const SEND_MS = 60_000;
const SETTLE_MS = 1_000;
const RETRY_MS = [2_000, 60_000];
const MOST_EVENTS = 50;
const MOST_SEGMENTS = 50;
const MOST_KEEPALIVE = 20; // a request that outlives its page may carry 64 kB
const AHEAD = 'EventAhead';
const MOST_AHEAD_MS = 60_000; // what is further ahead the server refuses
const PAGE = `earshot-listening-${crypto.randomUUID()}`;

const listeners = new Set();
const waiting = new Map();
let member = null;
let sitting = null;
let sending = null;

navigator.locks.request(PAGE, () => new Promise(() => {}));

/** One track, listened to from pressing play to its end or to another one. */
export class Sitting {
  #about;
  #workspaceId;
  #sequence = 1;
  #segments = [];
  #open = null;
  #wallMs = 0;
  #since = 0;
  #rate = 0;
  #begunAt = 0;
  #keptAt = 0;
  #sought = null;
  #settling = 0;
  #positionMs = null;
  #fixedAt = 0;

  constructor({workspaceId, track, playlistId = null, entryId = null}) {
    this.#workspaceId = workspaceId;
    this.#about = {
      track_id: track.track_id,
      revision: track.revision,
      ...(playlistId && {playlist_id: playlistId, entry_id: entryId}),
      session_id: crypto.randomUUID(),
    };
    sitting = this;
  }

  /** Sound is heard from here on, or at another speed. */
  plays(positionMs, rate) {
    this.#close();
    this.#openAt(positionMs);
    this.#begunAt ||= this.#since;
    this.#keptAt ||= this.#since;
    this.#rate = Math.max(this.#rate, rate);
  }

  /** Sound was heard up to here. */
  moves(positionMs) {
    if (!this.#open || positionMs < this.#open.to) return;
    this.#open.to = positionMs;
    const now = performance.now();
    if (now - this.#begunAt >= SEND_MS) this.#fix('tick', positionMs);
    else if (now - this.#keptAt >= KEEP_MS) this.#keep(positionMs, now);
  }

  /** Somebody goes elsewhere; where they go on is reported when the dust has settled. */
  seeks(positionMs) {
    this.#close();
    this.#sought = positionMs;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#fix('seek', positionMs), SETTLE_MS);
    if (this.#segments.length >= MOST_SEGMENTS) this.#fix('seek', positionMs);
  }

  /** Nothing is heard until it `plays` again: the sound is being fetched. */
  stops() {
    this.#close();
  }

  /** When the last event happened, in milliseconds; 0 where there was none yet. */
  get lastAt() {
    return this.#sequence > 1 ? this.#fixedAt : 0;
  }

  pauses(positionMs) {
    this.#close(positionMs);
    this.#fix('pause', positionMs);
  }

  /** `goesOn` where the next track follows by itself: then the minute's request carries both. */
  ends(positionMs, goesOn) {
    this.#close(positionMs);
    this.#fix('ended', positionMs, {later: goesOn});
  }

  /** Another track comes, or none. */
  closes(positionMs) {
    this.#close(positionMs);
    this.#fix('close', positionMs);
    if (sitting === this) sitting = null;
  }

  /** The page is hidden: it may never be shown again. */
  hides() {
    const positionMs = this.#open?.to ?? this.#sought;
    if (positionMs !== null) this.#fix('tick', positionMs, {keepalive: true});
  }

  #openAt(positionMs) {
    this.#open = {from: positionMs, to: positionMs};
    this.#since = performance.now();
  }

  #close(positionMs = 0) {
    if (!this.#open) return;
    const {from, to} = this.#open;
    const begin = Math.round(from);
    const end = Math.round(Math.max(to, positionMs));
    const before = this.#segments.at(-1);
    if (before?.[1] === begin) before[1] = end;
    else if (end > begin) this.#segments.push([begin, end]);
    this.#wallMs += performance.now() - this.#since;
    this.#open = null;
  }

  /** What was heard so far, while it is still being heard. */
  #divide() {
    const open = this.#open;
    this.#close();
    if (open) this.#openAt(open.to);
  }

  #keep(positionMs, now) {
    this.#keptAt = now;
    this.#divide();
    put({...this.#record('close', positionMs), page: PAGE});
  }

  #fix(kind, positionMs, {later = false, keepalive = false} = {}) {
    clearTimeout(this.#settling);
    this.#sought = null;
    this.#divide();
    const begun = this.#sequence > 1 || kind === 'seek';
    if (!this.#segments.length && (positionMs === this.#positionMs || !begun)) return;
    const record = this.#record(kind, positionMs);
    waiting.set(record.key, record);
    put(record);
    this.#positionMs = positionMs;
    this.#sequence += 1;
    this.#segments = [];
    this.#wallMs = 0;
    this.#rate = this.#open ? this.#rate : 0;
    this.#begunAt = this.#open ? this.#since : 0;
    this.#keptAt = this.#begunAt;
    if (keepalive) sendLast();
    else if (later) schedule(SEND_MS);
    else send();
  }

  /** The event as it stands, with a time that no earlier one of this sitting has, unless the clock was found to be wrong. */
  #record(kind, positionMs) {
    const atMs = api.now();
    this.#fixedAt = this.#fixedAt > atMs + MOST_AHEAD_MS ? atMs : Math.max(this.#fixedAt + 1, atMs);
    const event = {
      ...this.#about,
      sequence: this.#sequence,
      effective_at: new Date(this.#fixedAt).toISOString(),
      kind,
      position_ms: Math.max(0, Math.round(positionMs)),
      segments: this.#segments.map((segment) => [...segment]),
      rate: this.#rate,
      wall_ms: Math.round(this.#wallMs),
    };
    return {
      key: `${event.session_id}/${event.sequence}`,
      workspaceId: this.#workspaceId,
      memberId: member?.memberId ?? null,
      aheadMs: api.now() - Date.now(),
      event,
    };
  }
}

/** Report for this member of a workspace. */
export async function report({workspace_id: workspaceId, member_id: memberId}) {
  member = {workspaceId, memberId};
  try {
    await takeUp();
  } catch (error) {
    console.warn('What was heard earlier cannot be read.', error);
  }
  send();
}

/** Hear the standings that the server answers. */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether something of this track has not arrived. */
export const unsent = (trackId) => [...waiting.values()].some(({event}) => event.track_id === trackId);

/** What pages that are gone were still writing comes to its end as it was written last. */
async function takeUp() {
  const {held} = await navigator.locks.query();
  const alive = new Set(held.map(({name}) => name));
  for (const record of await read('events', (events) => events.getAll())) {
    if (waiting.has(record.key) || alive.has(record.page)) continue;
    const {page, ...fixed} = record;
    if (page) await put(fixed);
    waiting.set(fixed.key, fixed);
  }
}

/** Keep an event; a browser that refuses to still has it until the page is left. */
async function put(record) {
  try {
    await write(['events'], (events) => events.put(record));
  } catch (error) {
    console.warn('What is heard is not kept beyond this page.', error);
  }
}

async function forget(records) {
  for (const {key} of records) waiting.delete(key);
  try {
    await write(['events'], (events) => records.forEach(({key}) => events.delete(key)));
  } catch (error) {
    console.warn('What was sent is still kept.', error);
  }
}

const mine = () => [...waiting.values()].filter(({workspaceId, memberId}) => member
  && workspaceId === member.workspaceId && memberId === member.memberId);

/** Send everything, as long as it takes; who asks meanwhile waits for the same. */
export function send() {
  clearTimeout(schedule.timer);
  schedule.timer = 0;
  sending ??= sendAll().finally(() => { sending = null; });
  return sending;
}

function schedule(ms) {
  schedule.timer ||= setTimeout(send, ms);
}

async function sendAll() {
  for (let wait = RETRY_MS[0]; mine().length;) {
    const batch = mine().slice(0, MOST_EVENTS);
    try {
      await deliver(batch);
      wait = RETRY_MS[0];
    } catch (error) {
      if (!isPassing(error)) return void console.warn('What was heard waits for another sign-in.', error);
      await pause(wait);
      wait = Math.min(wait * 2, RETRY_MS[1]);
    }
  }
}

/** A request that cannot be taken as a whole is taken apart, so that one event holds no other up. */
async function deliver(batch) {
  try {
    await settle(batch, await post(batch));
  } catch (error) {
    if (error.status !== 400 && error.status !== 413) throw error;
    if (batch.length === 1) {
      console.error('An event cannot be taken.', error);
      await forget(batch);
      return;
    }
    for (const record of batch) await deliver([record]);
  }
}

/** What the server has answered for is done with, but for what happened by a clock that only now is known to have been wrong. */
async function settle(batch, {refused, progress}) {
  const early = new Set(refused.filter(({Code}) => Code === AHEAD).map(({index}) => batch[index]).filter(({corrected}) => !corrected));
  for (const record of early) {
    if (waiting.get(record.key) !== record) continue; // set right already
    const atMs = Math.min(Date.parse(record.event.effective_at) + api.now() - Date.now() - (record.aheadMs ?? 0), api.now());
    const right = {...record, corrected: true, event: {...record.event, effective_at: new Date(atMs).toISOString()}};
    waiting.set(right.key, right);
    await put(right);
  }
  tell(progress);
  await forget(batch.filter((record) => !early.has(record)));
}

/** A page that goes away asks the browser to send for it; what then arrives twice counts once. */
async function sendLast() {
  const batch = mine().slice(-MOST_KEEPALIVE);
  if (!batch.length) return;
  try {
    await settle(batch, await post(batch, {keepalive: true}));
    if (mine().length) send();
  } catch (error) {
    if (!isPassing(error)) console.warn('What was heard is sent when the page is opened again.', error);
    else schedule(RETRY_MS[0]);
  }
}

const post = (batch, options) => api.post(
  `v1/workspaces/${batch[0].workspaceId}/progress`, {events: batch.map(({event}) => event)}, options,
);

function tell(progress) {
  for (const listener of [...listeners]) listener(progress);
}

document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') sitting?.hides(); });
addEventListener('pagehide', () => sitting?.hides());
addEventListener('online', () => send());
