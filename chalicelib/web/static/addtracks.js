/** Adding to a playlist: from the library, or from a track's page. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, Field, GhostRows, More, Problem, say} from './components.js';
import {clock} from './formats.js';
import {useAction, useHere, useList} from './hooks.js';

/** The button that opens the library beside a playlist. */
export function AddTracks({playlist, place, added}) {
  const [open, setOpen] = useState(false);
  return html`<${Button} icon="library" onClick=${() => setOpen(true)}>Add tracks<//>
    ${open && html`<${Choose} ...${{playlist, place, added}} onClose=${() => setOpen(false)} />`}`;
}

function Choose({playlist, place, added, onClose}) {
  const {url, limits} = useHere();
  const [words, setWords] = useState('');
  const {group_id: group} = playlist;
  const list = useList((after) => api.get(`${url}/tracks`, {limit: limits.page_size, after}), [url]);
  const theirs = useList((after) => (group ? api.get(`${url}/tracks`, {group, limit: limits.page_size, after}) : {items: [], next: null}), [url, group]);
  const there = new Set(playlist.entries.map(({track_id: id}) => id));
  const looked = words.trim().toLocaleLowerCase();
  const shown = list.items && theirs.items && [...theirs.items, ...list.items].filter(({title, speaker}) => `${title} ${speaker.name}`.toLocaleLowerCase().includes(looked));
  return html`<${Dialog} title="Add tracks" onClose=${onClose}>
    <${Field} label="Find" type="search" value=${words} onValue=${setWords} dir="auto" />
    <${Problem} problem=${list.problem ?? theirs.problem} retry=${() => { list.reload(); theirs.reload(); }} />
    ${!shown && !list.problem && html`<${GhostRows} />`}
    ${shown?.length === 0 && html`<p class="muted">${list.next ? 'Nothing among those shown so far.' : 'No track fits.'}</p>`}
    <ul class="list choose">${shown?.map((track) => html`<${Row} key=${track.track_id} ...${{track, place, added}} there=${there.has(track.track_id)} />`)}</ul>
    <${More} next=${theirs.next} busy=${theirs.busy} onMore=${theirs.more} />
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
    <div class="row"><${Button} kind="main" onClick=${onClose}>Done<//></div>
  <//>`;
}

function Row({track, place, added, there}) {
  const [add, {busy, problem}] = useAction(async () => {
    await api.post(`${place}/entries`, {track_id: track.track_id}, {key: crypto.randomUUID()});
    await added();
    say(`${track.title} was added.`);
  });
  return html`<li class="choice-row">
    <div><strong class="clip" dir="auto">${track.title}</strong>
      <div class="small muted"><span dir="auto">${track.speaker.name}</span> · <span class="numbers">${clock(track.duration_ms)}</span></div></div>
    <${Button} icon=${there ? 'check' : undefined} busy=${busy} label=${there ? `Add ${track.title} once more` : `Add ${track.title}`} onClick=${add}>
      ${there ? 'Added' : 'Add'}<//>
    <${Problem} problem=${problem} />
  </li>`;
}

/** The button that puts one track into a playlist of one's own, or one that everyone adds to. */
export function AddToPlaylist({track}) {
  const [open, setOpen] = useState(false);
  return html`<${Button} icon="playlists" onClick=${() => setOpen(true)}>Add to a playlist<//>
    ${open && html`<${ChoosePlaylist} track=${track} onClose=${() => setOpen(false)} />`}`;
}

function ChoosePlaylist({track, onClose}) {
  const {url, home, workspace, limits} = useHere();
  const mine = useList((after) => api.get(`${url}/playlists`, {mine: true, limit: limits.page_size, after}), [url]);
  const group = track.consent.group_id ?? undefined; // what is for a group goes into that group's playlists
  const all = useList((after) => api.get(`${url}/playlists`, {group, limit: limits.page_size, after}), [url, group]);
  const others = all.items?.filter(({mode, owner}) => mode !== 'personal' && owner.member_id !== workspace.member_id) ?? [];
  const shown = mine.items && [...mine.items, ...others];
  return html`<${Dialog} title="Add to a playlist" onClose=${onClose}>
    <${Problem} problem=${mine.problem ?? all.problem} retry=${() => { mine.reload(); all.reload(); }} />
    ${!shown && !mine.problem && html`<${GhostRows} />`}
    ${shown?.length === 0 && html`<p class="muted">You have no playlist yet. <a href="${home}/playlists?show=mine">Make one</a>.</p>`}
    <ul class="list choose">${shown?.map((playlist) => html`<${PlaylistChoice} key=${playlist.playlist_id} ...${{playlist, track}} />`)}</ul>
    <${More} next=${mine.next} busy=${mine.busy} onMore=${mine.more} />
    <${More} next=${all.next} busy=${all.busy} onMore=${all.more} />
    <div class="row"><${Button} kind="main" onClick=${onClose}>Done<//></div>
  <//>`;
}

function PlaylistChoice({playlist, track}) {
  const {url} = useHere();
  const [done, setDone] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const [add, {busy, problem}] = useAction(async () => {
    await api.post(`${url}/playlists/${playlist.playlist_id}/entries`, {track_id: track.track_id}, {key});
    setDone(true);
    say(`Added to ${playlist.title}.`);
  });
  return html`<li class="choice-row">
    <div><strong class="clip" dir="auto">${playlist.title}</strong>
      <div class="small muted" dir="auto">${playlist.owner.name}</div></div>
    <${Button} icon=${done ? 'check' : undefined} busy=${busy || done} label="Add to ${playlist.title}" onClick=${add}>${done ? 'Added' : 'Add'}<//>
    <${Problem} problem=${problem} />
  </li>`;
}
