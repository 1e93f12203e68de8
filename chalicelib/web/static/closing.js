/** Deleting the workspace: asked for by its name, told on every page until the day, and taken back by one press. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, Field, Notice, Problem, focusHeading, say} from './components.js';
import {same} from './erasing.js';
import {count, moment} from './formats.js';
import {useAction, useHere} from './hooks.js';

/** What stands on every page while the workspace is to be deleted. */
export function ClosingBanner() {
  const {workspace, home} = useHere();
  return html`<aside class="closing" aria-label="This workspace will be deleted"><${Notice}>
    <p><bdi>${workspace.name}</bdi> will be deleted on <strong><${At} /></strong>. Until then everything works as before.
      Export what you want to keep: your own in <a href="${home}/you">your settings</a>, a group’s on its page.</p>
    ${workspace.role === 'admin' && html`<${Keep} />`}
  <//></aside>`;
}

/** The part of the workspace's settings in which an admin asks for it. */
export function DeleteWorkspace() {
  const {workspace, limits} = useHere();
  const [asked, setAsked] = useState(false);
  const days = count(limits.closing_days, 'day');
  return html`<section class="section" aria-label="Deleting the workspace">
    <h2>Deleting the workspace</h2>
    ${workspace.closes_at
      ? html`<p>Everything here will be deleted on <strong><${At} /></strong>. Until then every admin can take that back.</p>`
      : html`<p class="muted">Everything here can be deleted, ${days} after you ask for it. Export the workspace first if you want to keep what everybody may hear: it stands above.
          What belongs to groups and people they export themselves.</p>
        <div><${Button} kind="danger" onClick=${() => setAsked(true)}>Delete the workspace…<//></div>`}
    ${asked && html`<${Close} ...${{days}} onClose=${() => setAsked(false)} />`}
  </section>`;
}

function Close({days, onClose}) {
  const {workspace, url, limits, refresh} = useHere();
  const [name, setName] = useState('');
  const [close, {busy, problem}] = useAction(async () => {
    await api.post(`${url}/closing`, {name});
    say('The workspace will be deleted. Every admin gets a mail.');
    onClose();
    await refresh();
  });
  return html`<${Dialog} title="Delete the workspace?" onClose=${onClose}>
    <p>For ${days} nothing changes: everybody reads, listens, records and exports as before. Every page says until when, every admin gets a mail,
      and every admin can take it back with one press.</p>
    <p>Then the workspace is gone for everybody, within a few hours with everything in it:</p>
    <ul class="plain">
      <li>recordings, transcripts and playlists, also those of groups and those that only one person could open</li>
      <li>groups and their check-ins, questions, answers, feedback, thanks, and what everybody has heard</li>
      <li>links for people outside, podcast feeds, connections, mails and exports</li>
      <li>everybody’s membership; what they have in other workspaces stays</li>
    </ul>
    <p><strong>Then it cannot be undone.</strong> What was exported or posted elsewhere before stays there.</p>
    <form class="stack" onSubmit=${(event) => { event.preventDefault(); close(); }}>
      <${Field} label="Type the name of the workspace to confirm" hint=${html`<bdi>${workspace.name}</bdi>`} value=${name} onValue=${setName} dir="auto" required autocomplete="off" most=${limits.name_length} />
      <${Problem} problem=${problem} />
      <div class="row">
        <${Button} onClick=${onClose}>Keep the workspace<//>
        <${Button} kind="danger main" type="submit" busy=${busy} disabled=${!same(name, workspace.name)}>${busy ? 'One moment…' : `Delete it in ${days}`}<//>
      </div>
    </form>
  <//>`;
}

function Keep() {
  const {url, refresh} = useHere();
  const [keep, {busy, problem}] = useAction(async () => {
    await api.del(`${url}/closing`);
    say('The workspace stays. Nothing was changed.');
    await refresh();
    focusHeading(); // the button goes with the banner
  });
  return html`<${Problem} ...${{problem}} /><${Button} busy=${busy} onClick=${keep}>${busy ? 'One moment…' : 'Keep the workspace'}<//>`;
}

function At() {
  const {workspace: {closes_at: at}} = useHere();
  return html`<time datetime=${at}>${moment(at)}</time>`;
}
