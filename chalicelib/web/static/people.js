/** The people of a workspace by department; admins invite and manage them here. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, Email, EmptyState, GhostRows, More, Page, Problem} from './components.js';
import {Departments, LookFor, byDepartment, queryOf} from './departments.js';
import {count} from './formats.js';
import {useHere, useList, useLoaded} from './hooks.js';
import {Invite, Invited} from './invitations.js';
import {Manage} from './manage.js';
import {AssignMentor, OfferToMentor} from './mentor.js';

/** The page of everybody; `q`, `department` and `show` (`none`, `deactivated`) in the address narrow it. */
export function People({query}) {
  const {workspace, url, home, limits} = useHere();
  const admin = workspace.role === 'admin';
  const wanted = queryOf(query);
  const counts = useLoaded(() => api.get(`${url}/departments`), [url]);
  const invitations = useList(
    (after) => (admin ? api.get(`${url}/invitations`, {limit: limits.page_size, after}) : {items: [], next: null}), [url, admin]);
  const [inviting, setInviting] = useState(false);
  const invited = (sent) => {
    const ids = new Set(sent.map((invitation) => invitation.invitation_id));
    invitations.change((items) => [...sent, ...items.filter((item) => !ids.has(item.invitation_id))]);
  };
  const {items = [], without_department: without = 0, deactivated = 0} = counts.value ?? {};
  const everybody = items.reduce((sum, {people}) => sum + people, without);
  return html`<${Page} title="People" actions=${admin && html`<div class="row">
      <${Button} icon="settings" href="${home}/settings">Workspace<//>
      <${Button} kind="main" onClick=${() => setInviting(true)}>Invite people<//></div>`}>
    <datalist id="departments">${items.map(({department}) => html`<option key=${department} value=${department} />`)}</datalist>
    <${LookFor} ...${{wanted, items, without, everybody}} />
    <${Problem} problem=${counts.problem ?? invitations.problem} retry=${() => { counts.reload(); invitations.reload(); }} />
    ${!counts.value && !counts.problem && html`<${GhostRows} rows=${6} />`}
    ${counts.value && (wanted.narrows || everybody <= limits.page_size
      ? html`<${Shown} key=${wanted.key} ...${{wanted, admin}} recount=${counts.reload} />`
      : html`<${Departments} ...${{items, without}} />`)}
    ${admin && deactivated > 0 && wanted.show !== 'deactivated' && html`<p class="small"><a href="${home}/people?show=deactivated">${count(deactivated, 'person', 'people')} deactivated</a></p>`}
    <${Invited} list=${invitations} />
    ${inviting && html`<${Invite} invited=${invited} onClose=${() => setInviting(false)} />`}
  <//>`;
}

/** Those who are looked for, in groups by department. */
function Shown({wanted, admin, recount}) {
  const {url, home, limits} = useHere();
  const people = useList((after) => api.get(`${url}/members`, {...wanted.asked, limit: limits.page_size, after}), [url]);
  const [managedId, setManaged] = useState(null);
  const [mentored, setMentored] = useState(null);
  const About = admin ? AssignMentor : OfferToMentor;
  const managed = people.items?.find((member) => member.member_id === managedId);
  const changed = (member) => {
    people.change((items) => items.map((item) => (item.member_id === member.member_id ? member : item)));
    recount();
  };
  const shown = people.items?.filter(({status}) => status === wanted.asked.status);
  return html`
    <${Problem} problem=${people.problem} retry=${people.reload} />
    ${!people.items && !people.problem && html`<${GhostRows} rows=${6} />`}
    ${shown?.length === 0 && !people.next && html`<${EmptyState} icon="people" title="Nobody fits"
      action=${html`<${Button} href="${home}/people">See everybody<//>`}>
      Names, titles and departments are looked through. A few letters of a word are enough.<//>`}
    ${byDepartment(shown ?? []).map(([name, members]) => html`<section class="section" key=${name ?? ''}>
      <h2><span dir="auto">${name ?? 'No department'}</span>${!people.next && html` <span class="muted numbers">${members.length}</span>`}</h2>
      <ul class="list">${members.map((member) => html`<${Person} key=${member.member_id} ...${{member, admin}}
        onManage=${() => setManaged(member.member_id)} onMentor=${() => setMentored(member)} />`)}</ul>
    </section>`)}
    <${More} next=${people.next} busy=${people.busy} onMore=${people.more} />
    ${managed && html`<${Manage} key=${managed.member_id} member=${managed} changed=${changed} onClose=${() => setManaged(null)}
      onMentor=${() => { setManaged(null); setMentored(managed); }} />`}
    ${mentored && html`<${About} member=${mentored} onClose=${() => setMentored(null)} />`}`;
}

function Person({member, admin, onManage, onMentor}) {
  const {workspace, home} = useHere();
  const me = member.member_id === workspace.member_id;
  const active = member.status === 'active';
  return html`<li class="person">
    <${Avatar} name=${member.name} id=${member.member_id} />
    <div>
      <div class="row">
        <a href="${home}/person/${member.member_id}"><strong dir="auto">${member.name}</strong></a>
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
