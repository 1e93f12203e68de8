/** What of one's own is on its way: how far each upload is, to try again or to discard. */
import {html, useEffect, useRef, useState} from './preact.js';
import {Button, ProgressBar, focusHeading, say} from './components.js';
import {Discard} from './drafts.js';
import {useAction, useHere, useOnline} from './hooks.js';
import {Icon} from './icons.js';
import {outbox} from './outbox.js';

const WORDS = {
  waiting: 'Waiting to be sent',
  uploading: 'Being sent',
  processing: 'Being prepared',
  ready: 'Published',
  rejected: 'Not accepted',
  failed: 'Not sent',
};
const SIGNS = {ready: 'check', rejected: 'alert', failed: 'alert'};

/** What this person sends to this workspace, as the outbox has it now; with a track, to that track alone. */
export function useOutbox(trackId) {
  const {workspace: {workspace_id: workspaceId, member_id: memberId}} = useHere();
  const [items, setItems] = useState([]);
  useEffect(() => outbox.subscribe((all) => setItems(all.filter((item) => item.workspaceId === workspaceId
    && item.memberId === memberId && (!trackId || item.trackId === trackId)))), [workspaceId, memberId, trackId]);
  return items;
}

/** Act whenever something of one's own has arrived on the server or has come to its end there. */
export function useArrivals(items, act) {
  const arrived = items.filter(({status}) => status in SIGNS || status === 'processing').map(({id, status}) => id + status).join();
  useEffect(() => { if (arrived) act(); }, [arrived]);
}

/** The list of them, shown wherever somebody looks after their tracks; `open` are those that are not in the library yet. */
export function Waiting({items, open = false}) {
  const told = useRef({});
  useEffect(() => {
    for (const {id, title, status, problem} of items) {
      if (told.current[id] && told.current[id] !== status) say(`${title}: ${WORDS[status]}. ${problem ?? ''}`);
      told.current[id] = status;
    }
  }, [items]);
  const shown = open ? items.filter(({status}) => status !== 'ready') : items;
  if (!shown.length) return null;
  return html`<section class="card" aria-label="On its way">
    <ul class="list">${shown.map((item) => html`<${Upload} key=${item.id} item=${item} />`)}</ul>
  </section>`;
}

function Upload({item: {id, title, status, progress, problem, trackId}}) {
  const {home} = useHere();
  const online = useOnline();
  const [asked, setAsked] = useState(false);
  const [retry, {busy}] = useAction(() => outbox.retry(id));
  const [discard, discarding] = useAction(async () => {
    await outbox.discard(id);
    focusHeading();
  });
  const ready = status === 'ready';
  const stuck = status === 'failed' || status === 'rejected';
  return html`<li class="upload ${ready ? 'good' : stuck ? 'bad' : ''}">
    <span class="disc still"><${Icon} name=${SIGNS[status] ?? 'file'} /></span>
    <div>
      <strong class="clip" dir="auto">${ready ? html`<a href="${home}/track/${trackId}">${title}</a>` : title}</strong>
      <div class="small muted">${WORDS[status]}${status === 'uploading' && html` · <span class="numbers">${Math.round(progress * 100)} %</span>`}
        ${status === 'waiting' && (problem || !online) && html` · ${online ? problem : 'You are offline.'}`}</div>
      ${!stuck && !ready && html`<${ProgressBar} label="${WORDS[status]}: ${title}"
        value=${status === 'uploading' ? progress : status === 'waiting' ? 0 : undefined} />`}
      ${ready && problem && html`<p class="small">${problem}</p>`}
      ${stuck && html`<p class="reason">${problem}</p>`}
      ${status === 'failed' && html`<div class="row"><${Button} busy=${busy} onClick=${retry}>Try again<//></div>`}
    </div>
    ${ready
      ? html`<${Button} kind="plain round" icon="close" label="Put ${title} away" onClick=${discard} />`
      : html`<${Button} kind="plain round" icon="close" label="Discard ${title}" onClick=${() => setAsked(true)} />`}
    ${asked && html`<${Discard} onClose=${() => setAsked(false)} ...${{discard}} ...${discarding}>
      “<span dir="auto">${title}</span>” has not arrived. Discarded, it is gone from this browser too.<//>`}
  </li>`;
}
