/**
 * What plays: the audio element with an address that is still good, the place in it, and what comes next. It is fetched
 * with the first thing that is played; `player.js` is the way to it, keeps its state and says what it can do.
 *
 * The audio's address lives 5 minutes: a fresh one is fetched when it has expired, at the same place.
 */
import * as api from './api.js';
import * as jumps from './jumps.js';
import {Sitting} from './listening.js';
import {follow} from './mediasession.js';
import * as preferences from './playback.js';
import {playback} from './playback.js';
import {NOTHING, audio, change, now, player} from './player.js';
import {queue} from './queue.js';
import {elsewhere, fitting, resumeAt} from './resume.js';
import {FADE_MS, sleep} from './sleep.js';
import * as sound from './sound.js';

const BACK_TO_START_MS = 5_000;
const LOOK_AFTER_MS = 5_000;
const MOST_TRIES = 2;
const SPARE_MS = 5_000;
const NOTICE_MS = 10_000;
const GONE = 404;
const LOST = 'The audio cannot be loaded. Check your connection, then press play again.';
const BLOCKED = 'The browser held the sound back. Press play again.';
const SKIPPED = (title) => `“${title}” can no longer be heard and was skipped.`;
const ANEW = 'It was recorded anew. This is the new recording.';
const SLEEPS = 'The sleep timer has ended. Press play to go on from here.';
const SLEEPS_AT_END = 'The sleep timer has ended with the track.';

let sitting = null;
let turn = 0;
let tries = 0;
let expiresAt = 0;
let pausedAt = 0;
let loudness = null;
let onward = false; // whether the track came by itself, or by `next`
let unread = false; // whether it may be another recording by now, such as what waited in the queue
let chosenAt = 0; // when the listener last chose the place where it goes on

/** Listen as this member of a workspace. */
export function listenAs(workspace) {
  preferences.begin(workspace);
  queue.begin(workspace);
}

/** Play a track: where the listener left off, or from another place. */
export function play(track, workspaceId, options) {
  onward = false;
  return begin(track, workspaceId, options);
}

function begin(track, workspaceId, {fromMs = null, way = null, entry = null, left = null, queued = false, notice = null} = {}) {
  leave();
  audio.pause();
  sound.full();
  jumps.forget();
  pausedAt = 0;
  chosenAt = 0;
  const positionMs = fromMs ?? entry?.fromMs ?? 0;
  Object.assign(now, NOTHING, {track, workspaceId, way, entry, left, notice, positionMs, durationMs: track.duration_ms ?? 0});
  unread = queued;
  tries = 0;
  return load(fromMs === null);
}

export function toggle() {
  if (!now.track) return next();
  if (now.playing || now.waiting) return pause();
  tries = 0;
  return go();
}

/** Go on, with a fresh address where the present one has expired; after a while, where another device has got to. */
async function go(look = Date.now() - pausedAt > LOOK_AFTER_MS) {
  sound.full();
  if (now.question) return decide(false);
  change({notice: null});
  if (now.positionMs >= (now.entry?.toMs || now.durationMs || Infinity)) put(now.entry?.fromMs ?? 0); // it is over: once more
  if (now.problem || !audio.hasAttribute('src') || hasExpired()) return load(look);
  if (look) {
    const mine = (turn += 1);
    const {positionMs} = now;
    change({waiting: true});
    sound.wake(audio);
    if (!(await whereToGoOn(mine)) || mine !== turn) return undefined;
    if (now.positionMs !== positionMs) audio.currentTime = now.positionMs / 1000;
  }
  return start();
}

export function pause() {
  turn += 1;
  const heard = now.playing;
  audio.pause();
  if (heard) paused();
  change({playing: false, waiting: false});
}

/** Whether the address serves no more; without a network what is here already is still heard. */
const hasExpired = () => navigator.onLine && api.now() > expiresAt - SPARE_MS;

/** The sound has stopped where it is. */
function paused() {
  pausedAt = Date.now();
  change({playing: false, positionMs: Math.round(audio.currentTime * 1000)});
  sitting?.pauses(now.positionMs);
}

export function seek(ms) {
  jumps.goes(now.positionMs);
  chosenAt = Date.now();
  put(ms);
  jumps.went(now.positionMs, (jump) => change({jump}));
}

/** Back to where one was before a far seek. */
export function undo() {
  const {jump} = now;
  jumps.forget();
  change({jump: null});
  if (!jump) return;
  chosenAt = Date.now();
  put(jump.backMs);
}

function put(ms) {
  const positionMs = Math.max(0, Math.min(ms, now.durationMs || Infinity));
  sitting?.seeks(positionMs);
  if (audio.hasAttribute('src')) audio.currentTime = positionMs / 1000;
  change({positionMs, question: null, notice: null});
}

export const skip = (ms) => seek(now.positionMs + ms);

/** The entries of the way before or behind the present one; a track of the queue stands behind the one that was left. */
function neighbour(by) {
  const {way, entry} = now.way ? now : now.left ?? {};
  if (!now.way && by < 0) return entry;
  return way?.entries[way.entries.findIndex(({entry_id: id}) => id === entry.entry_id) + by];
}

export const hasNext = () => queue.items.length > 0 || Boolean(neighbour(1));

/** What waits in the queue, then the rest of the way; with a sentence about what was skipped on the way there. */
export function next({notice = null} = {}) {
  onward = true;
  const {way, entry} = now;
  const item = queue.take();
  if (item) return begin(item.track, queue.workspaceId, {entry: item.entry, left: way ? {way, entry} : now.left, queued: true, notice});
  const behind = neighbour(1);
  return behind && playEntry(behind, notice);
}

/** To the start of the track; from there to the one before. */
export function previous() {
  const entry = neighbour(-1);
  const startMs = now.entry?.fromMs ?? 0;
  if (!entry || now.positionMs - startMs > BACK_TO_START_MS) return seek(startMs);
  return playEntry(entry);
}

const playEntry = (entry, notice = null) => begin(entry.track, now.workspaceId, {way: now.way ?? now.left.way, entry, notice});

export const setRate = (rate) => preferences.set({rate});

/** Put a track, or an entry's part of it, into the queue: `add` or `playNext`. Raises a sentence where it is full. */
export const enqueue = (where, track, entry) => queue[where](track, entry);

/** Play as the member likes it, from this moment on. */
function suit() {
  const {rate, singleKeys} = playback;
  audio.playbackRate = rate;
  audio.defaultPlaybackRate = rate;
  sound.evenOut(playback.evenLoudness ? loudness : null);
  if (singleKeys !== now.singleKeys) change({singleKeys});
  if (rate === now.rate) return;
  change({rate});
  if (now.playing) sitting?.plays(now.positionMs, rate);
}

export function unload() {
  leave();
  pause();
  audio.removeAttribute('src');
  audio.load();
  sleep.set(null);
  change(NOTHING);
}

/** What is loaded has another title now. */
export function rename(track) {
  if (now.track?.track_id !== track.track_id) return;
  change({track: {...now.track, title: track.title}});
}

/** The present sitting is over. */
function leave() {
  sitting?.closes(now.positionMs);
  sitting = null;
}

/** Where the listener is, when this page and another device have both moved on: here, or there. */
export function decide(there) {
  const {question} = now;
  change({question: null});
  if (question && there) put(question.thereMs);
  return go(false); // another look would only find there again
}

/**
 * Find the place to go on at. Another device's is adopted where this page has nothing that has not arrived; where it
 * has, and they are far apart, the listener is asked once. Without an answer in time it goes on from where it is, and
 * where the listener has chosen a place meanwhile, from there.
 */
async function whereToGoOn(mine) {
  const pausedMs = pausedAt > chosenAt ? Date.now() - pausedAt : 0; // what was chosen since needs no run-up
  const before = chosenAt;
  const there = await elsewhere(now, Math.max(sitting?.lastAt ?? 0, chosenAt && api.now() - Date.now() + chosenAt));
  if (mine !== turn || chosenAt !== before) return true;
  if (there?.asks) {
    change({question: {hereMs: now.positionMs, thereMs: there.placeMs}, waiting: false, playing: false});
    return false;
  }
  const backMs = Math.max(resumeAt(now.positionMs, now.durationMs, pausedMs), now.entry?.fromMs ?? 0);
  pausedAt = 0; // once: where nothing comes of it, the next try begins here
  change({positionMs: there ? there.placeMs : backMs});
  return true;
}

/** Fetch an address and play from the present place, or, to `look` for it, from where the listener left off. */
async function load(look = false) {
  const mine = (turn += 1);
  change({waiting: true, playing: false, problem: null});
  audio.removeAttribute('src');
  audio.load(); // in the click: what iOS wants before it lets an element play later
  sound.wake(audio);
  try {
    if (unread && !(await readAnew(mine))) return;
    sitting ??= new Sitting({
      workspaceId: now.workspaceId, track: now.track, playlistId: now.entry?.playlistId, entryId: now.entry?.entry_id,
    });
    const which = now.track.earlier ? `revisions/${now.track.revision}/audio` : 'audio';
    const address = api.get(`v1/workspaces/${now.workspaceId}/tracks/${now.track.track_id}/${which}`);
    const [{url, expires_at: until, loudness_lufs: loud, revision}, going] = await Promise.all([address, look ? whereToGoOn(mine) : true]);
    if (mine !== turn) return;
    if (revision && revision !== now.track.revision) return void (await playAnew());
    expiresAt = Date.parse(until);
    loudness = loud;
    suit();
    if (!going) return;
    audio.src = url;
    audio.defaultPlaybackRate = now.rate;
    audio.currentTime = now.positionMs / 1000;
    await start();
  } catch (error) {
    if (mine === turn) fails(error);
  }
}

/** It was recorded anew since this page read of it: what is heard now is another recording, with a place and a progress of its own. */
function playAnew() {
  const {track, workspaceId, way, entry, left} = now;
  const begun = begin(track, workspaceId, {way, entry, left, queued: true, notice: ANEW});
  tellForAWhile(ANEW);
  return begun;
}

/** What waited in the queue, or stood on a page, may have been recorded anew since; answers whether it still is what is wanted. */
async function readAnew(mine) {
  const track = await api.get(`v1/workspaces/${now.workspaceId}/tracks/${now.track.track_id}`);
  if (mine !== turn) return false;
  unread = false;
  const entry = fitting(now.entry, track.duration_ms);
  if (now.entry?.toMs && !entry.toMs) change({positionMs: 0});
  change({track, entry, durationMs: track.duration_ms});
  return true;
}

/** What came by itself and is gone, retired or not for the listener any more, is passed over. */
function fails(error) {
  const gone = error.status === GONE || error.code === 'TrackRetired';
  const skipped = onward && gone ? SKIPPED(now.track.title) : null;
  if (!skipped || !hasNext()) return void change({waiting: false, playing: false, problem: skipped ?? error.message});
  next({notice: skipped});
  tellForAWhile(skipped);
}

function tellForAWhile(notice) {
  setTimeout(() => { if (now.notice === notice) change({notice: null}); }, NOTICE_MS);
}

async function start() {
  sound.wake(audio);
  change({waiting: true, problem: null});
  const mine = turn;
  try {
    await audio.play();
  } catch (error) {
    if (mine !== turn) return;
    if (error.name === 'NotAllowedError') change({waiting: false, playing: false, problem: BLOCKED});
    else if (error.name !== 'AbortError' && error.name !== 'NotSupportedError') throw error;
  }
}

/** The end of the track, or of the part that the entry is: what comes next comes by itself, where that is wanted. */
function ended(positionMs) {
  const sleeps = sleep.isOver() || sound.isFading();
  const goesOn = !sleeps && playback.goOn && hasNext();
  turn += 1;
  pausedAt = Date.now();
  change({playing: false, waiting: false, positionMs, notice: sleeps ? SLEEPS_AT_END : null});
  audio.pause();
  sitting?.ends(positionMs, goesOn);
  if (goesOn) next();
}

/** The sleep timer's time: softly, and where it stops is kept; what is still being fetched does not begin. */
async function fallAsleep() {
  const sleeps = now.playing ? await sound.fade(FADE_MS) : now.waiting;
  if (sleeps) pause();
  sound.full();
  sleep.set(null);
  if (sleeps) change({notice: SLEEPS});
}

/** An expired address shows as an error of the element: S3 has answered 403. */
audio.onerror = () => {
  if (!audio.hasAttribute('src')) return;
  sitting?.stops();
  if (!now.playing && !now.waiting) return void audio.removeAttribute('src'); // a fresh one comes with the next play
  tries += 1;
  if (tries <= MOST_TRIES) return void load();
  turn += 1;
  audio.removeAttribute('src');
  change({playing: false, waiting: false, problem: LOST});
};
audio.onplaying = () => {
  change({playing: true, waiting: false});
  sitting?.plays(audio.currentTime * 1000, audio.playbackRate);
};
audio.onpause = () => { if (now.playing && !audio.ended && audio.hasAttribute('src')) paused(); };
audio.onended = () => ended(now.durationMs);
audio.onwaiting = () => {
  sitting?.stops();
  change({waiting: true});
};
audio.ontimeupdate = () => {
  if (!audio.hasAttribute('src') || audio.readyState < 2 || audio.seeking) return;
  if (!audio.paused) tries = 0;
  const positionMs = Math.round(audio.currentTime * 1000);
  if (!audio.paused) sitting?.moves(positionMs);
  change({positionMs});
  if (now.playing && now.entry?.toMs && positionMs >= now.entry.toMs) ended(positionMs);
};
audio.onseeked = () => {
  if (!audio.hasAttribute('src')) return;
  change({positionMs: Math.round(audio.currentTime * 1000)});
  if (!audio.paused) sitting?.plays(audio.currentTime * 1000, audio.playbackRate);
};
audio.ondurationchange = () => {
  if (Number.isFinite(audio.duration) && !now.track?.duration_ms) change({durationMs: Math.round(audio.duration * 1000)});
};

suit();
preferences.subscribe(suit);
queue.subscribe(() => change({queue: queue.items}));
sleep.subscribe(() => change({sleep: {choice: sleep.choice, untilMs: sleep.untilMs}}));
sleep.whenTime(fallAsleep);
follow(player);
