/** Being erased: what will happen in plain words, one's data first, and the name typed out. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, Field, Problem, say} from './components.js';
import {useAction, useHere} from './hooks.js';

/** Whether this is the name, whatever the case and the spaces of it; the server has the last word. */
export const same = (one, other) => one.trim().replace(/\s+/g, ' ').toLocaleLowerCase() === other.trim().replace(/\s+/g, ' ').toLocaleLowerCase();

/** The part of one's own settings in which one asks to be erased. */
export function EraseMe({member}) {
  const {onSignOut} = useHere();
  const [asked, setAsked] = useState(false);
  const [begun, setBegun] = useState(false);
  return html`<section class="section" aria-label="Leaving for good">
    <h2>Leaving for good</h2>
    <p class="muted">You can have everything of yours erased from this workspace. Export your data first if you want to keep it: it stands above.</p>
    <div><${Button} kind="danger" onClick=${() => setAsked(true)}>Erase me…<//></div>
    ${asked && html`<${Erase} ...${{member}} title="Erase everything of yours?" onClose=${() => setAsked(false)} erased=${() => setBegun(true)}>
      <p>You lose access at once, here and in your podcast app. Within a few hours everything of yours is gone:</p>
      <ul class="plain">
        <li>Recordings become what you chose for each: those that may stay are by “a former colleague” then, the others are deleted.</li>
        <li>What you have heard, your notes, answers, feedback given and received, thanks, and your exports are deleted.</li>
        <li>Questions of yours that somebody has answered stay without your name; those nobody has answered are deleted. Anonymous ones stay as they are.</li>
        <li>Playlists that others can open pass to an admin, or to the owner of their group; the others are deleted.</li>
      </ul>
      <p><strong>This cannot be undone.</strong> What was exported or posted elsewhere before stays there.</p>
    <//>`}
    ${begun && html`<${Dialog} title="Erasing has begun" onClose=${onSignOut}>
      <p>You have left this workspace: nothing of it opens to you any more. Within a few hours everything of yours is gone; there is nothing left for you to do.</p>
      <div class="row"><${Button} kind="main" onClick=${onSignOut}>Sign out<//></div>
    <//>`}
  </section>`;
}

/** What an admin sees of somebody deactivated; `changed` is told of the member. */
export function EraseLeaver({member, changed}) {
  const [asked, setAsked] = useState(false);
  if (member.is_being_erased) return html`<p class="small muted" role="status">Everything of theirs is being erased. That takes a few hours.</p>`;
  return html`<div>
    <${Button} kind="danger" onClick=${() => setAsked(true)}>Erase them…<//>
    ${asked && html`<${Erase} ...${{member}} title="Erase everything of theirs?" onClose=${() => setAsked(false)} erased=${changed}>
      <p>Everything of <bdi>${member.name}</bdi> is erased within a few hours. Recordings that may stay are by “a former colleague” then; playlists that others can open pass
        to an admin, or to the owner of their group. They can be invited anew afterwards, and begin as somebody new.</p>
      <p><strong>This cannot be undone.</strong></p>
    <//>`}
  </div>`;
}

function Erase({member, title, children, erased, onClose}) {
  const {url, limits} = useHere();
  const [name, setName] = useState('');
  const [erase, {busy, problem}] = useAction(async () => {
    const after = await api.post(`${url}/members/${member.member_id}/erasure`, {name});
    say('Erasing has begun.');
    onClose();
    await erased(after);
  });
  return html`<${Dialog} ...${{title, onClose}}>
    ${children}
    <form class="stack" onSubmit=${(event) => { event.preventDefault(); erase(); }}>
      <${Field} label="Type the name to confirm" hint=${html`<bdi>${member.name}</bdi>`} value=${name} onValue=${setName} dir="auto" required autocomplete="off" most=${limits.name_length} />
      <${Problem} problem=${problem} />
      <div class="row">
        <${Button} onClick=${onClose}>Keep everything<//>
        <${Button} kind="danger main" type="submit" busy=${busy} disabled=${!same(name, member.name)}>${busy ? 'One moment…' : 'Erase for good'}<//>
      </div>
    </form>
  <//>`;
}
