/** One question: what was answered, and answering it. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, EmptyState, Field, GhostRows, Page, Problem, TrackRow, say} from './components.js';
import {Act} from './colleagues.js';
import {ago, moment} from './formats.js';
import {useAction, useHere, useList, useLoaded} from './hooks.js';
import {usePlayback} from './playerbar.js';
import {QueueMenu} from './queuemenu.js';
import {Asker, AskerFace, Moment} from './questions.js';
import {HiddenForNow, Report} from './report.js';
import {Waiting, useArrivals, useOutbox} from './waiting.js';

/** The page of a question. */
export function QuestionPage({id}) {
  const {url, home, workspace} = useHere();
  const place = `${url}/questions/${id}`;
  const {value, problem, reload} = useLoaded(() => api.get(place), [place]);
  const own = useOwn(id);
  const sending = useOutbox().filter((item) => item.questionId === id);
  useArrivals(sending, reload);
  if (!value) {
    return html`<${Page} key="before" title=${problem ? 'This question cannot be opened' : html`<span class="aside">Question</span>`} tab="Question">
      ${problem?.status === 404
        ? html`<${EmptyState} icon="question" title="It is not here" action=${html`<${Button} kind="main" href="${home}/questions">To your questions<//>`}>
            Who asked it may have deleted it, or it is not for you to open.<//>`
        : html`<${Problem} ...${{problem}} retry=${reload} />`}
      ${!problem && html`<${GhostRows} />`}
    <//>`;
  }
  const {question, answers} = value;
  const mine = Boolean(own) || question.asker?.member_id === workspace.member_id;
  const remove = async () => {
    await api.del(place);
    say('The question was deleted.');
    location.hash = question.track_id ? `${home}/track/${question.track_id}` : `${home}/group/${question.group_id}`;
  };
  return html`<${Page} key="question" title=${question.text} tab="Question" lines="whole-title"
    above=${html`<${Where} ...${{question}} />`}>
    <div class="by"><${AskerFace} ...${{question}} /><div class="small muted"><${Asker} ...${{question}} /></div></div>
    ${mine && html`<div><${Act} kind="plain" words="Delete my question" act=${remove} /></div>`}
    <section class="section">
      <h2>Answers</h2>
      ${answers.length === 0 && html`<p class="muted">No answer yet.</p>`}
      <ul class="list">${answers.map((answer) => html`<${Answered} key=${answer.answer_id}
        ...${{answer, question, place, mine, reload}} token=${own?.token} trackId=${question.track_id} />`)}</ul>
      <${Waiting} items=${sending} open />
    </section>
    <${Answer} ...${{question, place, reload}} />
  <//>`;
}

/** What one has asked oneself, if it is this question: with its token where it was anonymous; null otherwise. */
function useOwn(id) {
  const {url, limits} = useHere();
  const {value} = useLoaded(async () => {
    let part = {};
    let found;
    do {
      part = await api.get(`${url}/questions`, {limit: limits.page_size, after: part.next});
      found = part.items.find((asked) => asked.question.question_id === id);
    } while (!found && part.next);
    return found ?? null;
  }, [url, id]);
  return value;
}

/** The track or the group that it was asked in. */
function Where({question}) {
  const {url, home} = useHere();
  const {track_id: trackId, group_id: groupId, at_ms: atMs} = question;
  const {value} = useLoaded(() => api.get(trackId ? `${url}/tracks/${trackId}` : `${url}/groups/${groupId}`), [url, trackId, groupId]);
  if (!value) return null;
  return html`<p class="small row where">${trackId
    ? html`<span>About <a href="${home}/track/${trackId}" dir="auto">${value.title}</a></span>
      ${atMs !== null && value.status === 'ready' && html`<${Moment} track=${value} atMs=${atMs} />`}`
    : html`<span>In <a href="${home}/group/${groupId}" dir="auto">${value.purpose}</a></span>`}</p>`;
}

function Answered({answer, question, place, mine, token, reload, trackId}) {
  const {workspace} = useHere();
  const {answer_id: id, answerer, text, track, helped} = answer;
  const own = answerer.member_id === workspace.member_id;
  const mark = async () => {
    await api.put(`${place}/answers/${id}/helped`, {helped: !helped, ...(token ? {token} : {})});
    await reload();
    say(helped ? 'Taken back.' : 'Marked as what helped.');
  };
  const takeBack = async () => {
    await api.del(`${place}/answers/${id}`);
    await reload();
    say('Your answer was taken back.');
  };
  return html`<li class="happening">
    <${Avatar} name=${answerer.name} id=${answerer.member_id} />
    <div class="stack">
      <p class="small muted"><bdi>${answerer.name}</bdi> · <time datetime=${answer.answered_at} title=${moment(answer.answered_at)}>${ago(answer.answered_at)}</time>
        ${helped && html`${' '}<span class="tag">This helped</span>`}</p>
      ${text && html`<p class="said" dir="auto">${text}</p>`}
      ${track && html`<${Spoken} id=${track.track_id} />`}
      ${!text && !track && html`<p class="muted">This was taken back.</p>`}
      <${HiddenForNow} hidden=${answer.hidden} />
      <div class="row">
        ${mine && html`<${Act} kind="plain" words=${helped ? 'It did not help after all' : 'This helped'} act=${mark} />`}
        ${track && trackId && html`<${Place} ...${{place, id}} />`}
        ${own
          ? html`<${Act} kind="plain" words="Take it back" act=${takeBack} />`
          : html`<${Report} thing=${{kind: 'answer', question_id: question.question_id, answer_id: id}} label="Report what ${answerer.name} answered" inGroup=${Boolean(question.group_id)} />`}
      </div>
    </div>
  </li>`;
}

function Spoken({id}) {
  const {url} = useHere();
  const {value, problem, reload} = useLoaded(() => api.get(`${url}/tracks/${id}`), [url, id]);
  return value ? html`<ul class="list wide"><${SpokenRow} track=${value} /></ul>` : html`<${Problem} ...${{problem}} retry=${reload} />`;
}

function SpokenRow({track}) {
  const {home} = useHere();
  const {loaded, playing, press} = usePlayback(track);
  return html`<${TrackRow} href="${home}/track/${track.track_id}" ...${{track, playing}} current=${loaded} onPlay=${press} more=${html`<${QueueMenu} ...${{track}} />`} />`;
}

/** Put a voice answer into one of one's playlists, behind the track that it explains. */
function Place({place, id}) {
  const {url, limits} = useHere();
  const [open, setOpen] = useState(false);
  const list = useList((after) => (open ? api.get(`${url}/playlists`, {mine: true, limit: limits.page_size, after}) : {items: []}), [url, open]);
  const [chosen, setChosen] = useState('');
  const [put, {busy, problem}] = useAction(async () => {
    await api.post(`${place}/answers/${id}/entries`, {playlist_id: chosen || list.items[0].playlist_id});
    setOpen(false);
    say('It stands in the playlist, right behind the track that it explains.');
  });
  if (!open) return html`<${Button} kind="plain" onClick=${() => setOpen(true)}>Put it behind the track in a playlist…<//>`;
  return html`<form class="row wide" onSubmit=${(event) => { event.preventDefault(); put(); }}>
    ${list.items?.length === 0 && html`<p class="muted">You have no playlist yet.</p>`}
    ${list.items?.length > 0 && html`<${Field} as="select" label="Playlist of mine" value=${chosen} onValue=${setChosen}>
      ${list.items.map(({playlist_id: one, title}) => html`<option key=${one} value=${one}>${title}</option>`)}<//>
      <${Button} type="submit" busy=${busy}>${busy ? 'Adding…' : 'Add'}<//>`}
    <${Problem} problem=${problem ?? list.problem} />
  </form>`;
}

function Answer({question, place, reload}) {
  const {home, limits} = useHere();
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [send, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (!text.trim()) return;
    await api.post(`${place}/answers`, {text}, {key});
    setText('');
    setTried(false);
    setKey(crypto.randomUUID());
    await reload();
    say('Your answer was sent.');
  });
  const group = question.group_id ? `&group=${question.group_id}` : '';
  return html`<section class="card stack" aria-labelledby="answer">
    <h2 id="answer">Your answer</h2>
    <${Button} kind="main" icon="record" href="${home}/record?question=${question.question_id}${group}">Say it<//>
    <form class="stack wide" onSubmit=${(event) => { event.preventDefault(); send(); }}>
      <${Field} as="textarea" label="Or write it" value=${text} onValue=${setText} dir="auto" most=${limits.answer_length}
        wrong=${tried && !text.trim() ? 'Write something first.' : ''} />
      <${Problem} problem=${problem} />
      <${Button} type="submit" busy=${busy}>${busy ? 'Sending…' : 'Send'}<//>
    </form>
  </section>`;
}
