/** What happened lately, as sentences. */
import {html} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, EmptyState, GhostRows, More, Page, Problem} from './components.js';
import {ago, moment} from './formats.js';
import {useHere, useList} from './hooks.js';

const SENTENCES = {
  workspace_created: () => ['created this workspace.'],
  member_joined: () => ['joined.'],
  track_published: (link) => ['published ', link, '.'],
  track_revised: (link) => ['recorded ', link, ' anew.'],
};

/** The page of what is new to everybody. */
export function Activity() {
  const {workspace, url} = useHere();
  const list = useList((after) => api.get(`${url}/activity`, {after}), [url]);
  const told = list.items?.filter(({kind}) => kind in SENTENCES);
  const home = `#/w/${workspace.workspace_id}`;
  return html`<${Page} title="Activity">
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!told && !list.problem && html`<${GhostRows} />`}
    ${told && !told.length && !list.next && html`<${EmptyState} icon="activity" title="Nothing has happened yet"
      action=${html`<${Button} kind="main" href="${home}/record">Record something<//>`}>
      As soon as somebody records a track or joins, it stands here.<//>`}
    ${told && html`<ul class="list">${told.map((item) => html`<${Happening} key=${item.activity_id} ...${{item, home}} />`)}</ul>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  <//>`;
}

function Happening({item, home}) {
  const link = item.track_id && html`<a href="${home}/track/${item.track_id}" dir="auto">${item.title}</a>`;
  return html`<li class="happening">
    <${Avatar} name=${item.actor.name} id=${item.actor.member_id} />
    <div>
      <p><a href="${home}/library?speaker=${item.actor.member_id}" dir="auto">${item.actor.name}</a>
        ${' '}${SENTENCES[item.kind](link)}</p>
      <time class="small muted" datetime=${item.at} title=${moment(item.at)}>${ago(item.at)}</time>
    </div>
  </li>`;
}
