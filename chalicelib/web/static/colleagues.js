/** Colleagues where they stand beside something else, and choosing one of them. */
import {html, useRef, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, Field, GhostRows, More, Problem} from './components.js';
import {useAction, useHere, useList} from './hooks.js';

/** Somebody in a list: `tags` stand behind the name, `below` under it, `action` at the end. */
export function Colleague({member, tags, below = member.department, action}) {
  const {home} = useHere();
  return html`<li class="person">
    <${Avatar} name=${member.name} id=${member.member_id} />
    <div>
      <div class="row"><a href="${home}/person/${member.member_id}"><strong dir="auto">${member.name}</strong></a>${tags}</div>
      ${below && html`<div class="small muted" dir="auto">${below}</div>`}
    </div>
    ${action}
  </li>`;
}

/**
 * A button beside somebody's name; what goes wrong stands under it. It may go away with what it did: then the focus goes
 * to the beginning of the page or dialog that it stood in.
 */
export function Act({words, label, act, kind = ''}) {
  const place = useRef();
  const [start, {busy, problem}] = useAction(async () => {
    const around = place.current.closest('dialog, main');
    await act();
    setTimeout(() => { if (document.activeElement === document.body) around.querySelector('h1, input, .button')?.focus(); });
  });
  return html`<div class="act" ref=${place}><${Button} ...${{kind, busy, label}} onClick=${start}>${words}<//><${Problem} problem=${problem} /></div>`;
}

/** Those active in the workspace to choose from; `words` are on each one's button, `choose(member)` is what it does. */
export function ChooseColleague({words, leaveOut = new Set(), choose}) {
  const {url, limits} = useHere();
  const [looked, setLooked] = useState('');
  const list = useList((after) => api.get(`${url}/members`, {limit: limits.page_size, after}), [url]);
  const wanted = looked.trim().toLocaleLowerCase();
  const shown = list.items
    ?.filter(({member_id: id, status, name, department}) => status === 'active' && !leaveOut.has(id)
      && `${name} ${department ?? ''}`.toLocaleLowerCase().includes(wanted))
    .sort((a, b) => a.name.localeCompare(b.name));
  return html`<${Field} label="Find" type="search" value=${looked} onValue=${setLooked} dir="auto" />
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} rows=${3} />`}
    ${shown?.length === 0 && html`<p class="muted">${list.next ? 'Nobody among those shown so far.' : 'Nobody fits.'}</p>`}
    <ul class="list choose">${shown?.map((member) => html`<${Colleague} key=${member.member_id} ...${{member}}
      action=${html`<${Act} ...${{words}} label="${words} ${member.name}" act=${() => choose(member)} />`} />`)}</ul>
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />`;
}
