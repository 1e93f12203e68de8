/** What happened lately. */
import {html} from './preact.js';
import * as api from './api.js';
import {Button, EmptyState, GhostRows, More, Page, Problem} from './components.js';
import {Happenings} from './happenings.js';
import {useHere, useList} from './hooks.js';

/** The page of what is new to everybody. */
export function Activity() {
  const {url, home} = useHere();
  const list = useList((after) => api.get(`${url}/activity`, {after}), [url]);
  return html`<${Page} title="Activity" above=${html`<p class="small"><a href="${home}/home">Home</a></p>`}>
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} />`}
    ${list.items?.length === 0 && !list.next && html`<${EmptyState} icon="activity" title="Nothing has happened yet"
      action=${html`<${Button} kind="main" href="${home}/record">Record something<//>`}>
      As soon as somebody records a track or joins, it stands here.<//>`}
    ${list.items && html`<${Happenings} items=${list.items} />`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  <//>`;
}
