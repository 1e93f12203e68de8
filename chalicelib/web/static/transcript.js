/** What is said in a track: to read, to follow while it plays, to go to; and for its speaker to write. */
import {html, useEffect, useRef, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, Field, Notice, Problem, say} from './components.js';
import {clock} from './formats.js';
import {changeTogether, useAction, useHere, useLoaded} from './hooks.js';
import {usePlayback, usePlayer} from './playerbar.js';

const HANDS_OFF_MS = 5_000; // whoever scrolls by themselves is left alone for so long
const ABOVE = 0.3; // how far down its box the line stands that is being said
const STEPS = {ArrowUp: -1, ArrowDown: 1};
const FILES = '.vtt,.txt,text/vtt,text/plain';

/** The part of a track's page; nothing where there is no transcript and the reader is not its speaker. */
export function Transcript({track, place, mine, set, progress}) {
  const {transcript} = track;
  const loaded = useLoaded(async () => (transcript ? api.get(`${place}/transcript`) : null), [place, transcript?.revision, transcript?.kind]);
  const [writing, setWriting] = useState(false);
  const heading = useRef();
  if (!transcript && !mine) return null;
  const earlier = transcript && transcript.revision !== track.revision;
  const changed = (after, view) => {
    set(after);
    loaded.set(view);
    setWriting(false);
    heading.current.focus();
  };
  return html`<section class="section" aria-labelledby="transcript-heading">
    <h2 id="transcript-heading" tabindex="-1" ref=${heading}>Transcript</h2>
    <${Problem} problem=${loaded.problem} retry=${loaded.reload} />
    ${earlier && html`<${Notice}><p>This is what you said in your earlier recording; only you see it. Look whether it still holds,
      change what does not, and save it for the new one.</p><//>`}
    ${!transcript && !writing && html`<p class="muted">Nobody can read this track yet. Write down what you say, paste it, or pick a
      WebVTT file that another program made: then colleagues can read along and go to any sentence.</p>`}
    ${loaded.value && !writing && html`<${Read} key=${loaded.value.version} ...${{track, earlier, progress}} said=${loaded.value} />`}
    ${mine && !writing && (!transcript || loaded.value) && html`<div class="row">
      <${Button} onClick=${() => setWriting(true)}>${earlier ? 'Look through it' : transcript ? 'Edit' : 'Add a transcript'}<//>
      ${transcript && html`<${Remove} ...${{track, place, changed}} />`}
    </div>`}
    ${writing && html`<${Write} ...${{track, place, set, changed}} text=${loaded.value?.text ?? ''} onLeave=${() => { setWriting(false); heading.current.focus(); }} />`}
  </section>`;
}

/** What is said, to read along. */
export function Read({track, said, earlier, progress}) {
  return html`<div class="transcript" role="region" aria-label="What is said" tabindex="0" lang=${said.language}>
    ${said.kind === 'webvtt' ? html`<${Cues} ...${{track, earlier}} cues=${said.cues} />` : said.paragraphs.map((text) => html`<p class="said" dir="auto">${text}</p>`)}
    ${!earlier && html`<${ReadToTheEnd} ...${{track, progress}} />`}
  </div>`;
}

/** Lines to press, of which one stands in the order of Tab; up and down lead to the others. */
function Cues({track, cues, earlier}) {
  const {loaded, playing, seek} = usePlayback(track);
  const current = usePlayer((state) => (loaded && !earlier ? cues.findLastIndex((cue) => cue.from_ms <= state.positionMs) : -1));
  const [at, setAt] = useState(0);
  const list = useRef();
  const touched = useRef(0);
  const hands = () => { touched.current = Date.now(); };
  useEffect(() => {
    const row = list.current.children[current];
    if (!row || !playing || Date.now() - touched.current < HANDS_OFF_MS) return;
    const box = list.current.parentElement;
    box.scrollTop = row.offsetTop - box.clientHeight * ABOVE;
    setAt(current);
  }, [current, playing]);
  const move = (event) => {
    hands();
    if (event.shiftKey) return;
    const at = [...list.current.children].indexOf(event.target.closest('li'));
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? cues.length - 1 : at + STEPS[event.key];
    const button = list.current.children[to]?.querySelector('button');
    if (!button) return;
    event.preventDefault();
    setAt(to);
    button.focus();
  };
  return html`<ol ref=${list} class="cues" onWheel=${hands} onTouchMove=${hands} onKeyDown=${move}>
    ${cues.map((cue, i) => html`<li><button type="button" class="cue" tabindex=${i === at ? 0 : -1} disabled=${earlier}
      aria-current=${i === current ? 'true' : undefined} onClick=${() => { setAt(i); seek(cue.from_ms); }}>
      <span class="numbers small muted">${clock(cue.from_ms)}</span>
      <span dir="auto">${cue.voice && cue.voice !== cues[i - 1]?.voice && html`<strong><bdi>${cue.voice}</bdi></strong>${' '}`}${cue.text}</span>
    </button></li>`)}
  </ol>`;
}

/** At the end of what there is to read: it counts as known then. */
function ReadToTheEnd({track, progress}) {
  const {url} = useHere();
  const [done, {busy, problem}] = useAction(async () => {
    progress.set(await api.put(`${url}/progress/${track.track_id}/completion`, {revision: track.revision, source: 'transcript'}));
    say('It counts as known.');
  });
  if (!progress.value) return null;
  return html`<div class="row">
    ${progress.value.completed_at
      ? html`<span class="small muted">This is its end.</span>`
      : html`<span class="small muted">This is its end.</span><${Button} kind="plain" busy=${busy} onClick=${done}>I have read it<//>`}
    <${Problem} problem=${problem} />
  </div>`;
}

function Write({track, place, set, text: before, changed, onLeave}) {
  const {limits} = useHere();
  const [text, setText] = useState(before);
  const [tried, setTried] = useState(false);
  const input = useRef();
  const [pick, picking] = useAction(async (file) => {
    if (file.size > 4 * limits.transcript_length) throw new Error(`“${file.name}” is too large for a transcript.`);
    setText(await file.text());
    say(`${file.name} was read.`);
  });
  const [save, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (!text.trim()) return;
    const view = await changeTogether(() => api.put(`${place}/transcript`, {text}, {version: track.version}), set);
    say('The transcript was saved.');
    changed({...track, version: view.version, transcript: {kind: view.kind, revision: view.revision}}, view);
  });
  return html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); save(); }}>
    <${Field} as="textarea" label="What is said" value=${text} onValue=${setText} dir="auto" rows="12" most=${limits.transcript_length} spellcheck="true"
      hint="Plain text with empty lines between paragraphs; or WebVTT, which has times. Whoever may hear the track can read it, by a public link people outside, too."
      wrong=${tried && !text.trim() ? 'Write what is said first.' : ''} />
    <${Problem} problem=${picking.problem ?? problem} />
    <div class="row pick-file">
      <${Button} type="submit" kind="main" busy=${busy}>${busy ? 'Saving…' : 'Save transcript'}<//>
      <input ref=${input} type="file" accept=${FILES} tabindex="-1" aria-label="Transcript file"
        onChange=${(event) => { const [file] = event.currentTarget.files; event.currentTarget.value = ''; if (file) pick(file); }} />
      <${Button} icon="file" onClick=${() => input.current.click()}>Pick a file<//>
      <${Button} kind="plain" onClick=${onLeave}>Leave it<//>
    </div>
  </form>`;
}

function Remove({track, place, changed}) {
  const [asked, setAsked] = useState(false);
  const [remove, {busy, problem}] = useAction(async () => {
    await api.del(`${place}/transcript`);
    const after = await api.get(place);
    setAsked(false);
    say('The transcript was removed.');
    changed(after, null);
  });
  return html`<${Button} kind="danger" onClick=${() => setAsked(true)}>Remove…<//>
    ${asked && html`<${Dialog} title="Remove this transcript?" onClose=${() => setAsked(false)}>
      <p>Nobody can read “<span dir="auto">${track.title}</span>” any more; its audio stays. This cannot be undone.</p>
      <${Problem} problem=${problem} />
      <div class="row">
        <${Button} onClick=${() => setAsked(false)}>Keep it<//>
        <${Button} kind="danger main" busy=${busy} onClick=${remove}>${busy ? 'Removing…' : 'Remove'}<//>
      </div>
    <//>`}`;
}
