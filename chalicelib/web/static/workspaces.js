/** Where somebody belongs: choosing among workspaces, accepting an invitation, creating a workspace. */
import {html, useEffect, useRef, useState} from './preact.js';
import * as api from './api.js';
import {Button, Field, Notice, Problem} from './components.js';
import {day} from './formats.js';
import {useAction} from './hooks.js';
import {Icon, Mark} from './icons.js';

/** The page before a workspace is open; `entered` is told the workspace that was joined or created. */
export function Workspaces({me, limits, entered, onSignOut}) {
  const heading = useRef();
  useEffect(() => { document.title = 'Your workspaces · Earshot'; heading.current.focus(); }, []);
  const nowhere = !me.workspaces.length;
  return html`<div class="welcome"><main id="main">
    <div class="name"><${Mark} size=${44} />Earshot</div>
    <h1 tabindex="-1" ref=${heading}>${nowhere ? html`Welcome, <span dir="auto">${me.name}</span>` : 'Your workspaces'}</h1>
    ${!nowhere && html`<ul class="stack">${me.workspaces.map(({workspace_id: id, name, role}) => html`<li class="wide" key=${id}>
      <a class="card pick" href="#/w/${id}/home"><${Icon} name="library" /><span dir="auto">${name}</span>
        ${role === 'admin' && html`<span class="tag">Admin</span>`}</a>
    </li>`)}</ul>`}
    ${me.invitations.map((invitation) => html`<${Invitation} key=${invitation.workspace_id} ...${{invitation, entered}} />`)}
    ${me.may_create_workspace && html`<${NewWorkspace} ...${{limits, entered}} first=${nowhere && !me.invitations.length} />`}
    ${nowhere && !me.invitations.length && !me.may_create_workspace && html`<${Notice}>
      <p>You do not belong to a workspace yet. Ask an admin of your company’s workspace to invite
        ${' '}${me.email ?? 'you'}, then load this page again.</p>
    <//>`}
    <p class="small muted">Signed in as <span dir="auto">${me.email ?? me.name}</span>.</p>
    <div><${Button} kind="plain" icon="leave" onClick=${onSignOut}>Sign out<//></div>
  </main></div>`;
}

function Invitation({invitation, entered}) {
  const [accept, {busy, problem}] = useAction(async () => {
    await api.post(`v1/workspaces/${invitation.workspace_id}/invitations/accept`, {});
    await entered(invitation.workspace_id);
  });
  return html`<section class="card stack">
    <h2 dir="auto">${invitation.workspace_name}</h2>
    <p><span dir="auto">${invitation.invited_by}</span> invited you. The invitation is good until
      ${' '}${day(invitation.expires_at)}.</p>
    <${Problem} problem=${problem} />
    <${Button} kind="main" busy=${busy} onClick=${accept}>${busy ? 'Joining…' : 'Join'}<//>
  </section>`;
}

function NewWorkspace({limits, entered, first}) {
  const [open, setOpen] = useState(first);
  const [name, setName] = useState('');
  const [key] = useState(() => crypto.randomUUID());
  const [create, {busy, problem}] = useAction(async () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const workspace = await api.post('v1/workspaces', {name, time_zone: zone}, {key});
    await entered(workspace.workspace_id);
  });
  if (!open) return html`<div><${Button} onClick=${() => setOpen(true)}>Create a workspace<//></div>`;
  return html`<form class="card stack" onSubmit=${(event) => { event.preventDefault(); create(); }}>
    <h2>Create a workspace</h2>
    <p class="muted">A closed space for your company or department: its people and what they record.</p>
    <${Field} label="Name" value=${name} onValue=${setName} required autocomplete="organization" dir="auto" most=${limits.name_length} />
    <${Problem} problem=${problem} />
    <${Button} kind="main" type="submit" busy=${busy}>${busy ? 'Creating…' : 'Create'}<//>
  </form>`;
}
