/** Asking colleagues to hear a playlist, until a day if one likes; and whom one has asked. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Choice, Dialog, Field, GhostRows, More, Problem, say} from './components.js';
import {planned} from './assigned.js';
import {Act, Colleague} from './colleagues.js';
import {count} from './formats.js';
import {useAction, useHere, useList, useLoaded} from './hooks.js';

const DAY_MS = 86_400_000;

/** The button beside a playlist, and its dialog. */
export function Assign({playlist, place}) {
  const [open, setOpen] = useState(false);
  return html`<${Button} icon="people" onClick=${() => setOpen(true)}>Ask colleagues to hear it…<//>
    ${open && html`<${Asking} ...${{playlist, place}} onClose=${() => setOpen(false)} />`}`;
}

function Asking({playlist, place, onClose}) {
  const {limits, workspace} = useHere();
  const people = usePeople(playlist);
  const asked = useList((after) => api.get(`${place}/assignments`, {limit: limits.page_size, after}), [place]);
  const [looked, setLooked] = useState('');
  const [day, setDay] = useState('');
  const [chosen, setChosen] = useState(new Map());
  const [ask, {busy, problem}] = useAction(async () => {
    await api.post(`${place}/assignments`, {member_ids: [...chosen.keys()], planned_for: day || null});
    setChosen(new Map());
    await asked.reload();
    say(`${count(chosen.size, 'colleague')} asked.`);
  });
  const wanted = looked.trim().toLocaleLowerCase();
  const shown = people.items?.filter(({name, department}) => `${name} ${department ?? ''}`.toLocaleLowerCase().includes(wanted))
    .sort((a, b) => a.name.localeCompare(b.name));
  const turn = (member) => {
    const next = new Map(chosen);
    if (!next.delete(member.member_id)) next.set(member.member_id, member);
    setChosen(next);
  };
  const most = limits.assigned_at_once;
  const tooMany = chosen.size > most;
  return html`<${Dialog} title="Ask colleagues to hear it" onClose=${onClose}>
    <p class="small muted">It stands on their home page until they have heard it or put it away. What they hear is theirs to know.</p>
    <form onSubmit=${(event) => { event.preventDefault(); if (chosen.size && !tooMany) ask(); }}>
      <${Field} label="By a day, if you like" type="date" value=${day} onValue=${setDay} min=${isoDay(0)} max=${isoDay(limits.assigned_days_ahead)} />
      <${Field} label="Find" type="search" value=${looked} onValue=${setLooked} dir="auto" />
      <${Problem} problem=${people.problem} retry=${people.reload} />
      ${!people.items && !people.problem && html`<${GhostRows} rows=${3} />`}
      ${shown?.length === 0 && html`<p class="muted">${people.next ? 'Nobody among those shown so far.' : 'Nobody fits.'}</p>`}
      ${shown?.length > 0 && html`<fieldset class="choose"><legend class="aside">Colleagues</legend>${shown.map((member) => html`<${Choice} key=${member.member_id}
        label=${html`<bdi>${member.name}</bdi>`} hint=${member.department && html`<bdi>${member.department}</bdi>`}
        checked=${chosen.has(member.member_id)} onChange=${() => turn(member)} />`)}</fieldset>`}
      <${More} next=${people.next} busy=${people.busy} onMore=${people.more} />
      ${tooMany && html`<p class="small" role="status">Ask ${most} at once at most. You have chosen ${chosen.size}.</p>`}
      <${Problem} ...${{problem}} />
      <div class="row">
        <${Button} onClick=${onClose}>Close<//>
        <${Button} kind="main" type="submit" busy=${busy || !chosen.size || tooMany}>${chosen.size ? `Ask ${count(chosen.size, 'colleague')}` : 'Ask'}<//>
      </div>
    </form>
    ${workspace.role === 'admin' && playlist.audience === 'workspace' && html`<${Welcoming} ...${{playlist}} />`}
    <${Problem} problem=${asked.problem} retry=${asked.reload} />
    ${asked.items?.length > 0 && html`<section class="section">
      <h3>Asked so far</h3>
      <ul class="list">${asked.items.map(({member, planned_for: until}) => html`<${Colleague} key=${member.member_id} ...${{member}} below=${planned(until)}
        action=${html`<${Act} words="Take back" label="Take back: ${member.name}" act=${async () => {
          await api.del(`${place}/assignments/${member.member_id}`);
          await asked.reload();
          say(`${member.name} is not asked any more.`);
        }} />`} />`)}</ul>
      <${More} next=${asked.next} busy=${asked.busy} onMore=${asked.more} />
    </section>`}
  <//>`;
}

/** Whether everybody who joins later is asked too, which admins choose. */
function Welcoming({playlist: {playlist_id: id}}) {
  const {url} = useHere();
  const {value, problem, set} = useLoaded(() => api.get(`${url}/welcoming`), [url]);
  const asks = value?.items.some((each) => each.playlist_id === id) ?? false;
  const [turn, turning] = useAction(async () => {
    await (asks ? api.del : api.put)(`${url}/welcoming/${id}`);
    set(await api.get(`${url}/welcoming`));
    say(asks ? 'Whoever joins is not asked.' : 'Whoever joins from now on is asked.');
  });
  return html`<div><${Choice} label="Ask whoever joins from now on" hint="Their first days begin with it." checked=${turning.busy ? !asks : asks}
      disabled=${!value} aria-busy=${turning.busy ? 'true' : undefined} onChange=${turn} />
    <${Problem} problem=${problem ?? turning.problem} /></div>`;
}

/** Those who may be asked: a group's people, a mentor's new hires, or everybody. */
function usePeople({group_id: groupId, may_assign: whom}) {
  const {url, limits, workspace} = useHere();
  const read = async (after) => {
    if (whom === 'new_hires') return {items: (await api.get(`${url}/beginning`)).new_hires.map(({member}) => member)};
    if (groupId) return {items: (await api.get(`${url}/groups/${groupId}`)).members.map(({member}) => member)};
    const part = await api.get(`${url}/members`, {limit: limits.page_size, after});
    return {...part, items: part.items.filter(({status}) => status === 'active')};
  };
  const list = useList(read, [url, groupId, whom]);
  return {...list, items: list.items?.filter(({member_id: id}) => id !== workspace.member_id)};
}

/** So many days from today, where one is, as the API has days. */
function isoDay(days) {
  const then = new Date(Date.now() + days * DAY_MS);
  return [then.getFullYear(), String(then.getMonth() + 1).padStart(2, '0'), String(then.getDate()).padStart(2, '0')].join('-');
}
