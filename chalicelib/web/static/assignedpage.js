/** Everything that one was asked to hear. */
import {html} from './preact.js';
import * as api from './api.js';
import {AssignedRow} from './assigned.js';
import {Button, EmptyState, GhostRows, More, Page, Problem} from './components.js';
import {useHere, useList} from './hooks.js';

/** The page of it: what waits, what was put away, and what was heard. */
export function AssignedPage() {
  const {url, home} = useHere();
  const list = useList((after) => api.get(`${url}/assigned`, {after}), [url]);
  const {items = []} = list;
  const parts = [
    ['', items.filter(({completed, put_away: away}) => !completed && !away)],
    ['Not now', items.filter(({completed, put_away: away}) => !completed && away)],
    ['Heard', items.filter(({completed}) => completed)],
  ];
  return html`<${Page} title="For you to hear" above=${html`<p class="small"><a href="${home}/home">Home</a></p>`}>
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} />`}
    ${list.items?.length === 0 && !list.next && html`<${EmptyState} icon="playlists" title="Nobody has asked you to hear anything"
      action=${html`<${Button} kind="main" href="${home}/playlists">Find a playlist<//>`}>
      What your mentor or a colleague would like you to hear stands here.<//>`}
    ${parts.map(([title, shown]) => shown.length > 0 && html`<section class="section" key=${title}>
      ${title && html`<h2>${title}</h2>`}
      <ul class="list">${shown.map((item) => html`<${AssignedRow} key=${item.playlist.playlist_id} ...${{item}} changed=${list.reload} />`)}</ul>
    </section>`)}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  <//>`;
}
