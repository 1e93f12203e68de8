/** What of one's own is on its way: how far each upload is, to try again or to discard. */
import {html, useEffect, useRef, useState} from './preact.js';
import {Button, Dialog, Notice, ProgressBar, say} from './components.js';
import {useAction, useHere} from './hooks.js';
import {outbox} from './outbox.js';

const WORDS = {
  waiting: 'Waiting to be sent',
  uploading: 'Being sent',
  processing: 'Being prepared',
  ready: 'Published',
  rejected: 'Not accepted',
  failed: 'Not sent',
};

/** The uploads of this person to this workspace, as the outbox has them now. */
export function useOutbox(workspace) {
  const [items, setItems] = useState([]);
  useEffect(() => outbox.subscribe((all) => setItems(all.filter((item) => item.workspaceId === workspace.workspace_id
    && item.memberId === workspace.member_id))), [workspace.workspace_id, workspace.member_id]);
  return items;
}

/** The list of them, shown wherever somebody looks after their tracks; nothing where there is none. */
export function Waiting() {
  const {workspace} = useHere();
  const items = useOutbox(workspace).filter((item) => item.title);
  const told = useRef({});
  useEffect(() => {
    for (const {id, title, status, problem} of items) {
      if (told.current[id] && told.current[id] !== status) say(`${title}: ${WORDS[status]}. ${problem ?? ''}`);
      told.current[id] = status;
    }
  }, [items]);
  if (!items.length) return null;
  return html`<section class="card" aria-label="On its way">
    <ul class="list">${items.map((item) => html`<${Upload} key=${item.id} item=${item} />`)}</ul>
  </section>`;
}

function Upload({item}) {
  const {home} = useHere();
  const [asked, setAsked] = useState(false);
  const stuck = item.status === 'failed' || item.status === 'rejected';
  const [retry, {busy}] = useAction(() => outbox.retry(item.id));
  const [discard, discarding] = useAction(() => outbox.discard(item.id));
  return html`<li class="upload">
    <div class="row">
      <div>
        <strong class="clip" dir="auto">${item.status === 'ready'
          ? html`<a href="${home}/track/${item.trackId}">${item.title}</a>` : item.title}</strong>
        <div class="small muted">${WORDS[item.status]}${item.status === 'uploading' ? ` · ${Math.round(item.progress * 100)} %` : ''}</div>
      </div>
      ${item.status === 'ready'
        ? html`<${Button} kind="plain round" icon="close" label="Put ${item.title} away" onClick=${discard} />`
        : html`<${Button} kind="plain round" icon="close" label="Discard ${item.title}" onClick=${() => setAsked(true)} />`}
    </div>
    ${!stuck && item.status !== 'ready' && html`<${ProgressBar} label="${WORDS[item.status]}: ${item.title}"
      value=${item.status === 'uploading' ? item.progress : undefined} />`}
    ${stuck && item.problem && html`<${Notice} kind="warn"><p>${item.problem}</p>
      ${item.status === 'failed' && html`<${Button} busy=${busy} onClick=${retry}>Try again<//>`}<//>`}
    ${asked && html`<${Dialog} title="Discard this recording?" onClose=${() => setAsked(false)}>
      <p>“<span dir="auto">${item.title}</span>” has not arrived. Discarded, it is gone from this browser too.</p>
      <div class="row"><${Button} onClick=${() => setAsked(false)}>Keep it<//>
        <${Button} kind="danger main" busy=${discarding.busy} onClick=${discard}>Discard<//></div>
    <//>`}
  </li>`;
}

export const publish = async (workspace, take, {title, consent, track}) => outbox.add({workspace, take, title, consent, track});
