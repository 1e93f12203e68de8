/**
 * The one player of the app.
 *
 * `player.play(track, workspaceId, fromMs = 0)` (in a click), `toggle()`, `pause()`, `seek(ms)`, `skip(ms)`,
 * `setRate(rate)`, `unload()`, `rename(track)`; `player.has(track, workspaceId)` tells whether it is loaded, in this
 * revision; `player.state`, `player.subscribe(listener)` -> function that stops.
 *
 * A state: `{track, workspaceId, playing, waiting, positionMs, durationMs, rate, problem}`; `waiting` while the audio
 * is fetched, `problem` a sentence. The rate is remembered on this device.
 *
 * The audio's address lives 5 minutes: a fresh one is fetched when it has expired, at the same place. Loudness is
 * evened out by a gain in Web Audio, since iOS ignores an element's volume.
 */
import * as api from './api.js';

const RATE_KEY = 'earshot.rate';
const SLOWEST = 0.75;
const FASTEST = 2.5;
const SKIP_MS = 10_000;
const TARGET_LUFS = -18;
const MOST_GAIN_DB = 12;
const MOST_TRIES = 2;
const SPARE_MS = 5_000;
const LOST = 'The audio cannot be loaded. Check your connection, then press play again.';
const BLOCKED = 'The browser held the sound back. Press play again.';

const audio = new Audio();
audio.crossOrigin = 'anonymous';
audio.preload = 'auto';

const listeners = new Set();
const now = {
  track: null, workspaceId: null, playing: false, waiting: false, positionMs: 0, durationMs: 0, rate: rememberedRate(), problem: null,
};
let turn = 0;
let tries = 0;
let expiresAt = 0;
let gain = null;
let context = null;

/** Play a track, from its start or another place. */
function play(track, workspaceId, fromMs = 0) {
  audio.pause();
  Object.assign(now, {track, workspaceId, positionMs: fromMs, durationMs: track.duration_ms ?? 0});
  tries = 0;
  evenOut();
  tellSystem();
  return load();
}

/** Whether this track is loaded, in this revision. */
function has(track, workspaceId) {
  return now.workspaceId === workspaceId && now.track?.track_id === track.track_id && now.track.revision === track.revision;
}

function toggle() {
  if (!now.track) return undefined;
  if (now.playing || now.waiting) return pause();
  tries = 0;
  return go();
}

/** Go on, with a fresh address where the present one has expired. */
function go() {
  if (now.problem || !audio.src || Date.now() > expiresAt - SPARE_MS) return load();
  return sound();
}

function pause() {
  turn += 1;
  audio.pause();
  change({playing: false, waiting: false});
}

function seek(ms) {
  const positionMs = Math.max(0, Math.min(ms, now.durationMs || Infinity));
  if (audio.hasAttribute('src')) audio.currentTime = positionMs / 1000;
  change({positionMs});
}

const skip = (ms) => seek(now.positionMs + ms);

function setRate(rate) {
  const bounded = Math.max(SLOWEST, Math.min(rate, FASTEST));
  localStorage.setItem(RATE_KEY, bounded);
  audio.playbackRate = bounded;
  audio.defaultPlaybackRate = bounded;
  change({rate: bounded});
}

function unload() {
  pause();
  audio.removeAttribute('src');
  audio.load();
  change({track: null, workspaceId: null, positionMs: 0, durationMs: 0, problem: null});
  tellSystem();
}

/** What is loaded has another title now. */
function rename(track) {
  if (now.track?.track_id !== track.track_id) return;
  change({track: {...now.track, title: track.title}});
  tellSystem();
}

/** Fetch an address and play from the present place. */
async function load() {
  const mine = (turn += 1);
  change({waiting: true, playing: false, problem: null});
  audio.removeAttribute('src');
  audio.load(); // in the click: what iOS wants before it lets an element play later
  wakeSound();
  try {
    const {url, expires_at: until} = await api.get(`v1/workspaces/${now.workspaceId}/tracks/${now.track.track_id}/audio`);
    if (mine !== turn) return;
    expiresAt = Date.parse(until);
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

/** An expired address shows as an error of the element: S3 has answered 403. */
audio.onerror = () => {
  if (!audio.hasAttribute('src')) return;
  tries += 1;
  if (tries <= MOST_TRIES && (now.playing || now.waiting)) return void load();
  turn += 1;
  audio.removeAttribute('src');
  change({playing: false, waiting: false, problem: LOST});
};
audio.onplaying = () => change({playing: true, waiting: false});
audio.onpause = () => { if (audio.hasAttribute('src')) change({playing: false}); };
audio.onended = () => change({playing: false, waiting: false, positionMs: now.durationMs});
audio.onwaiting = () => change({waiting: true});
audio.ontimeupdate = () => {
  if (!audio.hasAttribute('src') || audio.readyState < 2 || audio.seeking) return;
  if (!audio.paused) tries = 0;
  change({positionMs: Math.round(audio.currentTime * 1000)});
};
audio.onseeked = () => { if (audio.hasAttribute('src')) change({positionMs: Math.round(audio.currentTime * 1000)}); };
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
  if (gain) gain.gain.value = 10 ** (gainOf(now.track) / 20);
}

/** In dB; none where the loudness is not known. */
export function gainOf(track) {
  const loudness = track?.loudness_lufs;
  if (typeof loudness !== 'number') return 0;
  return Math.max(-MOST_GAIN_DB, Math.min(TARGET_LUFS - loudness, MOST_GAIN_DB));
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
  play, has, toggle, pause, seek, skip, setRate, unload, rename,
  state: {...now},
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
