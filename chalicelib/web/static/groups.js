/** The groups that one belongs to, and those that one may join. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Choice, Dialog, DialogForm, EmptyState, Field, GhostRows, More, Page, Problem, say} from './components.js';
import {moment} from './formats.js';
import {useAction, useHere, useList, useLoaded} from './hooks.js';
import {Icon} from './icons.js';
import {parts} from './playlists.js';
import {Offer, Waits, useWaits} from './waits.js';

/** So many people hold rounds at least. */
export const LEAST = 3;

/** What each kind of group is called. */
export const KINDS = {mentoring: 'A mentor and new hires', cross_functional: 'Across departments', circle: 'Circle'};

/** The page of groups. */
export function Groups() {
  const {url} = useHere();
  const waits = useWaits();
  const open = useList((after) => api.get(`${url}/offers`, {which: 'open', after}), [url]);
  const [founding, setFounding] = useState(false);
  const known = new Set([...(waits.groups ?? []), ...(waits.invitations ?? [])].map(({group_id: id}) => id));
  const others = waits.groups && open.items?.filter(({group_id: id}) => !known.has(id));
  const found = html`<${Button} kind="main" onClick=${() => setFounding(true)}>New group<//>`;
  return html`<${Page} title="Groups" actions=${found}>
    <${GroupTabs} chosen="groups" />
    <${Problem} problem=${waits.problem ?? open.problem} retry=${() => { waits.reload(); open.reload(); }} />
    <${Waits} waits=${{invitations: waits.invitations, rounds: waits.rounds, reload: waits.reload}} />
    ${!waits.groups && !waits.problem && html`<${GhostRows} />`}
    ${waits.groups?.length === 0 && !waits.invitations.length && html`<${EmptyState} icon="groups" title="You belong to no group yet" action=${found}>
      Bring people of several departments together to solve something, or those who share an interest. What is said there stays there.<//>`}
    ${waits.groups?.length > 0 && html`<ul class="list">${waits.groups.map((group) => html`<${GroupRow} key=${group.group_id} ...${{group}} />`)}</ul>`}
    ${others?.length > 0 && html`<section class="section">
      <h2>Open to everyone</h2>
      <ul class="list">${others.map((offer) => html`<${Offer} key=${offer.group_id} ...${{offer}} />`)}</ul>
    </section>`}
    <${More} next=${open.next} busy=${open.busy} onMore=${open.more} />
    ${founding && html`<${Found} onClose=${() => setFounding(false)} />`}
  <//>`;
}

/** Between one's groups, and mentors with their new hires. */
export function GroupTabs({chosen}) {
  const {home} = useHere();
  return html`<div class="tabs"><div class="segments" role="group" aria-label="Groups or mentors">
    ${[['groups', 'My groups'], ['mentoring', 'Mentors']].map(([screen, words]) => html`<a key=${screen} href="${home}/${screen}"
      aria-current=${screen === chosen ? 'page' : undefined}>${words}</a>`)}
  </div></div>`;
}

/** A group in a list. */
function GroupRow({group}) {
  const {home} = useHere();
  const {group_id: id, kind, purpose, owner, next_at: next, open_round_id: round, member_count: people} = group;
  return html`<li class="track">
    <span class="disc still"><${Icon} name="groups" /></span>
    <div>
      <h2><a href="${home}/group/${id}" dir="auto">${purpose}</a></h2>
      <div class="details">
        <span>${KINDS[kind]}</span><span class="clip" dir="auto">${owner.name}</span>
        ${round && html`<span class="tag accent">Round open</span>`}
        ${!round && next && people >= LEAST && html`<span>Next round ${moment(next)}</span>`}
      </div>
    </div>
  </li>`;
}

function Found({onClose}) {
  const {url, home} = useHere();
  const [key] = useState(() => crypto.randomUUID());
  const [draft, setDraft] = useState({kind: 'cross_functional', purpose: '', problem: '', problem_track_id: '', seats: '', open: false});
  const [found, {busy, problem}] = useAction(async () => {
    const group = await api.post(`${url}/groups`, {...bodyOf(draft), kind: draft.kind}, {key});
    say('The group was founded.');
    location.hash = `${home}/group/${group.group_id}`;
  });
  const choose = (kind) => () => setDraft({...draft, kind});
  return html`<${Dialog} title="New group" onClose=${onClose}>
    <${DialogForm} label="Found it" doing="Founding…" onSubmit=${found} ...${{problem, busy, onClose}}>
      <fieldset>
        <legend>What for</legend>
        <${Choice} type="radio" name="kind" label="Solve a problem across departments" hint="It gets a playlist for what was tried."
          checked=${draft.kind === 'cross_functional'} onChange=${choose('cross_functional')} />
        <${Choice} type="radio" name="kind" label="Share an interest" checked=${draft.kind === 'circle'} onChange=${choose('circle')} />
      </fieldset>
      <${AboutGroup} ...${{draft, setDraft}} />
    <//>
  <//>`;
}

/** What is said of a group, to fill in; with a group's id, a problem may also be told by a track of that group. */
export function AboutGroup({draft, setDraft, groupId}) {
  const {url, limits} = useHere();
  const tracks = useLoaded(() => api.get(`${url}/tracks`, {speaker: 'me', limit: limits.page_size}), [url]);
  const told = tracks.value?.items.filter(({status, consent}) => status === 'ready'
    && (consent.audience === 'workspace' || (groupId && consent.group_id === groupId))) ?? [];
  const put = (name) => (value) => setDraft({...draft, [name]: value});
  return html`<${Field} label="Purpose" hint="What is better once you are through?" value=${draft.purpose} onValue=${put('purpose')} required dir="auto" most=${limits.line_length} />
    ${draft.kind === 'cross_functional' && html`<${Field} as="textarea" label="Problem" hint="What happens, to whom, and how often?" value=${draft.problem} onValue=${put('problem')} dir="auto" most=${limits.problem_length} />
      ${told.length > 0 && html`<${Field} as="select" label="Or a track of yours that tells it" value=${draft.problem_track_id} onValue=${put('problem_track_id')}>
        <option value="">No track</option>
        ${told.map(({track_id: id, title}) => html`<option key=${id} value=${id} selected=${id === draft.problem_track_id}>${title}</option>`)}
      <//>`}`}
    ${draft.kind !== 'mentoring' && html`<${Field} label="Departments you need" hint="With commas between them." value=${draft.seats} onValue=${put('seats')} dir="auto" />
      <${Choice} label="Anybody in this workspace may find and join it" checked=${draft.open} onChange=${(event) => put('open')(event.currentTarget.checked)} />`}`;
}

/** What was filled in, as the API takes it. */
export function bodyOf({kind, purpose, problem, problem_track_id: trackId, seats, open}) {
  if (kind === 'mentoring') return {purpose};
  const solves = kind === 'cross_functional';
  return {
    purpose,
    problem: (solves && problem.trim()) || null,
    problem_track_id: (solves && trackId) || null,
    seats: parts(seats),
    open,
  };
}
