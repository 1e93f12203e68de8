/** The people of a group: who is there, who is invited, whom it still needs, and who looks after it. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, Problem, say} from './components.js';
import {Act, ChooseColleague, Colleague} from './colleagues.js';
import {day} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';

/** The section about them on the group's page. */
export function GroupPeople({group, place, owns, set, reload}) {
  const {workspace} = useHere();
  const {kind, members, invited} = group;
  const mentoring = kind === 'mentoring';
  const [inviting, setInviting] = useState(false);
  const [managed, setManaged] = useState(null);
  const invite = async (member) => {
    set(await api.post(`${place}/invitations`, {member_ids: [member.member_id]}));
    say(`${member.name} was invited.`);
  };
  const withdraw = async (member) => {
    await api.del(`${place}/invitations/${member.member_id}`);
    await reload();
    say(`The invitation of ${member.name} was withdrawn.`);
  };
  return html`<section class="section">
    <h2>People</h2>
    <ul class="list">${members.map(({member, away_until: until}) => html`<${Colleague} key=${member.member_id} ...${{member}}
      tags=${html`${member.member_id === workspace.member_id && html`<span class="tag accent">You</span>`}
        ${member.member_id === group.owner.member_id && html`<span class="tag">${mentoring ? 'Mentor' : 'Looks after it'}</span>`}
        ${until && html`<span class="tag">Back ${day(until)}</span>`}`}
      action=${owns && !mentoring && member.member_id !== workspace.member_id && html`<${Button} kind="plain round" icon="more"
        label="Manage ${member.name}" onClick=${() => setManaged(member)} />`} />`)}</ul>
    ${invited.length > 0 && html`<h3>Invited</h3>
      <ul class="list">${invited.map(({member, invited_by: by}) => html`<${Colleague} key=${member.member_id} ...${{member}}
        below=${`Invited by ${by.name}`}
        action=${(owns || by.member_id === workspace.member_id) && html`<${Act} words="Withdraw" label="Withdraw the invitation of ${member.name}" act=${() => withdraw(member)} />`} />`)}</ul>`}
    ${!mentoring && html`<${Missing} ...${{group, place, invite}} />
      <div><${Button} icon="people" onClick=${() => setInviting(true)}>Invite people<//></div>`}
    ${inviting && html`<${Dialog} title="Invite people" onClose=${() => setInviting(false)}>
      <${ChooseColleague} words="Invite" choose=${invite} leaveOut=${new Set([...members, ...invited].map(({member}) => member.member_id))} />
      <div class="row"><${Button} kind="main" onClick=${() => setInviting(false)}>Done<//></div>
    <//>`}
    ${managed && html`<${Manage} member=${managed} ...${{place, set, reload}} onClose=${() => setManaged(null)} />`}
  </section>`;
}

/** People of the departments that are still missing, and why them. */
function Missing({group, place, invite}) {
  const wanted = group.seats.some(({taken}) => !taken);
  const {value, problem, reload} = useLoaded(
    () => (wanted ? api.get(`${place}/suggestions`) : {items: []}), [place, JSON.stringify([group.seats, group.invited])],
  );
  if (!value?.items.length) return html`<${Problem} ...${{problem}} retry=${reload} />`;
  return html`<h3>You could ask</h3>
    <ul class="list">${value.items.map(({member, seat, reasons}) => html`<${Colleague} key=${seat + member.member_id} ...${{member}}
      below=${sentence(reasons)} action=${html`<${Act} words="Invite" label="Invite ${member.name}" act=${() => invite(member)} />`} />`)}</ul>`;
}

/** Reasons as one sentence. */
export const sentence = ([first, ...more]) => `${[first[0].toLocaleUpperCase() + first.slice(1), ...more].join('; ')}.`;

function Manage({member, place, set, reload, onClose}) {
  const [handOver, handing] = useAction(async () => {
    set(await api.patch(place, {owner_id: member.member_id}));
    say(`${member.name} looks after it now.`);
    onClose();
  });
  const [remove, removing] = useAction(async () => {
    await api.del(`${place}/members/${member.member_id}`);
    await reload();
    say(`${member.name} was taken out of the group.`);
    onClose();
  });
  return html`<${Dialog} title=${member.name} onClose=${onClose}>
    <p>Hand the group over, and <bdi>${member.name}</bdi> looks after it from now on: changes it, begins its check-ins, takes people out.</p>
    <${Problem} problem=${handing.problem ?? removing.problem} />
    <div class="row">
      <${Button} kind="danger" busy=${removing.busy} onClick=${remove}>Take out of the group<//>
      <${Button} busy=${handing.busy} onClick=${handOver}>Hand the group over<//>
      <${Button} kind="main" onClick=${onClose}>Done<//>
    </div>
  <//>`;
}
