/** The learning loop through a playlist: four quarters of a ring, for oneself alone. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Act} from './colleagues.js';
import {Button, Field, Notice, Problem, say} from './components.js';
import {ago, listed, moment} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';
import {useHeard} from './ways.js';

const QUARTERS = ['Gained', 'Tried', 'Feedback', 'Reflected'];
const RADIUS = 20;
const TURN = 2 * Math.PI * RADIUS;
const GAP = 3;

/** One's loop through a playlist; `live` are its entries. */
export function Loop({place, live}) {
  const {value: loop, problem, reload, set} = useLoaded(async () => {
    const found = await api.get(`${place}/loop`);
    return found.may_gain && !found.gained_at ? api.put(`${place}/loop/gain`) : found;
  }, [place]);
  useHeard(reload);
  if (!loop) return html`<${Problem} ...${{problem}} retry=${reload} />`;
  return html`<section class="section">
    <h2>Make it yours</h2>
    <div class="place row"><${Ring} full=${reached(loop)} /><p class="muted">Hear it, try it, talk about it, look back, in any order.${" "}
      ${loop.mentor_sees ? 'Your mentor sees which quarters are full, and nothing that you write.' : 'Only you see this.'}</p></div>
    ${loop.asks && html`<${Used} ...${{place, set}} />`}
    <${Gain} ...${{loop}} />
    <${Noted} ...${{place, reload, set}} note=${loop.applied} path="application" words="I tried it" label="What did you try, and what happened?"
      done="You tried it" gone="It counts as not tried." />
    <p>${loop.feedback_at ? html`<strong>Feedback.</strong> You gave or got some ${ago(loop.feedback_at)}.`
      : html`<strong>Feedback.</strong> <span class="muted">Ask for it on one of your tracks, or give it where a speaker asks.</span>`}</p>
    <${Noted} ...${{place, reload, set}} note=${loop.reflected} path="reflection" words="Look back" label="What will you keep from it?"
      done=${loop.taught_back ? 'You taught it back' : 'You looked back'} gone="Your note was taken back."
      speakers=${live.filter(({state, speaker, playable}) => state === 'live' && playable !== false && speaker)} />
  <//>`;
}

const reached = ({gained_at: gained, applied, feedback_at: feedback, reflected}) => [gained, applied, feedback, reflected].map(Boolean);

/** Which of the four quarters are full. */
export function Ring({full}) {
  const words = QUARTERS.filter((_, place) => full[place]);
  return html`<svg class="ring" viewBox="0 0 48 48" width="64" height="64" role="img"
    aria-label=${words.length ? `Reached: ${listed(words)}` : 'No quarter reached yet'}>
    ${QUARTERS.map((name, place) => html`<circle key=${name} class=${full[place] ? 'full' : ''} cx="24" cy="24" r=${RADIUS}
      stroke-dasharray="${TURN / 4 - GAP} ${TURN * 3 / 4 + GAP}" transform="rotate(${place * 90 - 86} 24 24)" />`)}
  </svg>`;
}

function Gain({loop}) {
  const percent = Math.floor(loop.coverage * 100);
  return html`<p><strong>Gain.</strong> ${loop.gained_at ? 'You have heard enough of it.'
    : html`<span class="muted">You have heard ${percent} % of it; 90 % is enough.</span>`}</p>`;
}

/** Asked 7 and 30 days later. */
function Used({place, set}) {
  const answer = (used) => async () => {
    set(await api.put(`${place}/loop/use`, {used}));
    say(used ? 'Those who spoke hear that it was of use.' : 'Thank you for saying so.');
  };
  return html`<${Notice}><p>Did you use it?</p>
    <div class="row"><${Act} kind="main" words="Yes, I used it" act=${answer(true)} /><${Act} words="Not yet" act=${answer(false)} /></div><//>`;
}

/** A stage that is a note: what one wrote, or the place to write it. */
function Noted({place, reload, set, note, path, words, label, done, gone, speakers = []}) {
  const [open, setOpen] = useState(false);
  const takeBack = async () => {
    await api.del(`${place}/loop/${path}`);
    await reload();
    say(gone);
  };
  if (note && !open) {
    return html`<div class="stack"><p><strong>${done}</strong> <time class="small muted" datetime=${note.at} title=${moment(note.at)}>${ago(note.at)}</time></p>
      ${note.text && html`<p class="said" dir="auto">${note.text}</p>`}
      ${note.title && html`<p dir="auto">${note.title}</p>`}
      <div class="row"><${Button} kind="plain" onClick=${() => setOpen(true)}>Write it anew<//><${Act} kind="plain" words="Take it back" act=${takeBack} /></div></div>`;
  }
  if (!open) return html`<div><${Button} onClick=${() => setOpen(true)}>${words}<//></div>`;
  return html`<${Write} ...${{place, set, path, label, speakers}} first=${note?.text ?? ''} onClose=${() => setOpen(false)} />`;
}

function Write({place, set, path, label, speakers, first, onClose}) {
  const {limits, workspace} = useHere();
  const [text, setText] = useState(first);
  const [to, setTo] = useState('');
  const [tried, setTried] = useState(false);
  const [send, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (!text.trim()) return;
    set(await api.put(`${place}/loop/${path}`, {text, ...(to ? {teach_back_to: to} : {})}));
    say('Your note was kept.');
    onClose();
  });
  const others = speakers.filter(({speaker: {member_id: id}}) => id && id !== workspace.member_id);
  return html`<form class="card stack" onSubmit=${(event) => { event.preventDefault(); send(); }}>
    <${Field} as="textarea" ...${{label}} value=${text} onValue=${setText} dir="auto" most=${limits.loop_note_length}
      wrong=${tried && !text.trim() ? 'Write something first.' : ''} />
    ${others.length > 0 && html`<${Field} as="select" label="For" value=${to} onValue=${setTo}>
      <option value="">Myself alone</option>
      ${others.map(({track_id: id, title, speaker}) => html`<option key=${id} value=${id}>${speaker.name}, to teach back “${title}”</option>`)}
    <//>`}
    <${Problem} problem=${problem} />
    <div class="row"><${Button} type="submit" kind="main" busy=${busy}>${busy ? 'Keeping…' : 'Keep it'}<//><${Button} kind="plain" onClick=${onClose}>Not now<//></div>
  </form>`;
}
