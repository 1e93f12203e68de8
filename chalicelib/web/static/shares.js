/** Links to a track or playlist for people without an account. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Copied, Dialog, DialogForm, Field, Problem, say} from './components.js';
import {ago, clock, count, day, moment, msOf} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';

const DAYS = [[7, 'A week'], [30, '30 days'], [90, '90 days'], [365, 'A year']];

/** The links to what stands at this place of the API, for who looks after it. */
export function PublicLinks({place}) {
  const [making, setMaking] = useState(false);
  const {value, problem, reload} = useLoaded(() => api.get(`${place}/shares`), [place]);
  return html`<section class="section">
    <h2>Public links</h2>
    <p class="muted">Whoever has such a link can listen without an account, to what its speakers agree to. You can take it back at any time.</p>
    <${Problem} ...${{problem}} retry=${reload} />
    ${value?.items.length > 0 && html`<ul class="list">${value.items.map((share) => html`<${One} key=${share.share_id} ...${{share, place, reload}} />`)}</ul>`}
    <div><${Button} icon="link" onClick=${() => setMaking(true)}>Make a public link…<//></div>
    ${making && html`<${Making} ...${{place}} onClose=${() => { setMaking(false); reload(); }} />`}
  </section>`;
}

function One({share, place, reload}) {
  const {share_id: id, label, visits, is_over: over, ends_at: ends, created_at: made, start_ms: start, origins} = share;
  const [revoke, {busy, problem}] = useAction(async () => {
    await api.del(`${place}/shares/${id}`);
    await reload();
    say('The link was taken back.');
  });
  const name = label ?? `Link of ${day(made)}`;
  return html`<li class="share">
    <div>
      <strong dir="auto">${name}</strong>
      <p class="small muted">${over ? 'Has run out' : html`Until <time datetime=${ends} title=${moment(ends)}>${day(ends)}</time>`}
        ${' · '}made <time datetime=${made} title=${moment(made)}>${ago(made)}</time>
        ${' · '}${visits ? `played ${count(visits, 'time')}` : 'not played yet'}
        ${start > 0 && ` · begins at ${clock(start)}`}
        ${origins.length > 0 && html` · for <bdi>${origins.map((origin) => origin.replace(/^https?:\/\//, '')).join(', ')}</bdi>`}</p>
      <${Problem} ...${{problem}} />
    </div>
    <${Button} kind="danger" label="Take ${name} back" busy=${busy} onClick=${revoke}>Take back<//>
  </li>`;
}

function Making({place, onClose}) {
  const {limits} = useHere();
  const [draft, setDraft] = useState({label: '', days: '30', start: '', origins: ''});
  const [made, setMade] = useState(null);
  const put = (name) => (value) => setDraft({...draft, [name]: value});
  const startMs = draft.start.trim() ? msOf(draft.start) : 0;
  const [make, {busy, problem}] = useAction(async () => {
    const body = {days: Number(draft.days), start_ms: startMs, origins: draft.origins.split(/[\s,]+/).filter(Boolean)};
    if (draft.label.trim()) body.label = draft.label;
    setMade(await api.post(`${place}/shares`, body));
    say('The link is made.');
  });
  if (made) return html`<${Dialog} title="Your link" onClose=${onClose}><${Told} ...${{made, onClose}} /><//>`;
  return html`<${Dialog} title="Make a public link" onClose=${onClose}>
    <${DialogForm} label="Make the link" doing="Making…" onSubmit=${() => { if (startMs !== null) make(); }} ...${{problem, busy, onClose}}>
      <${Field} label="For whom" hint="Only you and admins see this." value=${draft.label} onValue=${put('label')} dir="auto" most=${limits.line_length} />
      <${Field} label="How long" as="select" value=${draft.days} onValue=${put('days')}>
        ${DAYS.map(([days, words]) => html`<option key=${days} value=${days}>${words}</option>`)}
      <//>
      <${Field} label="Begin at" hint="Minutes and seconds, such as 1:30; empty for the start." value=${draft.start} onValue=${put('start')} inputmode="numeric"
        wrong=${startMs === null && 'Write it as minutes:seconds.'} />
      <${Field} label="Sites that may embed it" hint="Each as https://blog.example; empty for none." value=${draft.origins} onValue=${put('origins')} inputmode="url" spellcheck=${false} autocapitalize="off" />
    <//>
  <//>`;
}

/** The addresses, which are told this once. */
function Told({made, onClose}) {
  const {share, url, embed_url: embed, feed_url: feed} = made;
  return html`<p>Copy it now: it is not shown again.</p>
    <${Copied} label="Link" text=${url} />
    ${share.origins.length > 0 && html`<${Copied} label="Play button for your page"
      text=${`<iframe src="${embed}" title="Listen" width="100%" height="150" style="border:0" allow="autoplay" loading="lazy"></iframe>`} />`}
    ${feed && html`<${Copied} label="Feed for podcast apps" text=${feed} />`}
    <div class="row"><${Button} kind="main" onClick=${onClose}>Done<//></div>`;
}
