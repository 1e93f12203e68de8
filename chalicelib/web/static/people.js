/** The people of a workspace by department; admins invite and manage them here. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, Choice, Dialog, Email, Field, GhostRows, More, Notice, Page, Problem, say} from './components.js';
import {Exports} from './exports.js';
import {changeTogether, useAction, useHere, useList, useLoaded} from './hooks.js';
import {Invite, Invited} from './invitations.js';
import {AssignMentor, OfferToMentor} from './mentor.js';

/** The page of everybody who belongs to the workspace. */
export function People() {
  const {workspace, url, limits} = useHere();
  const admin = workspace.role === 'admin';
  const people = useList((after) => api.get(`${url}/members`, {limit: limits.page_size, after}), [url]);
  const invitations = useList(
    (after) => (admin ? api.get(`${url}/invitations`, {limit: limits.page_size, after}) : {items: [], next: null}), [url, admin]);
  const [managedId, setManaged] = useState(null);
  const [inviting, setInviting] = useState(false);
  const [mentored, setMentored] = useState(null);
  const About = admin ? AssignMentor : OfferToMentor;
  const departments = byDepartment(people.items ?? []);
  const names = departments.map(([name]) => name).filter(Boolean);
  const managed = people.items?.find((member) => member.member_id === managedId);
  const changed = (member) => people.change((items) => items.map((item) => (item.member_id === member.member_id ? member : item)));
  const invited = (sent) => {
    const ids = new Set(sent.map((invitation) => invitation.invitation_id));
    invitations.change((items) => [...sent, ...items.filter((item) => !ids.has(item.invitation_id))]);
  };
  return html`<${Page} title="People"
    actions=${admin && html`<${Button} kind="main" onClick=${() => setInviting(true)}>Invite people<//>`}>
    <datalist id="departments">${names.map((name) => html`<option key=${name} value=${name} />`)}</datalist>
    <${Problem} problem=${people.problem ?? invitations.problem}
      retry=${() => { people.reload(); invitations.reload(); }} />
    ${!people.items && !people.problem && html`<${GhostRows} rows=${6} />`}
    ${departments.map(([name, members]) => html`<section class="section" key=${name ?? ''}>
      <h2 dir="auto">${name ?? 'No department'}</h2>
      <ul class="list">${members.map((member) => html`<${Person} key=${member.member_id} ...${{member, admin}}
        onManage=${() => setManaged(member.member_id)} onMentor=${() => setMentored(member)} />`)}</ul>
    </section>`)}
    <${More} next=${people.next} busy=${people.busy} onMore=${people.more} />
    <${Invited} list=${invitations} />
    ${people.items && admin && html`<${WorkspaceName} />
      <${Exports} place=${url} title="Take it along" button="Export the workspace">
        What everybody here may hear as one zip: audio, playlists as RSS and JSON. What belongs to groups and people is not in it: they export it themselves.<//>`}
    ${managed && html`<${Manage} key=${managed.member_id} member=${managed} changed=${changed} onClose=${() => setManaged(null)}
      onMentor=${() => { setManaged(null); setMentored(managed); }} />`}
    ${mentored && html`<${About} member=${mentored} onClose=${() => setMentored(null)} />`}
    ${inviting && html`<${Invite} invited=${invited} onClose=${() => setInviting(false)} />`}
  <//>`;
}

function Person({member, admin, onManage, onMentor}) {
  const {workspace, home} = useHere();
  const me = member.member_id === workspace.member_id;
  const active = member.status === 'active';
  return html`<li class="person">
    <${Avatar} name=${member.name} id=${member.member_id} />
    <div>
      <div class="row">
        <a href="${home}/library?speaker=${member.member_id}"><strong dir="auto">${member.name}</strong></a>
        ${me && html`<span class="tag accent">You</span>`}
        ${member.role === 'admin' && html`<span class="tag">Admin</span>`}
        ${member.is_new_hire && html`<span class="tag">New here</span>`}
        ${!active && html`<span class="tag bad">Deactivated</span>`}
      </div>
      <div class="small muted row">${member.title && html`<span dir="auto">${member.title}</span>`}<span><${Email} address=${member.email} /></span></div>
    </div>
    <div class="row acts">
      ${active && !me && member.is_new_hire && html`<${Button} onClick=${onMentor}
        label=${admin ? `${member.name}’s mentor` : `Be ${member.name}’s mentor`}>Mentor…<//>`}
      ${me
        ? html`<${Button} kind="plain round" icon="settings" href="${home}/you" label="Your settings" />`
        : admin && html`<${Button} kind="plain round" icon="more" label="Manage ${member.name}" onClick=${onManage} />`}
    </div>
  </li>`;
}

function Manage({member, changed, onMentor, onClose}) {
  const {url, limits} = useHere();
  const [draft, setDraft] = useState({department: member.department ?? '', role: member.role, started_on: member.started_on ?? ''});
  const [asked, setAsked] = useState(false);
  const [told, setTold] = useState('');
  const place = `${url}/members/${member.member_id}`;
  const active = member.status === 'active';
  const change = async (changes) => {
    const after = await changeTogether(() => api.patch(place, changes, {version: member.version}), changed);
    changed(after);
    say(`${after.name} was changed.`);
    onClose();
  };
  const [save, saving] = useAction(() => change({
    department: draft.department.trim() || null, role: draft.role, started_on: draft.started_on || null,
  }));
  const [turn, turning] = useAction(() => change({status: active ? 'deactivated' : 'active'}));
  const [end, ending] = useAction(async () => {
    await api.del(`${place}/sessions`);
    setTold('Their sessions were ended, and their podcast feed with them: they sign in again wherever they were.');
  });
  const set = (name) => (value) => setDraft({...draft, [name]: value});
  return html`<${Dialog} title=${member.name} onClose=${onClose}>
    <form onSubmit=${(event) => { event.preventDefault(); save(); }}>
      <${Field} label="Department" value=${draft.department} onValue=${set('department')} list="departments" dir="auto" most=${limits.name_length} />
      <${Field} label="Started on" hint="For 90 days they count as new here." type="date" value=${draft.started_on}
        onValue=${set('started_on')} />
      <${Choice} label="Admin" hint="May invite, manage people and rename the workspace." checked=${draft.role === 'admin'}
        onChange=${(event) => set('role')(event.currentTarget.checked ? 'admin' : 'member')} />
      <${Problem} problem=${saving.problem ?? turning.problem ?? ending.problem} />
      ${told && html`<${Notice} kind="good"><p role="status">${told}</p><//>`}
      <div class="row">
        <${Button} onClick=${onClose}>Cancel<//>
        <${Button} kind="main" type="submit" busy=${saving.busy}>Save<//>
      </div>
    </form>
    <hr />
    ${asked && html`<p>${active
      ? 'They lose access within a minute; audio that is playing may go on for 5 minutes. What they recorded stays in the library.'
      : 'They get their access back.'}</p>`}
    <div class="row">
      ${active && !asked && html`<${Button} kind="plain" onClick=${onMentor}>Mentor…<//>
        <${Button} kind="plain" busy=${ending.busy} onClick=${end}>End their sessions<//>`}
      ${asked
        ? html`<${Button} onClick=${() => setAsked(false)}>Keep as it is<//>
          <${Button} kind=${active ? 'danger main' : 'main'} busy=${turning.busy} onClick=${turn}>${active ? 'Deactivate' : 'Reactivate'}<//>`
        : html`<${Button} kind=${active ? 'danger' : ''} onClick=${() => setAsked(true)}>${active ? 'Deactivate…' : 'Reactivate…'}<//>`}
    </div>
  <//>`;
}

function WorkspaceName() {
  const {workspace, url, home, limits, refresh} = useHere();
  const [name, setName] = useState(workspace.name);
  const [save, {busy, problem}] = useAction(async () => {
    await api.patch(url, {name});
    await refresh();
    say('The workspace was renamed.');
  });
  return html`<section class="section">
    <h2>This workspace</h2>
    <form class="stack" onSubmit=${(event) => { event.preventDefault(); save(); }}>
      <${Field} label="Name of the workspace" value=${name} onValue=${setName} required dir="auto" most=${limits.name_length} />
      <${Problem} problem=${problem} />
      ${name !== workspace.name && html`<${Button} type="submit" busy=${busy}>Rename<//>`}
    </form>
    <div class="stack">
      <p class="muted">What is new here can be announced in Slack, Microsoft Teams or a program of yours.</p>
      <${Button} icon="link" href="${home}/connections">Connections<//>
    </div>
    <${PublicLinks} />
  </section>`;
}

/** Whether anything may be heard by people without an account. */
function PublicLinks() {
  const {url} = useHere();
  const {value, problem, reload, set} = useLoaded(() => api.get(url), [url]);
  const [allow, allowing] = useAction(async (allowed) => {
    set(await api.patch(url, {public_links: allowed}));
    say(allowed ? 'Public links are allowed.' : 'No public link works any more.');
  });
  return html`<div class="stack">
    <${Problem} problem=${problem ?? allowing.problem} retry=${problem && reload} />
    ${value && html`<${Choice} label="Allow public links" hint="For people without an account, to tracks whose speakers agree. Without it, those that exist do not work."
      checked=${value.public_links} onChange=${(event) => allow(event.currentTarget.checked)} />`}
  </div>`;
}

/** Members in groups by department, in the alphabet's order; those without one, and leavers, come last. */
function byDepartment(members) {
  const groups = new Map();
  const rank = (member) => `${member.status === 'active' ? 0 : 1}${member.name}`;
  for (const member of [...members].sort((a, b) => rank(a).localeCompare(rank(b)))) {
    groups.set(member.department, [...(groups.get(member.department) ?? []), member]);
  }
  return [...groups].sort(([a], [b]) => (a === null) - (b === null) || String(a).localeCompare(String(b)));
}
