/** Recording in the browser, and bringing files. */
import {html, useEffect, useRef, useState} from './preact.js';
import * as api from './api.js';
import {Button, Field, Notice, Page, PlayButton, Problem, Waveform, say} from './components.js';
import {Consent, keepConsent, lastConsent} from './consent.js';
import {Discard, Drafts} from './drafts.js';
import {Files} from './files.js';
import {clock, spoken} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';
import {Icon} from './icons.js';
import {outbox} from './outbox.js';
import {player} from './player.js';
import {PROMPTS} from './prompts.js';
import {useRecorder} from './studio.js';
import './library.js'; // where publishing leads, also when the line was lost meanwhile
import './track.js';

/** The page of a new track, or with `?track=` of a new recording of one's own. */
export function Record({query}) {
  const {url, home} = useHere();
  const trackId = query.get('track');
  const playlistId = query.get('playlist');
  const into = useLoaded(() => (playlistId ? api.get(`${url}/playlists/${playlistId}`) : null), [playlistId]);
  const anew = useLoaded(() => (trackId ? api.get(`${url}/tracks/${trackId}`) : null), [trackId]);
  const track = anew.value;
  if (trackId && !track) {
    return html`<${Page} title="Record anew"><${Problem} problem=${anew.problem} retry=${anew.reload} /><//>`;
  }
  return html`<${Page} key=${trackId} title=${track ? 'Record anew' : 'Record'}>
    ${track && html`<p>Takes the place of “<a href="${home}/track/${trackId}" dir="auto">${track.title}</a>”
      once it is ready. The link stays.</p>`}
    <${Problem} problem=${into.problem} retry=${into.reload} />
    ${into.value && html`<p>Goes into the playlist “<a href="${home}/playlist/${playlistId}" dir="auto">${into.value.title}</a>” as soon as it is ready.</p>`}
    <${Studio} ...${{track, playlistId}} draftId=${query.get('draft')} />
    <${Files} ...${{track, playlistId}} />
  <//>`;
}

function Prompt() {
  const [place, setPlace] = useState(() => Math.floor(Math.random() * PROMPTS.length));
  return html`<aside class="prompt" aria-label="A question to begin with">
    <blockquote aria-live="polite">${PROMPTS[place]}</blockquote>
    <${Button} kind="plain" onClick=${() => setPlace((place + 1) % PROMPTS.length)}>Another question<//>
  </aside>`;
}

const GOOD_MS = 5 * 60_000;
const BARS = 48;

const WORDS = {
  idle: 'One to five minutes are best.',
  asking: 'Allow the microphone to go on.',
  recording: 'Recording',
  paused: 'Paused',
  stopping: 'One moment',
  done: 'Listen before you send it.',
};
const ENDS = {
  lost: 'The microphone went away. What you said until then is here.',
  interrupted: 'Something interrupted the recording. What you said until then is here.',
  limit: 'This is as long as a track may be. What you said until then is here.',
  broken: 'The recording broke off. What you said until then is here.',
};

function Studio({track, playlistId, draftId}) {
  const recorder = useRecorder();
  const {state, elapsedMs, problem, unkept, take} = recorder;
  const {limits} = useHere();
  const told = useRef(false);
  const [asked, setAsked] = useState(false);
  const [discard, discarding] = useAction(async () => {
    await recorder.discard();
    setAsked(false);
  });
  useEffect(() => { if (state !== 'idle') say(WORDS[state]); }, [state]);
  useEffect(() => {
    if (!draftId) return;
    history.replaceState(null, '', location.hash.split('?')[0]); // once: a reload does not ask for it again
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
  return html`${state === 'idle' && html`<${Drafts} takeUp=${recorder.takeUp} />`}
  ${!take && html`<${Prompt} />`}
  <section class="card" aria-label="Recorder" ref=${section}>
    <div class="studio">
      ${take ? html`<${Listen} take=${take} />` : html`
        <div class="time" aria-hidden="true">${clock(elapsedMs)}</div>
        <p class="state ${state === 'recording' ? 'live' : ''}">${elapsedMs >= GOOD_MS && live
          ? 'Five minutes: a good place to end.' : WORDS[state]}</p>
        <${Level} on=${state === 'recording'} levels=${recorder.levels} />
        <${Stretch} elapsedMs=${elapsedMs} longestMs=${limits.track_ms} />
        <div class="controls">
          ${live ? html`<${Button} onClick=${state === 'paused' ? recorder.resume : recorder.pause}
            icon=${state === 'paused' ? 'record' : 'pause'}>${state === 'paused' ? 'Go on' : 'Pause'}<//>` : html`<span></span>`}
          <${Big} ...${{live}} busy=${state === 'asking' || state === 'stopping'} onClick=${live ? recorder.stop : recorder.start} />
          ${live && html`<${Button} onClick=${() => setAsked(true)}>Start over<//>`}
        </div>`}
    </div>
    <${Problem} problem=${problem} />
    ${unkept && html`<${Notice} kind="warn"><p>${unkept.message} Until it is sent, keep this page open.</p><//>`}
    ${take && ENDS[take.ended] && html`<${Notice}><p>${ENDS[take.ended]}</p><//>`}
    ${take && html`<${Send} key=${take.id} ...${{take, track, playlistId}} again=${() => setAsked(true)} />`}
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

function Level({on, levels}) {
  const shown = [...Array.from({length: BARS}, () => 0), ...levels].slice(-BARS);
  return html`<div class="level ${on ? 'on' : ''}" aria-hidden="true">
    ${shown.map((level, i) => html`<i key=${i} style=${{height: `${Math.max(6, Math.min(100, level * 100))}%`}} />`)}
  </div>`;
}

/** How much of ten minutes has passed, with a mark at five; of the longest track beyond that. */
function Stretch({elapsedMs, longestMs}) {
  const whole = elapsedMs > 2 * GOOD_MS ? longestMs : 2 * GOOD_MS;
  return html`<div class="stretch" aria-hidden="true">
    <div class="progress"><div style=${{width: `${Math.min(100, (elapsedMs / whole) * 100)}%`}} /></div>
    <span class="mark5" style=${{left: `${(GOOD_MS / whole) * 100}%`}} />
  </div>`;
}

function Listen({take}) {
  const audio = useRef();
  const [playing, setPlaying] = useState(false);
  const [positionMs, setPosition] = useState(0);
  useEffect(() => {
    const sound = new Audio(take.url);
    audio.current = sound;
    sound.onplay = () => setPlaying(true);
    sound.onpause = () => setPlaying(false);
    sound.ontimeupdate = () => setPosition(sound.currentTime * 1000);
    return () => { sound.pause(); sound.removeAttribute('src'); };
  }, [take.url]);
  const [toggle, {problem}] = useAction(() => {
    player.pause();
    return playing ? audio.current.pause() : audio.current.play();
  });
  const seek = (ms) => { audio.current.currentTime = ms / 1000; setPosition(ms); };
  return html`<p class="state">${WORDS.done}</p>
    <${Waveform} peaks=${take.peaks} durationMs=${take.durationMs} ...${{positionMs}} onSeek=${seek} label="Position in your recording" />
    <div class="row"><${PlayButton} big title="your recording" ...${{playing}} onClick=${toggle} />
      <span class="numbers muted"><span aria-hidden="true">${clock(positionMs)} / ${clock(take.durationMs)}</span>
        <span class="aside">${spoken(take.durationMs)} long</span></span></div>
    <${Problem} ...${{problem}} />`;
}

function Send({take, track, playlistId, again}) {
  const {workspace, limits, home} = useHere();
  const [title, setTitle] = useState(track?.title ?? '');
  const [consent, setConsent] = useState(() => lastConsent(workspace));
  const [tried, setTried] = useState(false);
  const wrong = tried && !title.trim() ? 'Give it a title that says what one learns.' : '';
  const [send, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (!title.trim()) return;
    if (!track) keepConsent(workspace, consent);
    await outbox.add({workspace, take, title, consent, track, playlistId});
    say('Your track is being sent.');
    location.hash = track ? `${home}/track/${track.track_id}` : playlistId ? `${home}/playlist/${playlistId}` : `${home}/library?speaker=me`;
  });
  return html`<form class="stack send" onSubmit=${(event) => { event.preventDefault(); send(); }}>
    ${!track && html`<${Field} label="Title" value=${title} onValue=${setTitle} dir="auto" ...${{wrong}} most=${limits.line_length} />
      <${Consent} value=${consent} onValue=${setConsent} />`}
    <${Problem} problem=${problem} />
    <div class="row">
      <${Button} type="submit" kind="main big" busy=${busy}>${busy ? 'Sending…' : 'Publish'}<//>
      <${Button} kind="big" onClick=${again}>Record again<//>
    </div>
  </form>`;
}
