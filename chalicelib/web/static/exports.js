/** Taking things along as one zip: of a workspace, of a group, or all of one's own. */
import {html, useEffect, useRef, useState} from './preact.js';
import * as api from './api.js';
import {Button, Notice, Problem, ProgressBar, say} from './components.js';
import {ago, count, day, moment, size} from './formats.js';
import {useAction, useAgain, useHere, useLoaded} from './hooks.js';

const LOOK_MS = 3000;
const isUnderWay = ({status}) => status === 'waiting' || status === 'writing';

/** The exports of what stands at this place of the API: starting one, seeing how it goes, fetching it. */
export function Exports({place, title, button, children}) {
  const path = `${place}/exports`;
  const {value, problem, reload} = useLoaded(() => api.get(path), [path]);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const items = value?.items ?? [];
  const underWay = items.find(isUnderWay);
  const was = useRef(null);
  useAgain(reload, LOOK_MS, Boolean(underWay));
  useEffect(() => {
    const over = items.find(({export_id: id, status}) => id === was.current && !isUnderWay({status}));
    if (over) say(over.status === 'ready' ? 'The export is ready.' : 'The export could not be written.');
    was.current = underWay?.export_id ?? null;
  }, [value]);
  const [start, starting] = useAction(async () => {
    await api.post(path, {}, {key});
    setKey(crypto.randomUUID());
    say('The export was started.');
    await reload();
  });
  return html`<section class="section" aria-label=${title}>
    <h2>${title}</h2>
    <p class="muted">${children} It is written in the background and kept for 7 days.</p>
    <${Problem} problem=${problem ?? starting.problem} retry=${problem && reload} />
    ${items.length > 0 && html`<ul class="list">${items.map((one) => html`<${One} key=${one.export_id} ...${{one, path}} />`)}</ul>`}
    ${value && !underWay && html`<div><${Button} icon="download" busy=${starting.busy} onClick=${start}>${starting.busy ? 'Starting…' : button}<//></div>`}
  </section>`;
}

function One({one, path}) {
  const {workspace} = useHere();
  const {export_id: id, status, started_at: started, started_by: by, expires_at: expires, size_bytes: bytes, total, reason} = one;
  const [fetch, {busy, problem}] = useAction(async () => {
    const {url} = await api.get(`${path}/${id}/file`);
    location.assign(url);
  });
  const mine = by.member_id === workspace.member_id;
  return html`<li class="export">
    <div>
      <strong>Export of ${day(started)}</strong>
      <p class="small muted">Started <time datetime=${started} title=${moment(started)}>${ago(started)}</time>${!mine && html` by <bdi>${by.name}</bdi>`}
        ${status === 'ready' && html` · ${size(bytes)} · ${count(total, 'recording')} · until <time datetime=${expires} title=${moment(expires)}>${day(expires)}</time>`}</p>
      ${isUnderWay(one) && html`<${Written} ...${{one}} />`}
      ${status === 'failed' && html`<${Notice} kind="warn"><p>${reason}</p><//>`}
      <${Problem} ...${{problem}} />
    </div>
    ${status === 'ready' && html`<${Button} label="Download the export of ${moment(started)}" busy=${busy} onClick=${fetch}>Download<//>`}
  </li>`;
}

/** How much of it is written. */
function Written({one: {done, total}}) {
  return html`<p class="small">${total ? `${done} of ${count(total, 'recording')} so far…` : 'It begins in a moment…'}</p>
    <${ProgressBar} label="Export" value=${total && done ? done / total : undefined} />`;
}
