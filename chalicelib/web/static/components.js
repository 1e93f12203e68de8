/** The parts that every page is made of. */
import {html, useEffect, useLayoutEffect, useRef, useState} from './preact.js';
import {ago, clock, count, initials, moment, spoken} from './formats.js';
import {useHere, useOnline} from './hooks.js';
import {Icon} from './icons.js';

const FEW = 20;
const FEW_TOPICS = 3; // in a row; the track's page has them all
let ids = 0;

/** An id for a label and what it names, the same at every rendering. */
export function useId() {
  return useState(() => `part-${(ids += 1)}`)[0];
}

/** Give the focus to the page's heading, where what had it is gone. */
export const focusHeading = () => document.querySelector('main h1')?.focus();

/** Let those who hear the page know of something that changed on it. */
export function say(text) {
  const region = document.getElementById('said');
  if (!region || !text) return;
  region.textContent = '';
  setTimeout(() => { region.textContent = text; }, 60);
}

/**
 * A screen: its heading takes the focus when one comes to it, its title stands in the browser's tab.
 * `title` may be of a person; `above` stands over the heading, `actions` beside it.
 */
export function Page({title, tab = title, above, actions, lines = 'heading', children}) {
  const heading = useRef();
  useEffect(() => { document.title = tab ? `${tab} · Earshot` : 'Earshot'; }, [tab]);
  useEffect(() => { if (Page.moved) heading.current.focus(); Page.moved = true; }, []);
  return html`<main class="page" id="main">
    <header>
      <div>${above}<h1 tabindex="-1" ref=${heading} dir="auto" class=${lines}>${title}</h1></div>
      ${actions}
    </header>
    ${children}
  </main>`;
}
/** Whether the person has moved within Earshot: on the first page the focus stays where the browser has it. */
Page.moved = false;

/** A button, or a link that looks like one; while `busy` it keeps the focus and does nothing. */
export function Button({kind = '', icon, busy, href, label, children, onClick, type = 'button', ...rest}) {
  const inside = html`${icon && html`<${Icon} name=${icon} size=${20} />`}${children}`;
  if (href) return html`<a class="button ${kind}" href=${href} aria-label=${label} ...${rest}>${inside}</a>`;
  const press = (event) => { if (busy) event.preventDefault(); else onClick?.(event); };
  return html`<button class="button ${kind}" type=${type} aria-label=${label} title=${label}
    aria-disabled=${busy ? 'true' : undefined} onClick=${press} ...${rest}>${inside}</button>`;
}

/** A labelled line of text of at most `most` characters; `as` makes it a select or a text area. */
export function Field({label, hint, wrong, most, as = 'input', value, onValue, children, ...rest}) {
  const id = useId();
  const input = useRef();
  const room = most ? left(value, most) : {};
  const problem = wrong || room.problem;
  useEffect(() => input.current.setCustomValidity?.(room.problem ?? ''), [room.problem]);
  const about = [hint && `${id}-hint`, problem && `${id}-wrong`, room.hint && `${id}-room`].filter(Boolean).join(' ') || undefined;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${hint && html`<span class="hint" id="${id}-hint">${hint}</span>`}
    <${as} class="input" id=${id} ref=${input} value=${value} aria-describedby=${about} aria-invalid=${problem ? 'true' : undefined}
      onInput=${(event) => onValue(event.currentTarget.value)} ...${rest}>${children}</${as}>
    ${problem && html`<span class="wrong" id="${id}-wrong">${problem}</span>`}
    ${!problem && room.hint && html`<span class="hint" id="${id}-room">${room.hint}</span>`}
  </div>`;
}

/** A box to tick or a circle to choose, with its words and a hint. */
export function Choice({type = 'checkbox', label, hint, checked, onChange, ...rest}) {
  return html`<label class="choice">
    <input type=${type} checked=${checked} onChange=${onChange} ...${rest} />
    <span>${label}${hint && html`<small class="muted">${hint}</small>`}</span>
  </label>`;
}

/** The button that copies a text, and what came of it; `otherwise` says what to do where the browser refuses. */
export function Copy({text, otherwise, children, ...rest}) {
  const [told, setTold] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setTold('Copied.');
    } catch (refused) {
      setTold(`Your browser does not let Earshot copy (${refused.name}). ${otherwise}`);
    }
  };
  return html`<${Button} icon="link" onClick=${copy} ...${rest}>${children}<//><span role="status" class="small muted">${told}</span>`;
}

/** A text to be copied, such as an address that is told once. */
export function Copied({label, text}) {
  return html`<div class="stack">
    <${Field} ...${{label}} value=${text} onValue=${() => {}} readonly onFocus=${(event) => event.currentTarget.select()} />
    <div class="row"><${Copy} text=${() => text} otherwise="Select the text above." label="Copy: ${label}">Copy<//></div>
  </div>`;
}

const NOTICES = {good: 'check', bad: 'alert', warn: 'alert', plain: 'note'};

/** Something to know: what happened and what to do. A `bad` one is read out at once. */
export function Notice({kind = 'plain', children}) {
  return html`<div class="notice ${kind}" role=${kind === 'bad' ? 'alert' : undefined}>
    <${Icon} name=${NOTICES[kind]} size=${22} /><div>${children}</div>
  </div>`;
}

/** What could not be done, with a way to try again; what is read comes by itself once one is online again. */
export function Problem({problem, retry}) {
  if (!problem) return null;
  if (problem.code === 'Offline' && retry) return html`<p class="muted">This comes by itself once you are online again.</p>`;
  return html`<${Notice} kind="bad">
    <p>${problem.message}</p>
    ${retry && html`<${Button} onClick=${retry}>Try again<//>`}
  <//>`;
}

/** Without the server: what one can do nevertheless. */
export function Away() {
  const {away, home} = useHere();
  const online = useOnline();
  if (online && !away) return null;
  return html`<aside class="away" aria-label="Without a network"><${Notice}>
    <p>${online ? 'Earshot cannot be reached.' : 'You are offline.'} You can <a href="${home}/record">record</a>: it stays in this
      browser, and is sent once you are back.</p>
  <//></aside>`;
}

/** A place where there is nothing yet, and what to do about it. */
export function EmptyState({icon, title, children, action}) {
  return html`<div class="empty"><${Icon} name=${icon} size=${40} /><h2>${title}</h2><p>${children}</p>${action}</div>`;
}

/** A person's initials in one of four tones, always the same for the same person. */
export function Avatar({name, id, size = ''}) {
  const tone = [...String(id ?? name)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % 4;
  return html`<span class="avatar tone${tone} ${size}" aria-hidden="true">${initials(name)}</span>`;
}

/** An address, broken between lines where one would break it. */
export function Email({address}) {
  const [name, ...domain] = address.split('@');
  return html`${name}<wbr />@${domain.join('@')}`;
}

/** The round button that plays a track or pauses it. */
export function PlayButton({title, playing, onClick, big}) {
  return html`<button type="button" class="disc ${big ? 'big' : ''} ${playing ? 'on' : ''}"
    aria-label=${playing ? `Pause ${title}` : `Play ${title}`} onClick=${onClick}>
    <${Icon} name=${playing ? 'pause' : 'play'} size=${big ? 32 : 24} />
  </button>`;
}

const STATES = {awaiting_upload: 'Waiting for its upload', processing: 'Being processed', rejected: 'Not accepted'};

/** A track in a list; `more` is a button for what else can be done with it, `unnamed` where all are of the same speaker. */
export function TrackRow({track, href, speakerHref, unnamed, current, playing, progress, onPlay, more}) {
  const ready = track.status === 'ready';
  const published = track.published_at ?? track.created_at;
  return html`<li class="track ${current ? 'current' : ''}">
    ${ready
      ? html`<${PlayButton} title=${track.title} playing=${playing} onClick=${onPlay} />`
      : html`<span class="disc still"><${Icon} name=${track.status === 'rejected' ? 'alert' : 'activity'} /></span>`}
    <div>
      <h2><a href=${href} dir="auto">${track.title}</a></h2>
      <div class="details">
        <span class="whose">
          ${!unnamed && html`${speakerHref && track.speaker.member_id
            ? html`<a class="muted clip" href=${speakerHref} dir="auto">${track.speaker.name}</a>`
            : html`<span class="clip" dir="auto">${track.speaker.name}</span>`}
          <span aria-hidden="true">·</span>`}
          <time datetime=${published} title=${moment(published)}>${ago(published)}</time>
        </span>
        <${ForWhom} audience=${track.consent.audience} />
        <${TopicLinks} topics=${track.topics ?? []} most=${FEW_TOPICS} />
        ${!ready && html`<span class="tag ${track.status === 'rejected' ? 'bad' : ''}">${STATES[track.status]}</span>`}
        ${track.retired_at && html`<span class="tag">Retired</span>`}
        ${track.new_revision && html`<span class="tag">${track.new_revision.status === 'rejected' ? 'New recording not accepted' : 'New recording on its way'}</span>`}
      </div>
      ${!ready && track.reason && html`<p class="small">${track.reason}</p>`}
      <${Heard} ...${{progress}} />
    </div>
    ${ready && html`<span class="length numbers">
      <span aria-hidden="true">${clock(track.duration_ms)}</span><span class="aside">${spoken(track.duration_ms)}</span>
    </span>`}
    ${ready && more}
  </li>`;
}

/** The first `most` of some topics, each a link to everything of it that one may hear. */
export function TopicLinks({topics, most}) {
  const {home} = useHere();
  return topics.slice(0, most).map((topic) => html`<a class="tag topic-link" key=${topic}
    href="${home}/library?${new URLSearchParams({topic})}"><span class="clip" dir="auto">${topic}</span></a>`);
}

const FOR_WHOM = {me: 'Only me', group: 'Group', mentor: 'Mentor'};

/** That something is not for the whole workspace. */
export function ForWhom({audience}) {
  return FOR_WHOM[audience] ? html`<span class="tag"><${Icon} name="lock" size=${14} />${FOR_WHOM[audience]}</span>` : null;
}

/** How much of something was heard, as a thin line, or that it was. */
export function Heard({progress}) {
  if (!progress) return null;
  const completed = progress.completed ?? Boolean(progress.completed_at);
  if (completed) return html`<span class="heard-all"><${Icon} name="check" size=${16} />Heard</span>`;
  if (!progress.coverage) return null;
  const percent = Math.max(1, Math.round(progress.coverage * 100));
  return html`<span class="heard-part"><i style=${{width: `${percent}%`}} /><span class="aside">${percent} % heard</span></span>`;
}

/** Rows that keep the place of what is being loaded. */
export function GhostRows({rows = 5}) {
  return html`<ul class="list" aria-hidden="true">${Array.from({length: rows}, (_, i) => html`<li class="track" key=${i}>
    <span class="disc still"></span><div><div class="ghost"></div><div class="ghost short"></div></div>
  </li>`)}</ul>`;
}

/** A question in front of the page; the native dialog keeps the focus, closes with Escape and gives the focus back. */
export function Dialog({title, kind = '', onClose, children}) {
  const dialog = useRef();
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    return () => setTimeout(() => { // what asked may go together with the answer
      if (document.activeElement !== document.body) return;
      if (before?.isConnected) before.focus();
      else focusHeading();
    });
  }, []);
  return html`<dialog ref=${dialog} class=${kind} aria-labelledby=${id} onClose=${onClose}>
    <div class="stack"><h2 id=${id}>${title}</h2>${children}</div>
  </dialog>`;
}

/** A form in a dialog: what its last button does, beside the way out and whatever else there is `also` to do. */
export function DialogForm({label, doing = label, onSubmit, busy, problem, onClose, also, children, ...rest}) {
  return html`<form ...${rest} onSubmit=${(event) => { event.preventDefault(); onSubmit(); }}>
    ${children}
    <${Problem} ...${{problem}} />
    <div class="row">
      ${also}
      <${Button} onClick=${onClose}>Cancel<//>
      <${Button} kind="main" type="submit" ...${{busy}}>${busy ? doing : label}<//>
    </div>
  </form>`;
}

/** How far something has come, from 0 to 1; without a value it is under way. */
export function ProgressBar({label, value}) {
  const known = typeof value === 'number';
  const percent = known ? Math.round(value * 100) : undefined;
  return html`<div class="progress ${known ? '' : 'waiting'}" role="progressbar" aria-label=${label}
    aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent}>
    <div style=${known ? {width: `${percent}%`} : {}}></div>
  </div>`;
}

/** How many of something were left out, and a button for more. */
export function More({next, busy, onMore}) {
  return next ? html`<div class="row"><${Button} busy=${busy} onClick=${onMore}>${busy ? 'Loading…' : 'Show more'}<//></div>` : null;
}

/** How many characters are left, when few are: code points, as the server counts. */
function left(text, most) {
  const rest = most - [...text].length;
  if (rest < 0) return {problem: `${count(-rest, 'character')} too long.`};
  return rest <= FEW ? {hint: `${count(rest, 'character')} left.`} : {};
}
