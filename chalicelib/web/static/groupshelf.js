/** What a group has to hear: its playlists, the place for solutions first, and its tracks. */
import {html} from './preact.js';
import * as api from './api.js';
import {Button, GhostRows, More, Problem, TrackRow} from './components.js';
import {useHere, useList} from './hooks.js';
import {usePlayback} from './playerbar.js';
import {PlaylistRow} from './playlistrow.js';
import {Waiting, useArrivals, useOutbox} from './waiting.js';
import {QueueMenu} from './queuemenu.js';
import {useStandings} from './ways.js';

/** The playlists and tracks of a group; `title` is the heading over them. */
export function GroupShelf({group, title, children}) {
  const {url, home} = useHere();
  const {group_id: id, playlist_id: solutionsId} = group;
  const playlists = useList((after) => api.get(`${url}/playlists`, {group: id, after}), [url, id]);
  const tracks = useList((after) => api.get(`${url}/tracks`, {group: id, after}), [url, id]);
  const sending = useOutbox().filter(({consent}) => consent?.group_id === id);
  const reload = () => { playlists.reload(); tracks.reload(); };
  useArrivals(sending, reload);
  const standings = useStandings(tracks.items);
  const first = [...(playlists.items ?? [])].sort((a, b) => (b.playlist_id === solutionsId) - (a.playlist_id === solutionsId));
  const both = playlists.items && tracks.items; // shown together, so that nothing jumps
  const nothing = playlists.items?.length === 0 && tracks.items?.length === 0 && !sending.length;
  return html`<section class="section">
    <h2>${title}</h2>
    <${Problem} problem=${playlists.problem ?? tracks.problem} retry=${reload} />
    <${Waiting} items=${sending} open />
    ${!both && !playlists.problem && !tracks.problem && html`<${GhostRows} rows=${3} />`}
    ${nothing && html`<p class="muted">Nothing yet. What you record for it, only its people hear.</p>`}
    ${both && first.length > 0 && html`<ul class="list">${first.map((playlist) => html`<${PlaylistRow} key=${playlist.playlist_id} ...${{playlist}}
      tags=${playlist.playlist_id === solutionsId && html`<span class="tag accent">The place for solutions</span>`} />`)}</ul>`}
    <${More} next=${playlists.next} busy=${playlists.busy} onMore=${playlists.more} />
    ${both && tracks.items.length > 0 && html`<ul class="list">${tracks.items.map((track) => html`<${Row} key=${track.track_id} ...${{track}} progress=${standings[track.track_id]} />`)}</ul>`}
    <${More} next=${tracks.next} busy=${tracks.busy} onMore=${tracks.more} />
    <div class="row">
      <${Button} icon="record" href="${home}/record?${solutionsId ? `playlist=${solutionsId}` : `group=${id}`}">${solutionsId ? 'Add what you tried' : 'Record for this group'}<//>
      ${children}
    </div>
  </section>`;
}

function Row({track, progress}) {
  const {home} = useHere();
  const {loaded, playing, press} = usePlayback(track);
  return html`<${TrackRow} href="${home}/track/${track.track_id}" ...${{track, playing, progress}} current=${loaded} onPlay=${press} more=${html`<${QueueMenu} ...${{track}} />`} />`;
}
