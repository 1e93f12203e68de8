/** A playlist in a list. */
import {html} from './preact.js';
import {ForWhom} from './components.js';
import {ago, count, moment} from './formats.js';
import {useHere} from './hooks.js';
import {Icon} from './icons.js';

/** What a playlist's mode is called where others add to it. */
export const MODES = {collaborative: 'Everyone adds', open_call: 'Open call'};

/** A playlist in a list, with more `tags` if need be; with `new_count`, how much is new in it. */
export function PlaylistRow({playlist, tags}) {
  const {home} = useHere();
  const {playlist_id: id, title, owner, entry_count: entries, changed_at: changed, mode, audience, new_count: fresh} = playlist;
  return html`<li class="track">
    <span class="disc still"><${Icon} name="playlists" /></span>
    <div>
      <h2><a href="${home}/playlist/${id}" dir="auto">${title}</a></h2>
      <div class="details">
        <span class="whose"><span class="clip" dir="auto">${owner.name}</span>
          <span aria-hidden="true">·</span><time datetime=${changed} title=${moment(changed)}>${ago(changed)}</time></span>
        <span class="tag">${count(entries, 'track')}</span>
        ${MODES[mode] && html`<span class="tag">${MODES[mode]}</span>`}
        <${ForWhom} ...${{audience}} />
        ${tags}
        ${fresh > 0 && html`<span class="tag accent">${fresh} new</span>`}
      </div>
    </div>
  </li>`;
}
