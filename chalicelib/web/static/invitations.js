/** Inviting people by e-mail, and the invitations that stand. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, Email, Field, More, Notice, Problem, say} from './components.js';
import {count, day} from './formats.js';
import {useAction, useHere} from './hooks.js';

/** Asks for the addresses of those to invite. */
export function Invite({invited, onClose}) {
  const {url, home, limits} = useHere();
  const [text, setText] = useState('');
  const [department, setDepartment] = useState('');
  const [sent, setSent] = useState(null);
  const emails = addresses(text);
  const odd = emails.filter((email) => !/^[^@\s]+@[^@\s]+\.[^@\s.]+$/u.test(email));
  const many = emails.length > limits.invitations_at_once;
  const [tried, setTried] = useState(false);
  const wrong = many
    ? `At most ${limits.invitations_at_once} at once: these are ${emails.length}.`
    : tried && (odd.length ? `Not an e-mail address: ${odd.join(', ')}` : !emails.length && 'Write at least one e-mail address.');
  const [send, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (many || odd.length || !emails.length) return;
    const answer = await api.post(`${url}/invitations`, {emails, department: department.trim() || null});
    invited(answer.items);
    setSent(answer);
    setText('');
    setTried(false);
  });
  return html`<${Dialog} title="Invite people" onClose=${onClose}>
    <form novalidate onSubmit=${(event) => { event.preventDefault(); send(); }}>
      ${sent && html`<${Notice} kind="good"><p role="status">${outcome(sent)}</p><//>`}
      <${Field} as="textarea" label="E-mail addresses" hint="One or many, with commas, spaces or line breaks between them."
        value=${text} onValue=${setText} wrong=${wrong} spellcheck=${false} autocapitalize="off" />
      <${Field} label="Department (if you like)" value=${department} onValue=${setDepartment} list="departments" dir="auto" most=${limits.name_length} />
      <${Problem} problem=${problem} />
      <p class="small"><a href="${home}/invite">Many at once, from a CSV file</a></p>
      <div class="row">
        <${Button} onClick=${onClose}>${sent ? 'Done' : 'Cancel'}<//>
        <${Button} kind="main" type="submit" busy=${busy}>${busy ? 'Inviting…' : emails.length > 1 ? `Invite ${emails.length} people` : 'Invite'}<//>
      </div>
    </form>
  <//>`;
}

/** The invitations that nobody has accepted yet. */
export function Invited({list}) {
  if (!list.items?.length) return null;
  const gone = (id) => list.change((items) => items.filter((item) => item.invitation_id !== id));
  return html`<section class="section">
    <h2>Invited</h2>
    <ul class="list">${list.items.map((invitation) => html`<${Pending} key=${invitation.invitation_id} ...${{invitation, gone}} />`)}</ul>
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  </section>`;
}

function Pending({invitation, gone}) {
  const {url} = useHere();
  const [withdraw, {busy, problem}] = useAction(async () => {
    await api.del(`${url}/invitations/${invitation.invitation_id}`);
    gone(invitation.invitation_id);
    say(`The invitation of ${invitation.email} was withdrawn.`);
  });
  return html`<li class="invited">
    <div class="row">
      <div><strong><${Email} address=${invitation.email} /></strong>
        <div class="small muted">${invitation.department && html`<span dir="auto">${invitation.department}</span> · `}until
          ${' '}${day(invitation.expires_at)}</div></div>
      <${Button} label="Withdraw the invitation of ${invitation.email}" busy=${busy} onClick=${withdraw}>Withdraw<//>
    </div>
    <${Problem} problem=${problem} />
  </li>`;
}

/** The addresses in a text, each once. */
function addresses(text) {
  return [...new Set(text.split(/[\s,;]+/u).map((part) => part.replace(/^<|>$/gu, '').toLowerCase()).filter(Boolean))];
}

function outcome({items, already_members: already}) {
  const sent = items.length ? `${count(items.length, 'invitation')} sent.` : '';
  const known = already.length ? `Already here: ${already.join(', ')}.` : '';
  return `${sent} ${known}`.trim();
}
