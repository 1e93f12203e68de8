/** The playlists of a workspace: everybody's, one's own, and those one follows. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {OneGroup, useMyGroups} from './audience.js';
import {Button, Choice, Dialog, DialogForm, EmptyState, Field, GhostRows, More, Page, Problem, say} from './components.js';
import {useAction, useHere, useList} from './hooks.js';
import {PlaylistRow} from './playlistrow.js';

const TABS = [['', 'Everyone'], ['mine', 'Mine'], ['following', 'Following']];

/** The page of playlists; `show` in the address is `mine` or `following`. */
export function Playlists({query}) {
  const {url, home} = useHere();
  const show = TABS.some(([name]) => name === query.get('show')) ? query.get('show') : '';
  const list = useList((after) => api.get(`${url}/playlists`, {...(show && {[show]: true}), after}), [url, show]);
  const [making, setMaking] = useState(false);
  const make = html`<${Button} kind="main" onClick=${() => setMaking(true)}>New playlist<//>`;
  return html`<${Page} title="Playlists" actions=${make}>
    <div class="tabs"><div class="segments" role="group" aria-label="Whose playlists">
      ${TABS.map(([name, words]) => html`<a key=${name} href="${home}/playlists${name && `?show=${name}`}"
        aria-current=${name === show ? 'page' : undefined}>${words}</a>`)}
    </div></div>
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} />`}
    ${list.items?.length === 0 && !list.next && html`<${Nothing} ...${{show, make}} />`}
    ${list.items && html`<ul class="list">${list.items.map((playlist) => html`<${PlaylistRow} key=${playlist.playlist_id} ...${{playlist}} />`)}</ul>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
    ${making && html`<${NewPlaylist} onClose=${() => setMaking(false)} />`}
  <//>`;
}

function Nothing({show, make}) {
  const {home} = useHere();
  if (show === 'following') {
    return html`<${EmptyState} icon="playlists" title="You follow no playlist yet"
      action=${html`<${Button} kind="main" href="${home}/playlists">To the playlists<//>`}>
      Open one and press Follow: what is new in it stands on your home page.<//>`;
  }
  return html`<${EmptyState} icon="playlists" title=${show ? 'You have made no playlist yet' : 'There is no playlist yet'} action=${make}>
    A few tracks in the right order teach more than a long one. Colleagues can add to it, if you let them.<//>`;
}

/** Asks what a new playlist is about; with a `groupId` it begins as that group's. */
export function NewPlaylist({groupId, onClose}) {
  const {url, home} = useHere();
  const [key] = useState(() => crypto.randomUUID());
  const [draft, setDraft] = useState({
    title: '', description: '', topics: '', mode: 'personal', question: '', seats: '',
    ...(groupId ? {audience: 'group', group_id: groupId} : {audience: 'workspace'}),
  });
  const [create, {busy, problem}] = useAction(async () => {
    const playlist = await api.post(`${url}/playlists`, bodyOf(draft), {key});
    say('The playlist was created.');
    location.hash = `${home}/playlist/${playlist.playlist_id}`;
  });
  return html`<${Dialog} title="New playlist" onClose=${onClose}>
    <${DialogForm} label="Create" doing="Creating…" onSubmit=${create} ...${{problem, busy, onClose}}>
      <${About} ...${{draft, setDraft}} />
    <//>
  <//>`;
}

/** What is said of a playlist, to fill in. */
export function About({draft, setDraft}) {
  const {limits} = useHere();
  const put = (name) => (value) => setDraft({...draft, [name]: value});
  const choose = (changes) => () => setDraft({...draft, ...changes});
  const mine = useMyGroups();
  const {mode, audience} = draft;
  return html`<${Field} label="Title" hint="What does one know after it?" value=${draft.title} onValue=${put('title')} required dir="auto" most=${limits.line_length} />
    <${Field} as="textarea" label="Description" value=${draft.description} onValue=${put('description')} dir="auto" most=${limits.description_length} />
    <${Field} label="Topics" hint="With commas between them." value=${draft.topics} onValue=${put('topics')} dir="auto" />
    <fieldset>
      <legend>Who adds to it</legend>
      <${Choice} type="radio" name="mode" label="Only me" checked=${mode === 'personal'} onChange=${choose({mode: 'personal'})} />
      <${Choice} type="radio" name="mode" label="Everyone who can open it" checked=${mode === 'collaborative'} onChange=${choose({mode: 'collaborative'})} />
      <${Choice} type="radio" name="mode" label="An open call" hint="It asks a question, and waits for many voices."
        checked=${mode === 'open_call'} onChange=${choose({mode: 'open_call'})} />
    </fieldset>
    ${mode === 'open_call' && html`<${Field} label="Question" value=${draft.question} onValue=${put('question')} required dir="auto" most=${limits.line_length} />
      <${Field} label="Departments you want to hear from" hint="With commas between them." value=${draft.seats} onValue=${put('seats')} dir="auto" />`}
    <fieldset>
      <legend>Who can open it</legend>
      <${Choice} type="radio" name="audience" label="Everyone in this workspace" checked=${audience === 'workspace'} onChange=${choose({audience: 'workspace'})} />
      <${OneGroup} ...${{mine}} name="audience" chosen=${audience === 'group' ? draft.group_id : null}
        onChosen=${(id) => setDraft({...draft, audience: 'group', group_id: id})} />
      <${Choice} type="radio" name="audience" label="Only me" checked=${audience === 'me'} onChange=${choose({audience: 'me'})} />
    </fieldset>`;
}

/** What was filled in, as the API takes it. */
export const bodyOf = ({title, description, topics, mode, question, seats, audience, group_id: groupId}) => ({
  title,
  description: description.trim() || null,
  topics: parts(topics),
  mode,
  ...(mode === 'open_call' && {question, seats: parts(seats)}),
  audience,
  ...(audience === 'group' && {group_id: groupId}),
});

/** What stands between commas. */
export const parts = (text) => text.split(',').map((part) => part.trim()).filter(Boolean);
