/** What the workspace has recorded, newest first, and what of one's own is still on its way. */
import {html} from './preact.js';
import * as api from './api.js';
import {Button, EmptyState, GhostRows, More, Page, Problem, TrackRow} from './components.js';
import {Drafts} from './drafts.js';
import {useAgain, useHere, useList, useLoaded} from './hooks.js';
import {CHOICES, Fitting, Minutes} from './minutes.js';
import {usePlayback} from './playerbar.js';
import {QueueMenu} from './queuemenu.js';
import {Search} from './search.js';
import {Waiting, useArrivals, useOutbox} from './waiting.js';
import {useStandings} from './ways.js';

const AGAIN_MS = 4000;

/**
 * The library's page; `q` in the address searches it, `minutes` shows what can be heard in so many, `speaker` narrows it
 * to one person, `me` shows one's own.
 */
export function Library({query}) {
  const minutes = Number(query.get('minutes'));
  const fits = CHOICES.includes(minutes);
  return html`<${Page} title="Library">
    <${Search} typed=${query.get('q')?.trim() ?? ''}>
      <${Minutes} chosen=${minutes} />
      ${fits ? html`<${Fitting} ...${{minutes}} />` : html`<${Newest} speaker=${query.get('speaker') ?? ''} />`}
    <//>
  <//>`;
}

function Newest({speaker}) {
  const {url, home, limits} = useHere();
  const mine = speaker === 'me';
  const list = useList((after) => api.get(`${url}/tracks`, {speaker: speaker || undefined, after}), [url, speaker]);
  const people = useLoaded(() => api.get(`${url}/members`, {limit: limits.page_size}), [url]);
  const sending = useOutbox();
  useArrivals(sending, list.reload);
  const onTheWay = new Set(sending.filter(({status}) => status !== 'ready').map(({trackId}) => trackId));
  const shown = list.items?.filter((track) => track.status === 'ready' || !onTheWay.has(track.track_id));
  useAgain(list.reload, AGAIN_MS, shown?.some((track) => track.status === 'processing' || track.new_revision?.status === 'processing'));
  const standings = useStandings(shown);
  return html`
    <${Drafts} />
    <${Waiting} items=${sending} />
    <div class="tabs">
      <div class="segments" role="group" aria-label="Whose tracks">
        <a href="${home}/library" aria-current=${speaker ? undefined : 'page'}>Everyone</a>
        <a href="${home}/library?speaker=me" aria-current=${mine ? 'page' : undefined}>Mine</a>
      </div>
      <${Speakers} people=${people.value} chosen=${mine ? '' : speaker} home=${home} />
    </div>
    <${Problem} problem=${list.problem ?? people.problem} retry=${() => { list.reload(); people.reload(); }} />
    ${!shown && !list.problem && html`<${GhostRows} />`}
    ${shown?.length === 0 && !list.next && !sending.length && html`<${Nothing} ...${{speaker, home}} />`}
    ${shown && html`<ul class="list">${shown.map((track) => html`<${Row} key=${track.track_id} ...${{track, home, speaker}} progress=${standings[track.track_id]} />`)}</ul>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />`;
}

function Row({track, home, speaker, progress}) {
  const {loaded, playing, press} = usePlayback(track);
  return html`<${TrackRow} href="${home}/track/${track.track_id}" ...${{track, playing, progress}} current=${loaded} onPlay=${press}
    more=${html`<${QueueMenu} ...${{track}} />`} speakerHref=${speaker ? null : `${home}/person/${track.speaker.member_id}`} />`;
}

const OTHERS = 'others';

/** The people to choose from; where there are more than one part of the list, those stand on the people's page. */
function Speakers({people, chosen, home}) {
  const go = (event) => {
    const id = event.currentTarget.value;
    location.hash = id === OTHERS ? `${home}/people` : `${home}/library${id ? `?speaker=${id}` : ''}`;
  };
  const sorted = [...(people?.items ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  return html`<select class="input" aria-label="Speaker" value=${chosen} onChange=${go}>
    <option value="">Speaker</option>
    ${sorted.map((member) => html`<option key=${member.member_id} value=${member.member_id}
      selected=${member.member_id === chosen}>${member.name}</option>`)}
    ${people?.next && html`<option value=${OTHERS}>Somebody else…</option>`}
  </select>`;
}

function Nothing({speaker, home}) {
  const record = html`<${Button} kind="main" icon="record" href="${home}/record">Record a track<//>`;
  if (speaker === 'me') {
    return html`<${EmptyState} icon="record" title="You have not recorded anything yet" action=${record}>
      What do colleagues keep asking you? A minute or two is enough.<//>`;
  }
  if (speaker) {
    return html`<${EmptyState} icon="library" title="Nothing to hear yet" action=${html`<${Button} href="${home}/library">See everyone<//>`}>
      This person has not published a track that you may hear.<//>`;
  }
  return html`<${EmptyState} icon="library" title="The first track is yours" action=${record}>
    Say what you would have liked to know on your first day. Your colleagues find it here.<//>`;
}
