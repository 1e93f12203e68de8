/** Recording in the browser, and bringing files. */
import {html, useEffect, useRef, useState} from './preact.js';
import * as api from './api.js';
import {Button, Notice, Page, Problem, say} from './components.js';
import {forGroup} from './consent.js';
import {cut, whole} from './cutting.js';
import {Discard, Drafts, withDraft} from './drafts.js';
import {Files} from './files.js';
import {clock, count} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';
import {Icon} from './icons.js';
import {Live} from './live.js';
import {PROMPTS} from './prompts.js';
import {Send} from './send.js';
import {useRecorder} from './studio.js';
import {LISTEN, Take} from './take.js';
import './library.js'; // where publishing leads, also when the line was lost meanwhile
import './track.js';

const GONE = 404;
const PLACES = ['track', 'playlist', 'group', 'round', 'question'];

/** The page of a new track, or with `?track=` of a new recording of one's own; another address is another page. */
export const Record = ({query}) => html`<${Recording} key=${String(query)} ...${{query}} />`;

function Recording({query}) {
  const {url, home} = useHere();
  const [trackId, ...asked] = PLACES.map((name) => query.get(name));
  const draftId = query.get('draft');
  const place = String(new URLSearchParams(PLACES.filter((name) => query.has(name)).map((name) => [name, query.get(name)])));
  const into = useDestination(...asked);
  const anew = useLoaded(() => (trackId ? api.get(`${url}/tracks/${trackId}`) : null), [trackId]);
  const track = anew.value;
  if (trackId && !track) {
    return html`<${Page} title="Record anew"><${Problem} problem=${anew.problem} retry=${anew.reload} />
      <${Elsewhere} ...${{draftId}} problem=${anew.problem} /><//>`;
  }
  return html`<${Page} key=${trackId} title=${track ? 'Record anew' : 'Record'}>
    ${track && html`<p>Takes the place of “<a href="${home}/track/${trackId}" dir="auto">${track.title}</a>”
      once it is ready. The link stays.</p>`}
    <${Problem} problem=${into.problem} retry=${into.problem?.status === GONE ? null : into.reload} />
    <${Elsewhere} ...${{draftId}} problem=${into.problem} />
    ${into.value && html`<${Goes} into=${into.value} />
      <${Studio} ...${{track, draftId, place}} into=${into.value} first=${Number(query.get('prompt')) || 0} />
      <${Files} ...${{track}} into=${into.value} />`}
  <//>`;
}

/** Where to take a draft whose place is not there any more. */
function Elsewhere({draftId, problem}) {
  const {home} = useHere();
  return draftId && problem?.status === GONE && html`<p>What it was recorded for is not there any more.
    <a href="${home}/${withDraft('', draftId)}">Listen to it, and publish it elsewhere</a></p>`;
}

/**
 * Where goes what is recorded: `{playlist, group, round, question, asked, consent, longestMs}`; `asked` are the questions beside
 * the recorder, `consent` with whom one starts where the place says it.
 */
function useDestination(playlistId, groupId, roundId, questionId) {
  const {url, workspace, limits} = useHere();
  return useLoaded(async () => {
    const playlist = playlistId && await api.get(`${url}/playlists/${playlistId}`);
    const theirs = groupId ?? playlist?.group_id;
    const group = theirs && await api.get(`${url}/groups/${theirs}`);
    const round = roundId && await api.get(`${url}/groups/${groupId}/rounds/${roundId}`);
    const question = questionId && (await api.get(`${url}/questions/${questionId}`)).question;
    const first = playlist?.expertise && playlist.owner.member_id === workspace.member_id && await api.get(`${url}/beginning`);
    return {
      playlist,
      group,
      topic: round?.topic ?? (question && [...question.text].slice(0, limits.line_length).join('').replaceAll(/\s+/gu, ' ')),
      round: round && {groupId, roundId},
      question,
      asked: [round?.topic, question?.text, playlist?.question, ...(group?.prompts ?? []), ...(first?.prompts ?? [])].filter(Boolean),
      consent: theirs ? forGroup(theirs) : null,
      longestMs: round ? limits.contribution_ms : limits.track_ms,
    };
  }, [url, playlistId, groupId, roundId, questionId]);
}

/** Where it goes, in a sentence. */
function Goes({into: {playlist, group, round, question, topic}}) {
  const {home} = useHere();
  const theirs = group && html`<a href="${home}/group/${group.group_id}" dir="auto">${group.purpose}</a>`;
  if (round) return html`<p>Answers “<bdi>${topic}</bdi>” in ${theirs}, as soon as it is ready. Only the people of this group hear it.</p>`;
  if (question) return html`<p>Answers “<a href="${home}/question/${question.question_id}" dir="auto">${question.text}</a>” as soon as it is ready.</p>`;
  if (playlist) {
    return html`<p>Goes into the playlist “<a href="${home}/playlist/${playlist.playlist_id}" dir="auto">${playlist.title}</a>” as soon as it is ready.</p>`;
  }
  return group ? html`<p>For the people of ${theirs}.</p>` : null;
}

/** A question to begin with: one of those asked here, or any. */
function Prompt({asked, first}) {
  const questions = asked.length ? asked : PROMPTS;
  const [place, setPlace] = useState(() => (asked.length ? first % asked.length : Math.floor(Math.random() * PROMPTS.length)));
  return html`<aside class="prompt" aria-label="A question to begin with">
    <blockquote aria-live="polite" dir="auto">${questions[place]}</blockquote>
    ${questions.length > 1 && html`<${Button} kind="plain" onClick=${() => setPlace((place + 1) % questions.length)}>Another question<//>`}
  </aside>`;
}

const GOOD_MS = 5 * 60_000;

const WORDS = {
  idle: 'One to five minutes are best.',
  asking: 'Allow the microphone to go on.',
  recording: 'Recording',
  paused: 'Paused',
  stopping: 'One moment',
  done: LISTEN,
};
const ENDS = {
  lost: 'The microphone went away. What you said until then is here.',
  interrupted: 'Something interrupted the recording. What you said until then is here.',
  limit: 'This is as long as it may be. What you said until then is here.',
  broken: 'The recording broke off. What you said until then is here.',
};

function Studio({track, into, place, draftId, first}) {
  const {longestMs} = into;
  const recorder = useRecorder({longestMs, place});
  const {state, elapsedMs, problem, unkept, take} = recorder;
  const [cuts, setCuts] = useState({}); // of each take: one that is recorded again begins whole
  const kept = take && (cuts[take.id] ?? whole(take));
  const setKept = (next) => setCuts({[take.id]: next});
  const told = useRef(false);
  const [asked, setAsked] = useState(false);
  const [discard, discarding] = useAction(async () => {
    await recorder.discard();
    setAsked(false);
  });
  useEffect(() => { if (state !== 'idle') say([ENDS[take?.ended], WORDS[state]].filter(Boolean).join(' ')); }, [state]);
  useEffect(() => {
    if (!draftId) return;
    history.replaceState(null, '', `${location.hash.split('?')[0]}${place && `?${place}`}`); // once: a reload does not ask for it again
    recorder.takeUp(draftId);
  }, []);
  useEffect(() => {
    if (state === 'idle') told.current = false;
    if (elapsedMs < GOOD_MS || told.current) return;
    told.current = true;
    say('Five minutes. A good place to come to an end; you can also go on.');
  }, [state, elapsedMs >= GOOD_MS]);
  const section = useRef();
  useFocusKept(section, Boolean(take));
  const live = state === 'recording' || state === 'paused';
  return html`${state === 'idle' && html`<${Drafts} takeUp=${recorder.takeUp} ...${{place}} />`}
  ${!take && html`<${Prompt} asked=${into.asked} first=${first} />`}
  <section class="card" aria-label="Recorder" ref=${section}>
    <div class="studio">
      ${take ? html`<${Take} key=${take.id} ...${{take, kept, setKept}} />` : html`
        <div class="time" aria-hidden="true">${clock(elapsedMs)}</div>
        <p class="state ${state === 'recording' ? 'live' : ''}">${elapsedMs >= GOOD_MS && live
          ? 'Five minutes: a good place to end.' : state === 'idle' && longestMs < GOOD_MS ? `Up to ${count(longestMs / 60_000, 'minute')}.` : WORDS[state]}</p>
        <${Live} ...${recorder} />
        <${Stretch} elapsedMs=${elapsedMs} ...${{longestMs}} />
        <div class="controls">
          ${live ? html`<${Button} onClick=${state === 'paused' ? recorder.resume : recorder.pause}
            icon=${state === 'paused' ? 'record' : 'pause'}>${state === 'paused' ? 'Go on' : 'Pause'}<//>` : html`<span></span>`}
          <${Big} ...${{live}} busy=${state === 'asking' || state === 'stopping'} onClick=${live ? recorder.stop : recorder.start} />
          ${live && html`<${Button} onClick=${() => setAsked(true)}>Start over<//>`}
        </div>`}
    </div>
    <${Problem} problem=${problem} />
    ${unkept && html`<${Notice} kind="warn"><p>${unkept.message} Until it is sent, keep this page open${take ? html`,
      or <a href=${take.url} download="My recording.mp3">save it as a file</a>` : ''}.</p><//>`}
    ${take && ENDS[take.ended] && html`<${Notice}><p>${ENDS[take.ended]}</p><//>`}
    ${take && html`<${Send} key=${take.id} ...${{track, into}} finished=${() => cut(take, kept)} again=${() => setAsked(true)} />`}
    ${asked && html`<${Discard} onClose=${() => setAsked(false)} ...${{discard}} ...${discarding} />`}
  </section>`;
}

/** When the recorder's parts change, the focus that stood on one of them goes on to the button that comes next. */
function useFocusKept(section, taken) {
  const before = useRef(taken);
  useEffect(() => {
    if (before.current === taken) return;
    before.current = taken;
    const {activeElement: active} = document;
    if (active === document.body || active.matches('h1')) section.current.querySelector('.disc, .recorder').focus();
  }, [taken]);
}

/** The one button that starts and stops; it stays where it is, and so does the focus. */
function Big({live, busy, onClick}) {
  return html`<button type="button" class="recorder" title=${live ? 'Stop' : 'Record'} aria-disabled=${busy ? 'true' : undefined}
    aria-label=${live ? 'Stop recording' : 'Start recording'} onClick=${() => busy || onClick()}>
    <${Icon} name=${live ? 'stop' : 'record'} size=${36} /></button>`;
}

/** How much of ten minutes has passed, with a mark at five; of the longest track beyond that. */
function Stretch({elapsedMs, longestMs}) {
  const whole = Math.min(longestMs, elapsedMs > 2 * GOOD_MS ? longestMs : 2 * GOOD_MS);
  return html`<div class="stretch" aria-hidden="true">
    <div class="progress"><div style=${{width: `${Math.min(100, (elapsedMs / whole) * 100)}%`}} /></div>
    ${whole > GOOD_MS && html`<span class="mark5" style=${{left: `${(GOOD_MS / whole) * 100}%`}} />`}
  </div>`;
}
