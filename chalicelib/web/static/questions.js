/** What was asked about a track or in a group, and asking something oneself, by name or anonymously. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, Choice, Field, GhostRows, More, Notice, Problem, say} from './components.js';
import {ago, clock, count, day, moment, spoken} from './formats.js';
import {useAction, useHere, useList} from './hooks.js';
import {Icon} from './icons.js';
import {usePlayback, usePlayer} from './playerbar.js';

/** The questions of a place, `…/tracks/{id}` or `…/groups/{id}`; with a `track` they are asked at its moments. */
export function Questions({place, track, words = 'Ask about it'}) {
  const [mayHide, setMayHide] = useState(false);
  const list = useList(async (after) => {
    const part = await api.get(`${place}/questions`, {after});
    setMayHide(part.may_ask_anonymously);
    return part;
  }, [place]);
  return html`<section class="section">
    <h2>Questions</h2>
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} rows=${1} />`}
    ${list.items?.length === 0 && html`<p class="muted">Nothing was asked yet. What would you like to know?</p>`}
    ${list.items && html`<ul class="list">${list.items.map((question) => html`<${Asked} key=${question.question_id} ...${{question, track}} />`)}</ul>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
    ${list.items && html`<${Ask} ...${{place, track, words, mayHide}} onAsked=${list.reload} />`}
  </section>`;
}

/** What was asked of the reader and nobody has answered; nothing where there is none. */
export function OpenQuestions() {
  const {url} = useHere();
  const list = useList((after) => api.get(`${url}/open-questions`, {after}), [url]);
  return html`<${Problem} problem=${list.problem} retry=${list.reload} />
    ${list.items?.length > 0 && html`<div class="stack"><h3>Open questions</h3>
      <ul class="list wide">${list.items.map((question) => html`<${Asked} key=${question.question_id} ...${{question}} />`)}</ul>
      <${More} next=${list.next} busy=${list.busy} onMore=${list.more} /></div>`}`;
}

/** Who asked, as far as that is known, and when. */
export function Asker({question}) {
  if (question.asked === 'anonymously') return html`Somebody asked · <time datetime=${question.asked_on}>${day(question.asked_on)}</time>`;
  return html`<bdi>${question.asker.name}</bdi> asked · <time datetime=${question.asked_at} title=${moment(question.asked_at)}>${ago(question.asked_at)}</time>`;
}

function Asked({question, track}) {
  const {home} = useHere();
  const {text, at_ms: atMs, answer_count: answers} = question;
  return html`<li class="happening">
    <${AskerFace} ...${{question}} />
    <div>
      <p class="said" dir="auto"><a href="${home}/question/${question.question_id}">${text}</a></p>
      <p class="small muted"><${Asker} ...${{question}} />
        ${' · '}${answers ? count(answers, 'answer') : 'no answer yet'}</p>
      ${track && atMs !== null && html`<${Moment} ...${{track, atMs}} />`}
    </div>
  </li>`;
}

/** A face, or the sign for one that nobody knows. */
export function AskerFace({question}) {
  if (question.asked === 'anonymously') return html`<span class="disc still"><${Icon} name="lock" /></span>`;
  return html`<${Avatar} name=${question.asker.name} id=${question.asker.member_id} />`;
}

/** A moment of a track, to go to. */
export function Moment({track, atMs}) {
  const {seek} = usePlayback(track);
  return html`<${Button} kind="plain" icon="play" label="Play from ${spoken(atMs)}" onClick=${() => seek(atMs)}>${clock(atMs)}<//>`;
}

function Ask({place, track, words, mayHide, onAsked}) {
  const {limits} = useHere();
  const {loaded} = usePlayback(track ?? {});
  const positionMs = usePlayer((state) => (loaded ? state.positionMs : 0));
  const [text, setText] = useState('');
  const [here, setHere] = useState(true);
  const [hidden, setHidden] = useState(false);
  const [tried, setTried] = useState(false);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [told, setTold] = useState('');
  const atMs = track && here && positionMs >= 1000 ? Math.floor(positionMs) : null;
  const [ask, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (!text.trim()) return;
    const asked = await api.post(`${place}/questions`, {text, anonymous: hidden && mayHide, ...(track ? {at_ms: atMs} : {})}, {key});
    setText('');
    setTried(false);
    setKey(crypto.randomUUID());
    const sentence = asked.status === 'waiting'
      ? `It will stand here from ${moment(asked.published_at)} on, among the others of the day. Nobody is told who asked.`
      : 'Your question was asked.';
    setTold(asked.status === 'waiting' ? sentence : '');
    say(sentence);
    await onAsked();
  });
  return html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); ask(); }}>
    <${Field} as="textarea" label=${words} value=${text} onValue=${setText} dir="auto" most=${limits.question_length}
      wrong=${tried && !text.trim() ? 'Write your question first.' : ''} />
    ${track && positionMs >= 1000 && html`<${Choice} label="About this moment, ${clock(positionMs)}" checked=${here} onChange=${() => setHere(!here)} />`}
    ${mayHide && html`<${Choice} label="Ask anonymously" checked=${hidden} onChange=${() => setHidden(!hidden)}
      hint="Nothing that is kept with the question tells who asked. It appears together with the others of the day." />`}
    <${Problem} problem=${problem} />
    ${told && html`<${Notice} kind="good"><p>${told}</p><//>`}
    <${Button} type="submit" busy=${busy}>${busy ? 'Asking…' : 'Ask'}<//>
  </form>`;
}
