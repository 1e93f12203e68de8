/** What the workspace has recorded, newest first, and what of one's own is still on its way. */
import {html} from './preact.js';
import * as api from './api.js';
import {Button, EmptyState, GhostRows, More, Page, Problem, TrackRow} from './components.js';
import {Drafts} from './drafts.js';
import {Filters, placeOf, wishesOf, without} from './filters.js';
import {useAgain, useHere, useList, useLoaded} from './hooks.js';
import {CHOICES, Fitting, Minutes} from './minutes.js';
import {usePlayback} from './playerbar.js';
import {QueueMenu} from './queuemenu.js';
import {Search} from './search.js';
import {Waiting, useArrivals, useOutbox} from './waiting.js';
import {useStandings} from './ways.js';

const AGAIN_MS = 4000;

/**
 * The library's page; `q` in the address searches it, what one wishes to hear narrows it (see `filters.js`), `minutes` shows
 * what of it can be heard in so many; `speaker=me` alone shows one's own, also what is on its way.
 */
export function Library({query}) {
  const {url, limits} = useHere();
  const wishes = wishesOf(query, limits);
  const people = useLoaded(() => api.get(`${url}/members`, {limit: limits.page_size}), [url]);
  if (wishes.minutes && !CHOICES.includes(Number(wishes.minutes))) delete wishes.minutes;
  const key = JSON.stringify(wishes);
  const typed = [...(query.get('q') ?? '')].slice(0, limits.search_length).join('').trim();
  return html`<${Page} title="Library">
    <${Search} ...${{typed}}>
      ${wishes.minutes
        ? html`<${Whose} ...${{wishes, people}} /><${Fitting} key=${key} ...${{wishes}} />`
        : html`<${Newest} ...${{wishes, people}} />`}
    <//>
  <//>`;
}

const isMine = (wishes) => wishes.speaker === 'me' && Object.keys(wishes).length === 1;

function Whose({wishes, people, tracks, told}) {
  const {home} = useHere();
  const mine = isMine(wishes);
  const speakerName = tracks?.find(({speaker}) => speaker.member_id === wishes.speaker)?.speaker.name;
  return html`<div class="tabs">
      <${Minutes} ...${{wishes}} />
      <div class="segments" role="group" aria-label="Whose tracks">
        <a href="${home}/library" aria-current=${Object.keys(wishes).length ? undefined : 'page'}>Everyone</a>
        <a href="${home}/library?speaker=me" aria-current=${mine ? 'page' : undefined}>Mine</a>
      </div>
    </div>
    <${Filters} wishes=${mine ? {} : wishes} people=${people.value} ...${{speakerName}} />
    <${Problem} problem=${told ? null : people.problem} retry=${people.reload} />`;
}

function Newest({wishes, people}) {
  const {url, home} = useHere();
  const mine = isMine(wishes);
  const narrowed = !mine && Object.keys(wishes).length > 0;
  const read = (after) => (narrowed ? api.get(`${url}/library`, {...wishes, after}) : api.get(`${url}/tracks`, {...wishes, after}));
  const list = useList(read, [url, JSON.stringify(wishes)]);
  const sending = useOutbox();
  useArrivals(sending, list.reload);
  const onTheWay = new Set(sending.filter(({status}) => status !== 'ready').map(({trackId}) => trackId));
  const shown = list.items?.filter((track) => track.status === 'ready' || !onTheWay.has(track.track_id));
  useAgain(list.reload, AGAIN_MS, shown?.some((track) => track.status === 'processing' || track.new_revision?.status === 'processing'));
  const standings = useStandings(shown);
  return html`
    <${Drafts} />
    <${Waiting} items=${sending} />
    <${Whose} ...${{wishes, people}} tracks=${shown} told=${Boolean(list.problem)} />
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!shown && !list.problem && html`<${GhostRows} />`}
    ${shown?.length === 0 && !list.next && (narrowed || !sending.length) && html`<${Nothing} ...${{wishes, home, mine, narrowed}} />`}
    ${shown && html`<ul class="list">${shown.map((track) => html`<${Row} key=${track.track_id} ...${{track, home}} alone=${wishes.speaker} progress=${standings[track.track_id]} />`)}</ul>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />`;
}

function Row({track, home, alone, progress}) {
  const {loaded, playing, press} = usePlayback(track);
  return html`<${TrackRow} href="${home}/track/${track.track_id}" ...${{track, playing, progress}} current=${loaded} onPlay=${press}
    more=${html`<${QueueMenu} ...${{track}} />`} speakerHref=${alone ? null : `${home}/person/${track.speaker.member_id}`} />`;
}

function Nothing({wishes, home, mine, narrowed}) {
  const record = html`<${Button} kind="main" icon="record" href="${home}/record">Record a track<//>`;
  if (mine) {
    return html`<${EmptyState} icon="record" title="You have not recorded anything yet" action=${record}>
      What do colleagues keep asking you? A minute or two is enough.<//>`;
  }
  if (narrowed && Object.keys(wishes).length === 1 && wishes.speaker) {
    return html`<${EmptyState} icon="library" title="Nothing to hear yet" action=${html`<${Button} href=${placeOf(home, without(wishes, 'speaker'))}>See everyone<//>`}>
      This person has not published a track that you may hear.<//>`;
  }
  if (narrowed) {
    return html`<${EmptyState} icon="search" title="Nothing matches all of these filters" action=${html`<${Button} href="${home}/library">See the whole library<//>`}>
      Take one away and look again. If nobody has said it yet, you may be the one who can.<//>`;
  }
  return html`<${EmptyState} icon="library" title="The first track is yours" action=${record}>
    Say what you would have liked to know on your first day. Your colleagues find it here.<//>`;
}
