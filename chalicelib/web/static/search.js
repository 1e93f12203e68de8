/** Search as one types: a field, and what is found in the place of the list below it. */
import {html, useEffect, useRef, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, EmptyState, GhostRows, Problem, TrackRow, say} from './components.js';
import {count} from './formats.js';
import {useHere, useLoaded} from './hooks.js';
import {Icon} from './icons.js';
import {usePlayback} from './playerbar.js';
import {PlaylistRow} from './playlistrow.js';
import {QueueMenu} from './queuemenu.js';
import {Said, isTelling} from './said.js';
import {useStandings} from './ways.js';

const PAUSE_MS = 200;
const STEPS = {ArrowDown: 1, ArrowUp: -1};
const LINKS = '.track h2 a, .person a';

/**
 * The field and what is found for the words `typed` in the address; without any, the children. The arrow keys lead
 * from the field through what was found, Escape back to an empty field.
 */
export function Search({typed, children}) {
  const {home, limits} = useHere();
  const [words, setWords] = useState(typed);
  const there = useRef(typed);
  const field = useRef();
  const found = useRef();
  const timer = useRef(0);
  const go = (text) => {
    clearTimeout(timer.current);
    const wanted = text.trim();
    if (wanted === there.current) return;
    const place = wanted ? `${home}/library?${new URLSearchParams({q: wanted})}` : `${home}/library`;
    const goesOn = wanted && there.current;
    there.current = wanted;
    if (goesOn) location.replace(place); // Back leads out of the search, not through its letters
    else location.hash = place;
  };
  const type = (text) => {
    setWords(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => go(text), PAUSE_MS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (typed === there.current) return;
    clearTimeout(timer.current);
    there.current = typed;
    setWords(typed);
  }, [typed]);
  const press = (event) => {
    if (event.key === 'Escape' && words) {
      event.preventDefault();
      setWords('');
      go('');
      field.current.focus();
      return;
    }
    const stops = [field.current, ...(found.current?.querySelectorAll(LINKS) ?? [])];
    const at = stops.indexOf(document.activeElement);
    const next = at >= 0 && stops[at + STEPS[event.key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return html`<div class="search" onKeyDown=${press}>
    <form role="search" onSubmit=${(event) => { event.preventDefault(); go(words); }}>
      <${Icon} name="search" />
      <input class="input" type="search" ref=${field} aria-label="Search" placeholder="Tracks, people, what is said" dir="auto" value=${words}
        maxlength=${limits.search_length} autocomplete="off" enterkeyhint="search" onInput=${(event) => type(event.currentTarget.value)} />
    </form>
    ${typed ? html`<div class="found" ref=${found}><${Found} ...${{typed}} /></div>` : children}
  </div>`;
}

function Found({typed}) {
  const {url, home} = useHere();
  const {value, problem, reload} = useLoaded(() => api.get(`${url}/search`, {q: typed}), [url, typed]);
  const latest = useRef();
  latest.current = value ?? latest.current;
  const shown = latest.current; // what was found for fewer letters stays until there is something new
  const standings = useStandings(shown?.tracks);
  const quoted = useLoaded(async () => (isTelling(typed) ? api.get(`${url}/search/transcripts`, {q: typed}) : {items: []}), [url, typed]);
  const latestSaid = useRef();
  latestSaid.current = quoted.value ?? latestSaid.current;
  const spoken = {...quoted, value: latestSaid.current};
  useEffect(() => { if (value && quoted.value) say(toldOf(value, quoted.value, typed)); }, [value, quoted.value]);
  if (problem) return html`<${Problem} ...${{problem}} retry=${reload} />`;
  if (!shown) return html`<${GhostRows} />`;
  const {tracks, playlists, people, more} = shown;
  if (!tracks.length && !playlists.length && !people.length && !spoken.value?.items.length) {
    return quoted.problem ? html`<${Said} found=${spoken} ...${{typed}} />` : value && quoted.value && html`<${Nothing} ...${{typed}} />`;
  }
  return html`
    ${tracks.length > 0 && html`<${Group} title="Tracks">
      ${tracks.map((track) => html`<${Track} key=${track.track_id} ...${{track}} progress=${standings[track.track_id]} />`)}<//>`}
    ${playlists.length > 0 && html`<${Group} title="Playlists">
      ${playlists.map((playlist) => html`<${PlaylistRow} key=${playlist.playlist_id} ...${{playlist}} />`)}<//>`}
    ${people.length > 0 && html`<${Group} title="People">
      ${people.map((person) => html`<${Person} key=${person.member_id} ...${{person, home}} />`)}<//>`}
    ${more && html`<p class="muted small">There is more. Type more of the words to see it.</p>`}
    <${Said} found=${spoken} ...${{typed}} />`;
}

function Group({title, children}) {
  return html`<section class="section" aria-label=${title}><h2>${title}</h2><ul class="list">${children}</ul></section>`;
}

function Track({track, progress}) {
  const {home} = useHere();
  const {loaded, playing, press} = usePlayback(track);
  return html`<${TrackRow} href="${home}/track/${track.track_id}" ...${{track, playing, progress}} current=${loaded} onPlay=${press}
    more=${html`<${QueueMenu} ...${{track}} />`} speakerHref="${home}/person/${track.speaker.member_id}" />`;
}

function Person({person, home}) {
  const about = [person.title, person.department, person.topics.join(', ')].filter(Boolean);
  return html`<li class="person">
    <${Avatar} name=${person.name} id=${person.member_id} />
    <div>
      <a href="${home}/person/${person.member_id}"><strong dir="auto">${person.name}</strong></a>
      <div class="small muted row">${about.map((text) => html`<span key=${text} dir="auto">${text}</span>`)}</div>
    </div>
  </li>`;
}

function Nothing({typed}) {
  const {home} = useHere();
  return html`<${EmptyState} icon="search" title=${html`Nothing found for “<bdi>${typed}</bdi>”`}
    action=${html`<${Button} icon="record" href="${home}/record">Record a track<//>`}>
    Try fewer words: their beginnings are enough. If nobody has said it yet, you may be the one who can.<//>`;
}

const toldOf = ({tracks, playlists, people, more}, {items}, typed) => {
  const parts = [[tracks, 'track'], [playlists, 'playlist'], [people, 'person', 'people'], [items, 'transcript']]
    .filter(([found]) => found.length).map(([found, ...nouns]) => count(found.length, ...nouns));
  return parts.length ? `${parts.join(', ')} found${more ? ', and there is more' : ''}.` : `Nothing found for ${typed}.`;
};
