/** Recordings of one's own that were left behind: the tab was closed, or the page was left in the middle. */
import {html, useEffect, useState} from './preact.js';
import {Button, Dialog, Problem} from './components.js';
import {ago, clock, spoken} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';
import {Icon} from './icons.js';
import {outbox} from './outbox.js';
import {drafts as left} from './unpublished.js';

/**
 * The list of them, nothing where there is none; `takeUp(id)` opens one that was spoken for this `place`, the others open
 * beside the recorder of theirs.
 */
export function Drafts({takeUp, place}) {
  const {workspace} = useHere();
  const {value: drafts = [], problem, reload} = useLoaded(() => left(workspace), [workspace]);
  useEffect(() => outbox.subscribe(reload), [workspace]);
  if (!drafts.length) return html`<${Problem} ...${{problem}} retry=${reload} />`;
  return html`<section class="card" aria-label="Left behind">
    <ul class="list">${drafts.map((draft) => html`<${Draft} key=${draft.id} ...${{draft}} takeUp=${draft.place === place ? takeUp : null} />`)}</ul>
  </section>`;
}

/** Where a draft is taken up that was spoken for this place. */
export const withDraft = (place, id) => `record?${place && `${place}&`}draft=${id}`;

function Draft({draft: {id, createdAt, durationMs, place}, takeUp}) {
  const {home} = useHere();
  const [asked, setAsked] = useState(false);
  const [open, {busy, problem}] = useAction(() => takeUp(id));
  const [discard, discarding] = useAction(() => outbox.discard(id));
  return html`<li class="upload">
    <span class="disc still"><${Icon} name="record" /></span>
    <div>
      <strong>A recording that you have not published</strong>
      <div class="small muted">${ago(createdAt)} · <span class="numbers" aria-hidden="true">${clock(durationMs)}</span>
        <span class="aside">${spoken(durationMs)}</span></div>
      <div class="row acts">
        <${Button} kind="main" ...${takeUp ? {onClick: open, busy} : {href: `${home}/${withDraft(place, id)}`}}>Listen and publish<//>
        <${Button} kind="plain danger" onClick=${() => setAsked(true)}>Discard…<//>
      </div>
      <${Problem} problem=${problem} />
    </div>
    ${asked && html`<${Discard} onClose=${() => setAsked(false)} ...${{discard}} ...${discarding} />`}
  </li>`;
}

/** Asks before something is lost that only this browser has. */
export function Discard({discard, busy, problem, onClose, children}) {
  return html`<${Dialog} title="Discard this recording?" onClose=${onClose}>
    <p>${children ?? 'It is only in this browser. Discarded, it is gone.'}</p>
    <${Problem} problem=${problem} />
    <div class="row">
      <${Button} onClick=${onClose}>Keep it<//>
      <${Button} kind="danger main" busy=${busy} onClick=${discard}>${busy ? 'Discarding…' : 'Discard'}<//>
    </div>
  <//>`;
}
