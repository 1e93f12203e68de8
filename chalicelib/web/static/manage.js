/** What an admin sets of a member: department, role, since when, whether they may come in. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Choice, Dialog, DialogForm, Field, Notice, say} from './components.js';
import {EraseLeaver} from './erasing.js';
import {changeTogether, useAction, useHere} from './hooks.js';

/** The dialog; `changed(member)` hears of every change, `onMentor` leads on to the member's mentor. */
export function Manage({member, changed, onMentor, onClose}) {
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
    <${DialogForm} label="Save" onSubmit=${save} problem=${saving.problem ?? turning.problem ?? ending.problem} busy=${saving.busy} onClose=${onClose}>
      <${Field} label="Department" value=${draft.department} onValue=${set('department')} list="departments" dir="auto" most=${limits.name_length} />
      <${Field} label="Started on" hint="For 90 days they count as new here." type="date" value=${draft.started_on}
        onValue=${set('started_on')} />
      <${Choice} label="Admin" hint="May invite, manage people and rename the workspace." checked=${draft.role === 'admin'}
        onChange=${(event) => set('role')(event.currentTarget.checked ? 'admin' : 'member')} />
      ${told && html`<${Notice} kind="good"><p role="status">${told}</p><//>`}
    <//>
    <hr />
    ${asked && html`<p>${active
      ? `They lose access within a minute; audio that is playing may go on for 5 minutes. What they recorded becomes what they chose for each recording: it stays, stays without their name, or is heard by nobody any more and deleted ${limits.leaver_grace_days} days later.`
      : `They get their access back, and their recordings their name. What they wanted deleted comes back if it was set aside less than ${limits.leaver_grace_days} days ago; what is deleted stays deleted.`}</p>`}
    <div class="row">
      ${active && !asked && html`<${Button} kind="plain" onClick=${onMentor}>Mentor…<//>
        <${Button} kind="plain" busy=${ending.busy} onClick=${end}>End their sessions<//>`}
      ${asked
        ? html`<${Button} onClick=${() => setAsked(false)}>Keep as it is<//>
          <${Button} kind=${active ? 'danger main' : 'main'} busy=${turning.busy} onClick=${turn}>${active ? 'Deactivate' : 'Reactivate'}<//>`
        : !member.is_being_erased && html`<${Button} kind=${active ? 'danger' : ''} onClick=${() => setAsked(true)}>${active ? 'Deactivate…' : 'Reactivate…'}<//>`}
    </div>
    ${!active && html`<${EraseLeaver} ...${{member, changed}} />`}
  <//>`;
}
