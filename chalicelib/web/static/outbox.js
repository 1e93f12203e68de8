/**
 * What has been said here and is not yet in the library: kept in IndexedDB until the server says `ready`.
 *
 * `outbox` (each also a named export):
 * - `add({workspace, take, title, consent, about?, track?, playlistId?, round?, questionId?})` -> id: send a take; with `track` it takes that
 *   track's place, with `playlistId` it is added to that playlist as soon as it is ready, with a `round` (a group's:
 *   `{groupId, roundId}`) it is what one contributes to it, with a `questionId` it answers that question
 * - `subscribe(listener)` -> function that stops; the listener gets all items, now and at every change
 * - `list(workspaceId)`, `retry(id)`, `discard(id)`, `forgetTrack(trackId)`, `start()` (done by `add` and `subscribe`)
 * - `letGo(id)`: this page leaves a recording that is not sent yet (`unpublished.js`) to any other
 *
 * An item: `{id, workspaceId, memberId, trackId, renews, playlistId, round, questionId, title, consent, about, contentType, sizeBytes,
 * createdAt, status, problem, progress}`. `status` is waiting | uploading | processing | ready | rejected | failed; a `problem` is a
 * sentence: why it waits, failed or was rejected. What is ready is forgotten after a little while.
 *
 * `trackId` is fixed before anything is sent and is the Idempotency-Key, so that sending again makes no second
 * track. One page sends at a time (Web Locks); an item is only sent for the member who added it, and by no
 * page that began before somebody signed in anew: it knows who is here no more.
 */
import * as api from './api.js';
import {deliver, isPassing, pause, takeBack} from './delivery.js';
import {ShelfError, change, read, write} from './shelf.js';

const NAME = 'earshot-outbox';
const KEPT_READY_MS = 30_000;
const RETRY_MS = [1_000, 60_000];
const BROKEN = 'This recording could not be sent. Try again.';
const ARRIVED = 'This recording has arrived already, and takes the place of the earlier one in a moment.';
const ELSEWHERE = 'This recording is open in another tab. Go on there, or close that tab.';

const begunAs = api.signIn();
const listeners = new Set();
const running = new Map();
const progress = new Map();
const channel = new BroadcastChannel(NAME);
let begun = false;
let signedOut = false;
let news = 0;
let wake = () => {};

channel.onmessage = ({data}) => {
  if (data.progress) progress.set(...data.progress);
  if (data.stop) running.get(data.stop)?.abort();
  inform();
  wake();
};

/* What is kept. */

/** Send a take. Raises a sentence where the browser has no room for it. */
export async function add({workspace, take, title, consent, about = {}, track = null, playlistId = null, round = null, questionId = null}) {
  const item = {
    id: take.id ?? crypto.randomUUID(),
    workspaceId: workspace.workspace_id,
    memberId: workspace.member_id,
    trackId: track?.track_id ?? crypto.randomUUID(),
    renews: track ? {revision: track.revision} : null,
    playlistId,
    round,
    questionId,
    title,
    consent,
    about,
    contentType: take.contentType ?? take.blob.type,
    sizeBytes: take.blob.size,
    durationMs: take.durationMs ?? null,
    peaks: take.peaks ?? [],
    loudnessLufs: take.loudnessLufs ?? null,
    createdAt: new Date().toISOString(),
    status: 'waiting',
    problem: null,
    announced: false,
    form: null,
    sentAt: null,
  };
  await write(['items', 'audio', 'chunks'], (items, audio, chunks) => {
    items.put(item);
    audio.put(take.blob, item.id);
    chunks.delete(chunksOf(item.id));
  });
  letGo(item.id);
  start();
  return item.id;
}

/** The items of a workspace, oldest first. */
export async function list(workspaceId) {
  return (await shown()).filter((item) => item.workspaceId === workspaceId);
}

/** Hear of all items, now and whenever one changes. */
export function subscribe(listener) {
  listeners.add(listener);
  inform([listener]);
  start();
  return () => listeners.delete(listener);
}

/** Try again what failed. */
export async function retry(id) {
  await change('items', id, (item) => (item.status === 'failed' ? {status: 'waiting', problem: null, form: null, sentAt: null} : {}));
  tell();
  start();
}

/** Forget an item and its audio; a new track that the server already knows of is taken back. Raises a sentence where it is too late. */
export async function discard(id) {
  const item = await one(id);
  if (item?.renews?.revision && item.status === 'processing') throw new Error(ARRIVED);
  await remove(id, item);
}

async function remove(id, item) {
  running.get(id)?.abort();
  const known = item?.announced && !item.renews && ['waiting', 'uploading', 'processing', 'failed'].includes(item.status);
  await write(['items', 'audio', 'chunks'], (items, audio, chunks) => {
    if (known) items.put({...item, status: 'discarded', problem: null, form: null});
    else items.delete(id);
    audio.delete(id);
    chunks.delete(chunksOf(id));
  });
  channel.postMessage({stop: id});
  letGo(id);
}

/** Forget all that was to go to a track that is taken back. */
export async function forgetTrack(trackId) {
  for (const item of await all()) if (item.trackId === trackId) await remove(item.id, item);
}

/* Whose a recording is that is not sent yet: one page's at a time. */

/** This page leaves a draft to any other. */
export function letGo(id) {
  held.get(id)?.();
  held.delete(id);
  tell();
}

const held = new Map();
export const lockOf = (id) => `earshot-draft-${id}`;

/** A recording is this page's until it lets go or is gone. */
export function hold(id) {
  return new Promise((resolve, reject) => {
    navigator.locks.request(lockOf(id), {ifAvailable: true}, (lock) => {
      if (!lock) throw new Error(ELSEWHERE);
      resolve();
      return new Promise((release) => held.set(id, release));
    }).catch(reject);
  });
}

/** The keys of what was said of it. */
export const chunksOf = (id) => IDBKeyRange.bound([id], [id, []]);

/* Sending. */

/** Send what waits, as soon as no other page does. */
export async function start() {
  if (begun) return void wake();
  begun = true;
  channel.postMessage({changed: true}); // the page that sends looks whether it still may
  try {
    await navigator.locks.request(NAME, work);
  } catch (error) {
    console.error(error);
  } finally {
    begun = false;
  }
}

/** The page that sends; it steps back when nobody is signed in any more, and when somebody signs in anew. */
async function work() {
  signedOut = false;
  await forgetReady();
  let mine = new Set();
  const strangers = new Set();
  while (!signedOut && isPresent()) {
    const next = new Promise((resolve) => { wake = resolve; });
    const due = (await all()).filter(({id, status}) => DUE.has(status) && !running.has(id));
    if (due.some((item) => !mine.has(ownerOf(item)) && !strangers.has(item.id))) {
      mine = await members();
      due.filter((item) => !mine.has(ownerOf(item))).forEach(({id}) => strangers.add(id));
    }
    if (signedOut || !isPresent()) return;
    for (const item of due) if (mine.has(ownerOf(item))) run(item);
    await next;
  }
}

const isPresent = () => api.signIn() === begunAs;

const DUE = new Set(['waiting', 'uploading', 'processing', 'discarded']);
const ownerOf = ({workspaceId, memberId}) => `${workspaceId}/${memberId}`;

/** Who the signed-in person is in which workspace. */
async function members() {
  for (let wait = RETRY_MS[0]; ; wait = Math.min(wait * 2, RETRY_MS[1])) {
    try {
      const {workspaces} = await api.get('v1/me');
      return new Set(workspaces.map((each) => ownerOf({workspaceId: each.workspace_id, memberId: each.member_id})));
    } catch (error) {
      if (api.isSignedOut(error)) {
        signedOut = true;
        return new Set();
      }
      if (!isPassing(error)) throw error;
    }
    await pause(wait);
  }
}

/** Somebody has signed in since this page began: perhaps somebody else. */
class SignedInAnew extends Error {}

function check() {
  if (!isPresent()) throw new SignedInAnew();
}

/** Deliver one item, again and again as long as trying again helps. */
async function run({id}) {
  const stop = new AbortController();
  running.set(id, stop);
  for (let wait = RETRY_MS[0]; !(await isOver(id, stop.signal)); wait = Math.min(wait * 2, RETRY_MS[1])) {
    await pause(wait, stop.signal);
  }
  running.delete(id);
  wake();
}

/** One try; whether there is to be no other. */
async function isOver(id, signal) {
  try {
    if (!signal.aborted) await step(id, signal);
    return true;
  } catch (error) {
    if (signal.aborted || error instanceof SignedInAnew) return true;
    return isFinal(id, error);
  }
}

/** Whether trying again does not help; why it came to nothing is told, unless this browser has no room even for that. */
async function isFinal(id, error) {
  try {
    if (api.isSignedOut(error)) {
      signedOut = true;
      return true;
    }
    if (isPassing(error)) await save(id, {problem: error.message}, ({sentAt, status}) => (sentAt || status === 'discarded' ? {} : {status: 'waiting'}));
    else if (!(error instanceof ShelfError)) await fail(id, error);
    return !isPassing(error) && !(error instanceof ShelfError);
  } catch (unkept) {
    if (!(unkept instanceof ShelfError)) throw unkept;
    return false;
  }
}

async function step(id, signal) {
  check();
  const item = await one(id);
  if (!item) return;
  if (item.status === 'discarded') {
    await takeBack(item);
    await forget(id);
    return;
  }
  await deliver(item, {
    signal,
    check,
    audio: () => read('audio', (audio) => audio.get(id)),
    save: (changes) => save(id, changes),
    onProgress: (part) => {
      progress.set(id, part);
      inform();
      channel.postMessage({progress: [id, part]});
    },
  });
}

async function fail(id, error) {
  if (!(error instanceof api.ApiError)) console.error(error);
  if ((await one(id))?.status === 'discarded') await forget(id);
  else await save(id, {status: 'failed', problem: error.message || BROKEN});
}

/** Keep changes of an item that was not discarded meanwhile; what is ready needs its audio no more. */
async function save(id, changes, more = () => ({})) {
  const after = await change('items', id, (item) => (item.status === 'discarded' ? {} : {...changes, ...more(item)}));
  if (after?.status === 'ready') {
    await write(['audio'], (audio) => audio.delete(id));
    setTimeout(forget, KEPT_READY_MS, id);
  }
  tell();
  return after?.status === 'discarded' ? null : after;
}

/** What became ready before this page was there has been seen. */
async function forgetReady() {
  for (const {id, status} of await all()) if (status === 'ready') await forget(id);
}

async function forget(id) {
  await write(['items', 'audio', 'chunks'], (items, audio, chunks) => {
    items.delete(id);
    audio.delete(id);
    chunks.delete(chunksOf(id));
  });
  tell();
}

const all = () => read('items', (items) => items.getAll());
const one = (id) => read('items', (items) => items.get(id));

async function shown() {
  const items = (await all()).filter(({status}) => status !== 'discarded' && status !== 'recording');
  return items
    .map((item) => ({...item, progress: progress.get(item.id) ?? 0}))
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** Every page, this one too, looks again. */
export function tell() {
  channel.postMessage({changed: true});
  inform();
  wake();
}

async function inform(whom = listeners) {
  const mine = (news += 1);
  try {
    const items = await shown();
    if (mine === news || whom !== listeners) for (const listener of [...whom]) listener(items);
  } catch (error) {
    console.error(error);
  }
}

export const outbox = {
  add, subscribe, list, retry, discard, forgetTrack, start, letGo,
};
