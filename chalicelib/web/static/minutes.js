/** What one can hear in a few minutes: tracks not heard yet, one after the other. */
import {html} from './preact.js';
import * as api from './api.js';
import {Button, EmptyState, GhostRows, Problem, TrackRow} from './components.js';
import {placeOf, without} from './filters.js';
import {count} from './formats.js';
import {useHere, useLoaded} from './hooks.js';
import {player} from './player.js';
import {usePlayer} from './playerbar.js';
import {QueueMenu} from './queuemenu.js';

/** How many minutes one may have. */
export const CHOICES = [5, 12, 30];
const MINUTE_MS = 60_000;

/** Links to choose how long one has, whatever else one wishes; the chosen one leads back. */
export function Minutes({wishes}) {
  const {home} = useHere();
  const chosen = Number(wishes.minutes);
  return html`<div class="row"><span class="muted" aria-hidden="true">I have</span>
    <div class="segments" role="group" aria-label="How long I have">
      ${CHOICES.map((minutes) => html`<a key=${minutes} aria-current=${minutes === chosen ? 'true' : undefined}
        href=${placeOf(home, {...wishes, minutes: minutes === chosen ? '' : minutes})}>${minutes} min</a>`)}
    </div>
  </div>`;
}

/** The tracks that fit, and the button that plays them. */
export function Fitting({wishes}) {
  const {url, home, workspace} = useHere();
  const {minutes} = wishes;
  const {value: tracks, problem, reload} = useLoaded(async () => (await api.get(`${url}/library`, wishes)).items, [url]);
  const way = tracks && {playlistId: null, title: `${minutes} minutes`, entries: tracks.map(entryOf)};
  const loaded = usePlayer((state) => (state.way?.playlistId === null ? state.entry.entry_id : null));
  const playing = usePlayer((state) => state.playing);
  const start = (entry) => player.play(entry.track, workspace.workspace_id, {way, entry});
  const press = (entry) => (entry.entry_id === loaded ? player.toggle() : start(entry));
  if (problem) return html`<${Problem} ...${{problem}} retry=${reload} />`;
  if (!tracks) return html`<${GhostRows} />`;
  if (!tracks.length) {
    return html`<${EmptyState} icon="check" title="Nothing new fits into ${minutes} minutes"
      action=${html`<${Button} href=${placeOf(home, without(wishes, 'minutes'))}>See the library<//>`}>
      You have heard what is short enough, or begun it${Object.keys(wishes).length > 1 && ', or it is not what you filter by'}.<//>`;
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
