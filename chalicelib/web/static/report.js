/** Reporting something to those who look after the place, and what its author sees of it while it is hidden. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Choice, Dialog, DialogForm, Field, Notice} from './components.js';
import {useAction, useHere} from './hooks.js';

/** Why something is reported: what is asked, and what its author is told. */
export const REASONS = {
  hurtful: ['It hurts or belittles somebody', 'somebody finds it hurtful'],
  personal: ['It tells something private of a person', 'it tells something private of a person'],
  confidential: ['It tells something that should not be known here', 'it tells something that should not be known here'],
  wrong: ['It is wrong, and somebody could come to harm', 'it seems to be wrong in a way that matters'],
  other: ['Something else', 'there is a reason that they tell you'],
};

/** The button that reports a `thing`, which is named as the API takes it; `inGroup` says who will look at it. */
export function Report({thing, label, inGroup}) {
  const [asking, setAsking] = useState(false);
  return html`<${Button} kind="plain" ...${{label}} onClick=${() => setAsking(true)}>Report…<//>
    ${asking && html`<${Ask} ...${{thing, inGroup}} onClose=${() => setAsking(false)} />`}`;
}

function Ask({thing, inGroup, onClose}) {
  const {url, home, limits} = useHere();
  const [reason, setReason] = useState(null);
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const [sent, setSent] = useState(false);
  const who = inGroup ? 'whoever looks after the group' : 'the admins';
  const [send, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (!reason) return;
    await api.post(`${url}/reports`, {...thing, reason, text: text.trim() || null});
    setSent(true);
  });
  if (sent) {
    return html`<${Dialog} title="Thank you" onClose=${onClose}>
      <p role="status">Your report is with ${who}. They may hide it while they talk to its author, who does not learn who reported it.</p>
      <p><a href="${home}/reports">See what becomes of it</a></p>
      <div class="row"><${Button} kind="main" onClick=${onClose}>Done<//></div>
    <//>`;
  }
  return html`<${Dialog} title="Report this?" onClose=${onClose}>
    <${DialogForm} novalidate label="Report" doing="Sending…" onSubmit=${send} ...${{problem, busy, onClose}}>
      <p>What you report, and that it was you, is shown to ${who} and to nobody else.</p>
      <fieldset>
        <legend>What is it?</legend>
        ${Object.entries(REASONS).map(([name, [words]]) => html`<${Choice} key=${name} type="radio" name="reason" label=${words}
          checked=${reason === name} onChange=${() => setReason(name)} />`)}
      </fieldset>
      ${tried && !reason && html`<p class="small" role="alert">Choose what fits best.</p>`}
      <${Field} as="textarea" label="In your words (if you like)" value=${text} onValue=${setText} dir="auto" most=${limits.report_length} />
    <//>
  <//>`;
}

/** What the author of something reads that is hidden for now. */
export function HiddenForNow({hidden}) {
  if (!hidden) return null;
  return html`<${Notice} kind="warn">
    <p>Only you see this for now: ${REASONS[hidden.reason][1]}. Whoever looks after this place talks to you about it, and can show it again.</p>
    ${hidden.note && html`<p class="said" dir="auto">${hidden.note}</p>`}
  <//>`;
}
