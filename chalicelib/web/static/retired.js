/** Retiring a track, what stands on its page then, and where it leads. */
import {html, useEffect, useRef, useState} from './preact.js';
import * as api from './api.js';
import {Button, Choice, Dialog, DialogForm, Field, Heard, Notice, Problem, focusHeading, say} from './components.js';
import {clock, day} from './formats.js';
import {changeTogether, useAction, useHere, useLoaded} from './hooks.js';
import {player} from './player.js';

const TYPED_MS = 300;

/** That a track is retired, and the way on. */
export function Retired({track, place, mine, set, progress}) {
  const {home} = useHere();
  const {value, problem, reload} = useLoaded(() => api.get(`${place}/retirement`), [place, track.version]);
  const [bringBack, bringing] = useAction(async () => {
    await api.del(`${place}/retirement`);
    set(await api.get(place));
    focusHeading();
    say('The track is back.');
  });
  const next = value?.successor;
  return html`<${Notice} kind="warn">
    <p>${mine ? 'You have' : html`<bdi>${track.speaker.name}</bdi> has`} retired this track on ${day(track.retired_at)}.
      ${' '}${mine ? 'Nobody but you can play it; what was heard of it stays known.' : 'It is not played any more; what you have heard of it stays known.'}</p>
    ${next && html`<p>In its place: <a href="${home}/track/${next.track_id}" dir="auto">${next.title}</a>
      ${' '}<span class="small muted">by <bdi>${next.speaker.name}</bdi>, <span class="numbers">${clock(next.duration_ms)}</span></span></p>`}
    <${Heard} progress=${progress.value} />
    <${Problem} problem=${problem ?? bringing.problem} retry=${problem && reload} />
    ${mine && html`<div class="row"><${Button} busy=${bringing.busy} onClick=${bringBack}>Bring it back<//>
      <${Retire} ...${{track, place, set}} successor=${next}>${next ? 'Lead elsewhere…' : 'Lead to another track…'}<//></div>`}
  <//>`;
}

/** The button that asks what a track is to lead to, and retires it. */
export function Retire({track, place, set, successor = null, children = 'Retire…'}) {
  const [asked, setAsked] = useState(false);
  return html`<${Button} onClick=${() => setAsked(true)}>${children}<//>
    ${asked && html`<${Ask} ...${{track, place, set, successor}} onClose=${() => setAsked(false)} />`}`;
}

function Ask({track, place, set, successor, onClose}) {
  const {workspace} = useHere();
  const [chosen, setChosen] = useState(successor);
  const [retire, {busy, problem}] = useAction(async () => {
    const body = {successor_id: chosen?.track_id ?? null};
    const after = await changeTogether(() => api.put(`${place}/retirement`, body, {version: track.version}), set);
    if (player.has(track, workspace.workspace_id)) player.unload();
    onClose();
    set(after);
    focusHeading();
    say('The track is retired.');
  });
  return html`<${Dialog} title=${track.retired_at ? 'Where does it lead?' : 'Retire this track?'} onClose=${onClose}>
    ${!track.retired_at && html`<p>It leaves the library, playlists and feeds, and nobody but you can play it. What was heard of it stays
      known, and you can bring it back.</p>`}
    <${DialogForm} class="stack" label=${track.retired_at ? 'Save' : busy ? 'Retiring…' : 'Retire'} onSubmit=${retire} ...${{problem, busy, onClose}}>
      <${Successor} ...${{track, chosen, setChosen}} />
    <//>
  <//>`;
}

/** The track that takes its place: one of the speaker's newest, or one that is found. */
function Successor({track, chosen, setChosen}) {
  const {url, limits} = useHere();
  const [words, setWords] = useState('');
  const [looked, setLooked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setLooked(words.trim()), TYPED_MS);
    return () => clearTimeout(timer);
  }, [words]);
  const {value, problem, reload} = useLoaded(async () => (looked
    ? (await api.get(`${url}/search`, {q: looked})).tracks
    : (await api.get(`${url}/tracks`, {speaker: 'me', limit: limits.page_size})).items), [url, looked]);
  const latest = useRef([]); // what was found before stays until the next is there
  if (value) latest.current = value;
  const found = latest.current.filter(({track_id: id, status, retired_at: retired}) => id !== track.track_id && status === 'ready' && !retired);
  const shown = chosen && !found.some(({track_id: id}) => id === chosen.track_id) ? [chosen, ...found] : found;
  return html`<${Field} label="What takes its place?" hint="A track that everybody may hear who may hear this one." type="search" value=${words}
      onValue=${setWords} dir="auto" most=${limits.search_length} />
    <${Problem} problem=${problem} retry=${reload} />
    <div class="choose" role="radiogroup" aria-label="What takes its place">
      <${Choice} type="radio" name="successor" label="Nothing does" checked=${!chosen} onChange=${() => setChosen(null)} />
      ${shown.map((each) => html`<${Choice} key=${each.track_id} type="radio" name="successor" checked=${chosen?.track_id === each.track_id}
        label=${html`<bdi>${each.title}</bdi>`} hint=${html`<bdi>${each.speaker.name}</bdi>`} onChange=${() => setChosen(each)} />`)}
    </div>
    ${value && looked && found.length === 0 && html`<p class="small muted" role="status">No track fits.</p>`}`;
}
