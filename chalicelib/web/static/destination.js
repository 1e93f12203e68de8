/** Straight into a playlist: one of one's own, or one that everybody adds to. */
import {html, useEffect} from './preact.js';
import * as api from './api.js';
import {Field, More} from './components.js';
import {useHere, useList} from './hooks.js';

/** The choice of a playlist beside the library; `value` is the playlist, null for the library alone. Nothing where there is none to choose. */
export function IntoPlaylist({consent, value, onValue}) {
  const {url, workspace, limits} = useHere();
  const {audience, group_id: group} = consent;
  const of = (which) => (after) => api.get(`${url}/playlists`, {...which, limit: limits.page_size, after});
  const mine = useList(of({mine: true}), [url]);
  const others = useList(of({group: group ?? undefined}), [url, group]);
  const isMine = ({owner}) => owner.member_id === workspace.member_id;
  const all = [...(mine.items ?? []), ...(others.items ?? []).filter((each) => each.mode !== 'personal' && !isMine(each))];
  const open = all.filter((playlist) => isHeardBy(playlist, consent));
  const chosen = value && isHeardBy(value, consent) ? value : null;
  useEffect(() => { if (value && !chosen) onValue(null); }, [audience, group]);
  const problem = mine.problem ?? others.problem;
  if (problem && !open.length) return html`<p class="small muted">Your playlists cannot be shown. ${problem.message}</p>`;
  if (!open.length) return null;
  const choose = (id) => onValue(open.find(({playlist_id: each}) => each === id) ?? null);
  return html`<${Field} as="select" label="Where it goes" value=${chosen?.playlist_id ?? ''} onValue=${choose}>
    <option value="" selected=${!chosen}>The library</option>
    ${open.map(({playlist_id: id, title}) => html`<option key=${id} value=${id} selected=${id === chosen?.playlist_id}>${title}</option>`)}
  <//>
  <${More} next=${mine.next} busy=${mine.busy} onMore=${mine.more} />
  <${More} next=${others.next} busy=${others.busy} onMore=${others.more} />`;
}

/** A playlist takes what everybody in its audience may hear; as the server decides. */
function isHeardBy({audience, group_id: theirs}, consent) {
  if (audience === 'me' || consent.audience === 'workspace') return true;
  return consent.audience === 'group' && theirs === consent.group_id;
}
