/**
 * The one player of the app: its state, and the way to its engine, which is fetched with the first thing that is played.
 *
 * `player.listenAs(workspace)`; `play(track, workspaceId, {fromMs, way, entry})` (in a click), `toggle()`, `pause()`,
 * `seek(ms)`, `skip(ms)`, `undo()` of a far seek, `next()`, `previous()`, `hasNext()`, `setRate(rate)`,
 * `enqueue('add' or 'playNext', track, entry?)`, `unload()`, `rename(track)`; `player.has(track, workspaceId, entryId?)` tells
 * whether it is loaded, in this revision; `player.decide(there)` answers a `question`; `player.ready()` once the engine is there;
 * `player.state`, `player.subscribe(listener)` -> function that stops.
 *
 * A state: `{track, workspaceId, way, entry, left, playing, waiting, positionMs, durationMs, rate, singleKeys, problem, notice,
 * question, jump, queue, sleep}`; `waiting` while the audio is fetched, `problem` and `notice` sentences. A `way` is a playlist that is
 * listened through, or, with `playlistId` null, tracks one after the other: `{playlistId, title, entries}`, its entries those
 * that can be played (`{entry_id, playlistId, track, fromMs, toMs}`); `entry` the one that is loaded, of the way or out of the
 * queue. What waits in the queue comes first; meanwhile the way is what was `left`, and goes on behind it. Without `fromMs` a track goes on where its listener left off,
 * on whatever device that was. Where both this page and another device moved on, `question` is `{hereMs, thereMs}`. After a
 * far seek `jump` is `{backMs}` for a while.
 */
import * as api from './api.js';
import * as sound from './sound.js';

const LOST = 'The player cannot be loaded. Check your connection, then press play again; where that does not help, load the page again.';
export const NOTHING = {
  track: null, way: null, entry: null, left: null, workspaceId: null, playing: false, waiting: false, positionMs: 0, durationMs: 0,
  problem: null, notice: null, question: null, jump: null,
};

export const audio = new Audio();
audio.crossOrigin = 'anonymous';
audio.preload = 'auto';

export const now = {...NOTHING, rate: 1, singleKeys: true, queue: [], sleep: {choice: null, untilMs: null}};
const listeners = new Set();
let member = null;
let engine = null;
let fetching = null;

export function change(changes) {
  Object.assign(now, changes);
  player.state = {...now};
  for (const listener of [...listeners]) listener(player.state);
}

/** Where one member's queue is kept in this tab. */
export const queuePlace = ({workspace_id: workspaceId, member_id: memberId}) => `earshot.queue.${workspaceId}.${memberId}`;
/** Where it is kept in this browser how a member likes to listen. */
export const playbackPlace = (memberId) => `earshot.playback.${memberId}`;

function ready() {
  fetching ??= import('./engine.js').then((module) => {
    engine = module;
    if (member) engine.listenAs(member);
    return engine;
  }, (problem) => {
    fetching = null;
    throw new Error(LOST, {cause: problem});
  });
  return fetching;
}

/** What the engine does, as soon as it is there. */
const through = (name) => (...given) => (engine ? engine[name](...given) : ready().then((module) => module[name](...given)));

function play(track, workspaceId, options = {}) {
  if (engine) return engine.play(track, workspaceId, options);
  audio.load(); // in the click: what iOS wants before it lets an element play later
  sound.wake(audio);
  const {way = null, entry = null, fromMs} = options;
  const positionMs = fromMs ?? entry?.fromMs ?? 0;
  change({...NOTHING, track, workspaceId, way, entry, positionMs, durationMs: track.duration_ms ?? 0, waiting: true});
  return ready().then(
    ({play: begin}) => (now.track === track && now.waiting ? begin(track, workspaceId, options) : undefined),
    () => change({waiting: false, problem: LOST}),
  );
}

function pause() {
  if (engine) engine.pause();
  else change({waiting: false});
}

function unload() {
  if (engine) engine.unload();
  else change(NOTHING);
}

/** Whether this track is loaded, in this revision; of a playlist, by this entry. */
function has(track, workspaceId, entryId = null) {
  return now.workspaceId === workspaceId && now.track?.track_id === track.track_id && now.track.revision === track.revision
    && (entryId === null || now.entry?.entry_id === entryId);
}

function listenAs(workspace) {
  member = workspace;
  if (engine) return void engine.listenAs(workspace);
  change({singleKeys: workspace.playback?.single_keys ?? true});
  const {unsent = []} = JSON.parse(localStorage.getItem(playbackPlace(workspace.member_id))) ?? {};
  if (unsent.length || sessionStorage.getItem(queuePlace(workspace))) warm();
}

/** Have the engine at hand; without a network it comes with the next try. */
function warm() {
  ready().catch((problem) => console.warn('The player is not there yet.', problem));
}

export const player = {
  play, has, unload, listenAs, ready,
  toggle: through('toggle'),
  pause,
  seek: through('seek'),
  skip: through('skip'),
  undo: through('undo'),
  next: through('next'),
  previous: through('previous'),
  hasNext: () => engine?.hasNext() ?? false,
  setRate: through('setRate'),
  enqueue: through('enqueue'),
  rename: (track) => engine?.rename(track),
  decide: through('decide'),
  state: {...now},
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Who is signed out hears no more. */
api.onSignedOut(unload);
/** Who comes near a play button may well press it. */
addEventListener('pointerover', ({target}) => { if (!engine && target.closest?.('.disc')) warm(); }, {passive: true});
