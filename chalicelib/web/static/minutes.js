/** What one can hear in a few minutes: tracks not heard yet, one after the other. */
import {html} from './preact.js';
import * as api from './api.js';
import {Button, EmptyState, GhostRows, Problem, TrackRow} from './components.js';
import {count} from './formats.js';
import {useHere, useLoaded} from './hooks.js';
import {player} from './player.js';
import {usePlayer} from './playerbar.js';
import {QueueMenu} from './queuemenu.js';

/** How many minutes one may have. */
export const CHOICES = [5, 12, 30];
const MINUTE_MS = 60_000;
const SHORT_MS = 30_000; // nothing worth looking for fits into less
const MOST_PARTS = 3; // of the library that are looked through, newest first

/** Links to choose how long one has; the `chosen` one leads back. */
export function Minutes({chosen}) {
  const {home} = useHere();
  return html`<div class="row"><span class="muted" aria-hidden="true">I have</span>
    <div class="segments" role="group" aria-label="How long I have">
      ${CHOICES.map((minutes) => html`<a key=${minutes} aria-current=${minutes === chosen ? 'true' : undefined}
        href=${minutes === chosen ? `${home}/library` : `${home}/library?minutes=${minutes}`}>${minutes} min</a>`)}
    </div>
  </div>`;
}

/** The tracks that fit, and the button that plays them. */
export function Fitting({minutes}) {
  const {url, home, limits, workspace} = useHere();
  const {value: tracks, problem, reload} = useLoaded(
    () => fitting(url, limits.page_size, workspace.member_id, minutes * MINUTE_MS), [url, minutes]);
  const way = tracks && {playlistId: null, title: `${minutes} minutes`, entries: tracks.map(entryOf)};
  const loaded = usePlayer((state) => (state.way?.playlistId === null ? state.entry.entry_id : null));
  const playing = usePlayer((state) => state.playing);
  const start = (entry) => player.play(entry.track, workspace.workspace_id, {way, entry});
  const press = (entry) => (entry.entry_id === loaded ? player.toggle() : start(entry));
  if (problem) return html`<${Problem} ...${{problem}} retry=${reload} />`;
  if (!tracks) return html`<${GhostRows} />`;
  if (!tracks.length) {
    return html`<${EmptyState} icon="check" title="Nothing new fits into ${minutes} minutes"
      action=${html`<${Button} href="${home}/library">See the library<//>`}>
      You have heard the newest tracks that are short enough, or begun them.<//>`;
  }
  const ms = tracks.reduce((sum, track) => sum + track.duration_ms, 0);
  return html`<section class="section" aria-label="What fits into ${minutes} minutes">
    <div class="row"><h2>${count(tracks.length, 'track')}, ${lasting(ms)}</h2>
      <${Button} kind="main" icon="play" onClick=${() => start(way.entries[0])}>Play them<//></div>
    <ul class="list">${way.entries.map((entry) => html`<${TrackRow} key=${entry.entry_id} track=${entry.track}
      href="${home}/track/${entry.entry_id}" current=${loaded === entry.entry_id} playing=${playing && loaded === entry.entry_id}
      onPlay=${() => press(entry)} more=${html`<${QueueMenu} track=${entry.track} />`} />`)}</ul>
  </section>`;
}

const entryOf = (track) => ({entry_id: track.track_id, track, fromMs: null, toMs: null});

const lasting = (ms) => (ms < MINUTE_MS ? 'less than a minute' : `about ${count(Math.round(ms / MINUTE_MS), 'minute')}`);

/** The newest tracks of others that one has not begun and that fit into so long together. */
async function fitting(url, limit, me, longestMs) {
  const found = [];
  let roomMs = longestMs;
  let after;
  for (let part = 0; part < MOST_PARTS; part += 1) {
    const {items, next} = await api.get(`${url}/tracks`, {limit, after});
    const begun = await begunOf(url, items);
    for (const track of items) {
      if (track.speaker.member_id === me || begun.has(track.track_id) || track.duration_ms > roomMs) continue;
      found.push(track);
      roomMs -= track.duration_ms;
    }
    if (!next || roomMs < SHORT_MS) break;
    after = next;
  }
  return found;
}

/** The ids of those of these tracks of which one has heard something. */
async function begunOf(url, tracks) {
  if (!tracks.length) return new Set();
  const {items} = await api.get(`${url}/progress`, {tracks: tracks.map(({track_id: id}) => id).join()});
  return new Set(items.filter(({coverage, completed_at: completed}) => coverage > 0 || completed).map(({track_id: id}) => id));
}
