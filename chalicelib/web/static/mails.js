/** Which mails one gets, and when. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Choice, Email, Field, Notice, Problem, say} from './components.js';
import {day} from './formats.js';
import {useAction, useChoices, useHere, useLoaded} from './hooks.js';

const EVERY = {
  daily: 'Every working day', weekly: 'Every Tuesday', monthly: 'On the first Tuesday of the month', off: 'Never',
};
const STOPPED = {
  bounced: 'No mail reaches this address: the last one came back. Choose again how often you want them, and it is tried again.',
  complained: 'One of our mails was reported as spam, so none is sent any more. Choose again how often you want them to have them back.',
};

/** What the caller gets by e-mail, and asking for a digest now. */
export function Mails({address}) {
  const {url} = useHere();
  const place = `${url}/mails`;
  const loaded = useLoaded(() => api.get(place), [place]);
  const {value: mails, problem, reload} = loaded;
  const [asked, setAsked] = useState(false);
  const [change, refused] = useChoices(loaded, async (changes) => {
    const after = await api.patch(place, changes);
    say('Your settings were saved.');
    return after;
  });
  const [ask, asking] = useAction(async () => {
    setAsked(false);
    await api.post(`${place}/digest`, {});
    setAsked(true);
  });
  return html`<section class="section">
    <h2>Mails</h2>
    <p class="muted">A digest sums up what is new to you. When nothing is, none is sent. All mails go to <${Email} address=${address} />.</p>
    <${Problem} problem=${problem ?? refused ?? asking.problem} retry=${problem && reload} />
    ${mails && html`<div class="stack">
      ${mails.stopped && html`<${Notice} kind="warn"><p>${STOPPED[mails.stopped]}</p><//>`}
      <${Field} as="select" label="Digest" hint=${when(mails)} value=${mails.digest} onValue=${(digest) => change({digest})}>
        ${Object.entries(EVERY).map(([each, words]) => html`<option key=${each} value=${each}>${words}</option>`)}
      <//>
      ${mails.is_monthly_for_now && html`<p class="small muted">You were not here for a while, so it comes once a month until you look at your home page.</p>`}
      ${mails.not_sent && html`<p class="small muted">The digest of ${day(mails.not_sent.day)} may not have reached you. What it told of stands on your home page.</p>`}
      <${Choice} label="A mail when I have feedback" hint="It says that there is some, and nothing of it." checked=${mails.feedback}
        onChange=${(event) => change({feedback: event.currentTarget.checked})} />
      <div class="row">
        <${Button} busy=${asking.busy} onClick=${ask}>Send me a digest now<//>
        <span role="status" class="small muted">${asked ? 'It is on its way.' : ''}</span>
      </div>
    </div>`}
  </section>`;
}

function when({digest, next_digest_at: at}) {
  if (digest === 'off' || !at) return '';
  return `At 8:00 in your time zone. The next may come on ${day(at)}.`;
}
