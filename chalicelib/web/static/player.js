/**
 * The one player of the app.
 *
 * `player.play(track, workspaceId, {fromMs, way, entry})` (in a click), `toggle()`, `pause()`, `seek(ms)`, `skip(ms)`,
 * `next()`, `previous()`, `setRate(rate)`, `unload()`, `rename(track)`; `player.has(track, workspaceId, entryId?)` tells
 * whether it is loaded, in this revision; `player.decide(there)` answers a `question`; `player.state`,
 * `player.subscribe(listener)` -> function that stops.
 *
 * A state: `{track, workspaceId, way, entry, playing, waiting, positionMs, durationMs, rate, problem, question}`;
 * `waiting` while the audio is fetched, `problem` a sentence. A `way` is a playlist that is listened through, or, with
 * `playlistId` null, tracks one after the other:
 * `{playlistId, title, entries}`, its entries those that can be played (`{entry_id, track, fromMs, toMs}`); `entry` the
 * one that is loaded. Without `fromMs` a track goes on where its listener left off, on whatever device that was. Where
 * both this page and another device moved on, `question` is `{hereMs, thereMs}`. The rate is remembered on this device.
 *
 * The audio's address lives 5 minutes: a fresh one is fetched when it has expired, at the same place. Loudness is
 * evened out by a gain in Web Audio, since iOS ignores an element's volume.
 */
import * as api from './api.js';
import {Sitting, send, unsent} from './listening.js';

const RATE_KEY = 'earshot.rate';
const SLOWEST = 0.75;
const FASTEST = 2.5;
const SKIP_MS = 10_000;
const BACK_TO_START_MS = 5_000;
const LOOK_AFTER_MS = 5_000;
const LOOK_MOST_MS = 2_000;
const FAR_MS = 10_000;
const FAR_SHARE = 0.1;
const TARGET_LUFS = -18;
const MOST_GAIN_DB = 12;
const MOST_TRIES = 2;
const SPARE_MS = 5_000;
const LOST = 'The audio cannot be loaded. Check your connection, then press play again.';
const BLOCKED = 'The browser held the sound back. Press play again.';
const NOTHING = {
  track: null, way: null, entry: null, workspaceId: null, playing: false, waiting: false, positionMs: 0, durationMs: 0,
  problem: null, question: null,
};

const audio = new Audio();
audio.crossOrigin = 'anonymous';
audio.preload = 'auto';

const listeners = new Set();
const now = {...NOTHING, rate: rememberedRate()};
let sitting = null;
let turn = 0;
let tries = 0;
let expiresAt = 0;
let pausedAt = 0;
let loudness = null;
let gain = null;
let context = null;

/** Play a track: where the listener left off, or from another place. */
function play(track, workspaceId, {fromMs = null, way = null, entry = null} = {}) {
  leave();
  audio.pause();
  Object.assign(now, NOTHING, {track, workspaceId, way, entry, positionMs: fromMs ?? entry?.fromMs ?? 0, durationMs: track.duration_ms ?? 0});
  sitting = new Sitting({workspaceId, track, playlistId: way?.playlistId, entryId: entry?.entry_id});
  tries = 0;
  tellSystem();
  return load(fromMs === null);
}

/** Whether this track is loaded, in this revision; of a playlist, by this entry. */
function has(track, workspaceId, entryId = null) {
  return now.workspaceId === workspaceId && now.track?.track_id === track.track_id && now.track.revision === track.revision
    && (entryId === null || now.entry?.entry_id === entryId);
}

function toggle() {
  if (!now.track) return undefined;
  if (now.playing || now.waiting) return pause();
  tries = 0;
  return go();
}

/** Go on, with a fresh address where the present one has expired; after a while, where another device has got to. */
async function go() {
  const look = Date.now() - pausedAt > LOOK_AFTER_MS;
  if (now.problem || !audio.hasAttribute('src') || Date.now() > expiresAt - SPARE_MS) return load(look);
  if (look) {
    const mine = (turn += 1);
    const {positionMs} = now;
    change({waiting: true});
    wakeSound();
    if (!(await whereToGoOn(mine)) || mine !== turn) return undefined;
    if (now.positionMs !== positionMs) audio.currentTime = now.positionMs / 1000;
  }
  return sound();
}

function pause() {
  turn += 1;
  const heard = now.playing;
  audio.pause();
  if (heard) paused();
  change({playing: false, waiting: false});
}

/** The sound has stopped where it is. */
function paused() {
  pausedAt = Date.now();
  change({playing: false, positionMs: Math.round(audio.currentTime * 1000)});
  sitting?.pauses(now.positionMs);
}

function seek(ms) {
  const positionMs = Math.max(0, Math.min(ms, now.durationMs || Infinity));
  sitting?.seeks(positionMs);
  if (audio.hasAttribute('src')) audio.currentTime = positionMs / 1000;
  change({positionMs, question: null});
}

const skip = (ms) => seek(now.positionMs + ms);

/** The entries of the way before or behind the present one. */
const neighbour = (by) => now.way?.entries[now.way.entries.findIndex(({entry_id: id}) => id === now.entry.entry_id) + by];

function next() {
  const entry = neighbour(1);
  return entry && playEntry(entry);
}

/** To the start of the track; from there to the one before. */
function previous() {
  const entry = neighbour(-1);
  const startMs = now.entry?.fromMs ?? 0;
  if (!entry || now.positionMs - startMs > BACK_TO_START_MS) return seek(startMs);
  return playEntry(entry);
}

const playEntry = (entry) => play(entry.track, now.workspaceId, {way: now.way, entry});

function setRate(rate) {
  const bounded = Math.max(SLOWEST, Math.min(rate, FASTEST));
  localStorage.setItem(RATE_KEY, bounded);
  audio.playbackRate = bounded;
  audio.defaultPlaybackRate = bounded;
  change({rate: bounded});
  if (now.playing) sitting?.plays(now.positionMs, bounded);
}

function unload() {
  leave();
  pause();
  audio.removeAttribute('src');
  audio.load();
  change(NOTHING);
  tellSystem();
}

/** What is loaded has another title now. */
function rename(track) {
  if (now.track?.track_id !== track.track_id) return;
  change({track: {...now.track, title: track.title}});
  tellSystem();
}

/** The present sitting is over. */
function leave() {
  sitting?.closes(now.positionMs);
  sitting = null;
}

/** Where the listener is, when this page and another device have both moved on: here, or there. */
function decide(there) {
  const {question} = now;
  change({question: null});
  if (question && there) seek(question.thereMs);
  return go();
}

/**
 * Find the place to go on at. Another device's is adopted where this page has nothing that has not arrived; where it
 * has, and they are far apart, the listener is asked once. Without an answer in time it goes on from where it is.
 */
async function whereToGoOn(mine) {
  const {track, workspaceId, entry, positionMs} = now;
  const open = unsent(track.track_id);
  let progress;
  try {
    await within(LOOK_MOST_MS, send());
    progress = await within(LOOK_MOST_MS, api.get(`v1/workspaces/${workspaceId}/progress/${track.track_id}`));
  } catch (problem) {
    if (!(problem instanceof api.ApiError)) throw problem;
    return true;
  }
  if (mine !== turn || !progress?.updated_at || progress.revision !== track.revision) return true;
  const placeMs = placed(progress.resume_ms, entry);
  const moved = Date.parse(progress.updated_at) > (sitting?.lastAt ?? 0);
  if (!moved) return true;
  const far = Math.abs(placeMs - positionMs) > Math.min(FAR_MS, FAR_SHARE * now.durationMs);
  if (open && far && sitting?.lastAt) {
    change({question: {hereMs: positionMs, thereMs: placeMs}, waiting: false, playing: false});
    return false;
  }
  change({positionMs: placeMs});
  return true;
}

/** A place within the part that an entry is. */
function placed(ms, entry) {
  if (entry?.fromMs === null || entry?.fromMs === undefined) return ms;
  return ms >= entry.fromMs && ms < entry.toMs ? ms : entry.fromMs;
}

const within = (ms, promise) => Promise.race([promise, new Promise((resolve) => { setTimeout(resolve, ms); })]);

/** Fetch an address and play from the present place, or, to `look` for it, from where the listener left off. */
async function load(look = false) {
  const mine = (turn += 1);
  change({waiting: true, playing: false, problem: null});
  audio.removeAttribute('src');
  audio.load(); // in the click: what iOS wants before it lets an element play later
  wakeSound();
  try {
    const address = api.get(`v1/workspaces/${now.workspaceId}/tracks/${now.track.track_id}/audio`);
    const [{url, expires_at: until, loudness_lufs: loud}, going] = await Promise.all([address, look ? whereToGoOn(mine) : true]);
    if (mine !== turn) return;
    expiresAt = Date.parse(until);
    loudness = loud;
    evenOut();
    if (!going) return;
    audio.src = url;
    audio.defaultPlaybackRate = now.rate;
    audio.currentTime = now.positionMs / 1000;
    await sound();
  } catch (error) {
    if (mine === turn) change({waiting: false, playing: false, problem: error.message});
  }
}

async function sound() {
  wakeSound();
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

/** The end of the track, or of the part that the entry is: the way goes on by itself. */
function ended(positionMs) {
  const entry = neighbour(1);
  turn += 1;
  change({playing: false, waiting: false, positionMs});
  audio.pause();
  sitting?.ends(positionMs, Boolean(entry));
  if (entry) playEntry(entry);
}

/** An expired address shows as an error of the element: S3 has answered 403. */
audio.onerror = () => {
  if (!audio.hasAttribute('src')) return;
  tries += 1;
  sitting?.stops();
  if (tries <= MOST_TRIES && (now.playing || now.waiting)) return void load();
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

/** The sound's way through a gain, and a limiter for what a gain makes too loud. Begun in a click. */
function wakeSound() {
  if (!context) {
    context = new AudioContext();
    gain = new GainNode(context);
    const limiter = new DynamicsCompressorNode(context, {threshold: -2, knee: 0, ratio: 20, attack: 0.003, release: 0.1});
    context.createMediaElementSource(audio).connect(gain).connect(limiter).connect(context.destination);
    evenOut();
  }
  if (context.state !== 'running') context.resume();
}

function evenOut() {
  if (gain) gain.gain.value = 10 ** (gainOf(loudness) / 20);
}

/** In dB; none where the loudness is not known. */
export function gainOf(lufs) {
  if (typeof lufs !== 'number') return 0;
  return Math.max(-MOST_GAIN_DB, Math.min(TARGET_LUFS - lufs, MOST_GAIN_DB));
}

function rememberedRate() {
  const rate = Number(localStorage.getItem(RATE_KEY));
  return rate >= SLOWEST && rate <= FASTEST ? rate : 1;
}

/* The system's own controls: lock screen, headphones, keyboard. */

function tellSystem() {
  if (!navigator.mediaSession) return;
  navigator.mediaSession.metadata = now.track
    ? new MediaMetadata({title: now.track.title, artist: now.track.speaker?.name ?? '', album: 'Earshot'}) : null;
  const actions = {
    play: toggle,
    pause,
    seekbackward: ({seekOffset}) => skip(seekOffset ? -seekOffset * 1000 : -SKIP_MS),
    seekforward: ({seekOffset}) => skip(seekOffset ? seekOffset * 1000 : SKIP_MS),
    seekto: ({seekTime}) => seek(seekTime * 1000),
    nexttrack: now.way && next,
    previoustrack: now.way && previous,
    stop: unload,
  };
  for (const [action, act] of Object.entries(actions)) navigator.mediaSession.setActionHandler(action, now.track ? act : null);
}

function tellPosition() {
  if (!navigator.mediaSession?.setPositionState) return;
  navigator.mediaSession.playbackState = now.playing ? 'playing' : now.track ? 'paused' : 'none';
  if (!now.durationMs) return void navigator.mediaSession.setPositionState();
  navigator.mediaSession.setPositionState({
    duration: now.durationMs / 1000,
    playbackRate: now.rate,
    position: Math.min(now.positionMs, now.durationMs) / 1000,
  });
}

function change(changes) {
  const told = Object.entries(changes).some(([name, value]) => now[name] !== value && name !== 'positionMs');
  Object.assign(now, changes);
  player.state = {...now};
  if (told) tellPosition();
  for (const listener of [...listeners]) listener(player.state);
}

/** Who is signed out hears no more. */
api.onSignedOut(unload);

export const player = {
  play, has, toggle, pause, seek, skip, next, previous, setRate, unload, rename, decide,
  state: {...now},
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
