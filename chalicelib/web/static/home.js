/** Home: where one left off, what waits for one, what one was asked to hear, what one follows, and what is new. */
import {html} from './preact.js';
import * as api from './api.js';
import {Assigned} from './assigned.js';
import {Avatar, Button, EmptyState, GhostRows, Page, PlayButton, Problem, ProgressBar} from './components.js';
import {Drafts} from './drafts.js';
import {clock, spoken} from './formats.js';
import {Happenings} from './happenings.js';
import {useHere, useLoaded} from './hooks.js';
import {usePlayback} from './playerbar.js';
import {PlaylistRow} from './playlistrow.js';
import {Waiting, useArrivals, useOutbox} from './waiting.js';
import {Waits, useWaits} from './waits.js';
import {useHeard, useWay} from './ways.js';

const NEWEST = 8; // of what happened: the others have a page of their own

/** The first page of a workspace. */
export function Home() {
  const {url} = useHere();
  const {value, problem, reload} = useLoaded(() => api.get(`${url}/home`), [url]);
  const waits = useWaits();
  const sending = useOutbox();
  useArrivals(sending, reload);
  useHeard(reload);
  const unbegun = value && !value.left_off && !value.assigned.length && !value.following.length;
  const empty = unbegun && !value.happened.some(({track_id: id}) => id);
  const all = Boolean((value || problem) && (waits.groups || waits.problem)); // shown together, so that nothing jumps
  return html`<${Page} title="Home">
    <${Drafts} />
    <${Waiting} items=${sending} open />
    <${Problem} problem=${problem ?? waits.problem} retry=${() => { reload(); waits.reload(); }} />
    ${all ? html`<${Shown} ...${{value, waits, reload, unbegun, empty}} />` : html`<${GhostRows} />`}
  <//>`;
}

function Shown({value, waits, reload, unbegun, empty}) {
  const {home, workspace} = useHere();
  return html`
    ${value?.left_off && html`<${LeftOff} left=${value.left_off} within=${value.left_off_in} />`}
    <${Waits} ...${{waits}} />
    ${value && html`<${Assigned} items=${value.assigned} more=${value.more_assigned} ...${{reload}} />`}
    <${Mentored} groups=${waits.groups} />
    ${unbegun && !empty && html`<${EmptyState} icon="library" title="Find something to hear"
      action=${html`<${Button} kind="main" href="${home}/library">To the library<//>`}>
      What you begin stands here, to go on with whenever you have five minutes.<//>`}
    ${value?.following.length > 0 && html`<section class="section">
      <h2>Playlists you follow</h2>
      <ul class="list">${value.following.map((playlist) => html`<${PlaylistRow} key=${playlist.playlist_id} ...${{playlist}} />`)}</ul>
    </section>`}
    ${empty && html`<${EmptyState} icon="record" title="The first track is yours"
      action=${html`<div class="row"><${Button} kind="main" icon="record" href="${home}/record">Record a track<//>
        ${workspace.role === 'admin' && html`<${Button} href="${home}/people">Invite people<//>`}</div>`}>
      Say what you would have liked to know on your first day. Your colleagues find it here.<//>`}
    ${value?.happened.length > 0 && html`<section class="section">
      <h2>What is new</h2>
      <${Happenings} items=${value.happened.slice(0, NEWEST)} />
      <div class="row"><${Button} href="${home}/activity">Everything that happened<//>
        <${Button} href="${home}/questions">Your questions<//>
        <${Button} href="${home}/feedback">Your feedback<//><${Button} href="${home}/thanks">Your thanks<//></div>
    </section>`}`;
}

/** The way to one's mentor, or to one's new hires. */
function Mentored({groups = []}) {
  const {home, workspace} = useHere();
  const group = groups.find(({kind}) => kind === 'mentoring');
  if (!group) return null;
  const {member_id: id, name} = group.owner;
  if (id === workspace.member_id) return html`<div class="row"><${Button} icon="groups" href="${home}/mentoring">Your new hires<//></div>`;
  return html`<div class="by"><${Avatar} ...${{name, id}} /><a href="${home}/mentoring"><bdi>${name}</bdi> is your mentor</a></div>`;
}

function LeftOff({left, within}) {
  return html`<section class="card left-off" aria-labelledby="left-off">
    <h2 id="left-off">Where you left off</h2>
    ${within ? html`<${InPlaylist} ...${{left, within}} />` : html`<${Alone} ...${{left}} />`}
  </section>`;
}

function Alone({left: {track, progress}}) {
  const {playing, press} = usePlayback(track);
  return html`<${Place} ...${{track, progress, playing, press}} />`;
}

/** In a playlist one goes on through it, so its page is read too. */
function InPlaylist({left: {track, progress}, within}) {
  const {url, home} = useHere();
  const {value, problem, reload} = useLoaded(() => api.get(`${url}/playlists/${within.playlist_id}`), [within.playlist_id]);
  const {underWay, goOn} = useWay(value);
  const entry = value?.entries.find(({entry_id: id}) => id === value.resume?.entry_id);
  const shown = entry ? {track_id: entry.track_id, title: entry.title, speaker: entry.speaker, duration_ms: entry.duration_ms} : track;
  const known = entry ? {coverage: entry.progress?.coverage ?? 0, position_ms: value.resume.position_ms} : progress;
  return html`<p class="small muted">In <a href="${home}/playlist/${within.playlist_id}" dir="auto">${within.title}</a></p>
    <${Problem} ...${{problem}} retry=${reload} />
    ${value?.completed
      ? html`<p>You have heard all of it.</p>`
      : shown && html`<${Place} track=${shown} progress=${known} playing=${underWay} press=${value ? goOn : () => {}} />`}`;
}

function Place({track, progress, playing, press}) {
  const {home} = useHere();
  const done = progress?.position_ms ?? 0;
  return html`<div class="row place">
    <${PlayButton} big title=${track.title} ...${{playing}} onClick=${press} />
    <div>
      <a class="clip" href="${home}/track/${track.track_id}" dir="auto">${track.title}</a>
      <div class="small muted"><span dir="auto">${track.speaker.name}</span> · <span class="numbers" aria-hidden="true">${clock(done)} / ${clock(track.duration_ms)}</span>
        <span class="aside">${spoken(done)} of ${spoken(track.duration_ms)}</span></div>
      <${ProgressBar} label="Heard of ${track.title}" value=${progress?.coverage ?? 0} />
    </div>
  </div>`;
}
