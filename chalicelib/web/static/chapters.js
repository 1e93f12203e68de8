/** Where what begins in a track: to go to; and for its speaker to say. */
import {html, useRef, useState} from './preact.js';
import * as api from './api.js';
import {Button, Field, Problem, say} from './components.js';
import {clock, msOf} from './formats.js';
import {changeTogether, useAction, useHere} from './hooks.js';
import {usePlayback, usePlayer} from './playerbar.js';

const LINE = /^(\d{1,3}(?::[0-5]\d){1,2})(?:\.(\d{1,3}))?\s+(\S.*)$/u;

/** Chapters as lines that `read` reads: `1:30 Objections`. */
export function written(chapters) {
  const place = (ms) => clock(ms) + (ms % 1000 ? `.${String(ms % 1000).padStart(3, '0')}` : '');
  return chapters.map((chapter) => `${place(chapter.at_ms)} ${chapter.title}`).join('\n');
}

/** The chapters that lines say, or what is wrong with them. */
export function read(text, {chapters: most, chapter_length: longest}) {
  const chapters = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (!line.trim()) continue;
    const [, at, fraction = '', title = ''] = LINE.exec(line.trim()) ?? [];
    if (!title) return {wrong: `Line ${i + 1} cannot be read: begin it with a time, then a space and a title, such as “1:30 Objections”.`};
    if ([...title].length > longest) return {wrong: `The title in line ${i + 1} is too long: ${longest} characters at most.`};
    chapters.push({at_ms: msOf(at) + Number(fraction.padEnd(3, '0')), title});
  }
  return chapters.length > most ? {wrong: `These are ${chapters.length} chapters; a track has ${most} at most.`} : {chapters};
}

/** The part of a track's page; nothing where there are none and the reader is not its speaker. */
export function Chapters({track, place, mine, set}) {
  const [writing, setWriting] = useState(false);
  const heading = useRef();
  const {chapters} = track;
  if (!chapters.length && !mine) return null;
  const leave = () => { setWriting(false); heading.current.focus(); };
  return html`<section class="section" aria-labelledby="chapters-heading">
    <h2 id="chapters-heading" tabindex="-1" ref=${heading}>Chapters</h2>
    ${writing && html`<${Write} ...${{track, place, set, leave}} />`}
    ${!writing && chapters.length > 0 && html`<${Places} track=${track} />`}
    ${!writing && !chapters.length && html`<p class="muted">Say where what begins; then colleagues go straight to what they look for.</p>`}
    ${!writing && mine && html`<div class="row"><${Button} onClick=${() => setWriting(true)}>${chapters.length ? 'Edit chapters' : 'Add chapters'}<//></div>`}
  </section>`;
}

/** The chapters, to go to. */
export function Places({track}) {
  const {loaded, seek} = usePlayback(track);
  const current = usePlayer((state) => (loaded ? track.chapters.findLastIndex((chapter) => chapter.at_ms <= state.positionMs) : -1));
  return html`<ol class="chapters">
    ${track.chapters.map((chapter, i) => html`<li><button type="button" class="cue" aria-current=${i === current ? 'true' : undefined}
      onClick=${() => seek(chapter.at_ms)}>
      <span class="numbers small muted">${clock(chapter.at_ms)}</span>
      <span dir="auto">${chapter.title}</span>
    </button></li>`)}
  </ol>`;
}

function Write({track, place, set, leave}) {
  const {limits} = useHere();
  const [text, setText] = useState(written(track.chapters));
  const [tried, setTried] = useState(false);
  const {chapters, wrong} = read(text, limits);
  const [save, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (wrong) return;
    set(await changeTogether(() => api.put(`${place}/chapters`, {chapters}, {version: track.version}), set));
    say(chapters.length ? 'The chapters were saved.' : 'The chapters were removed.');
    leave();
  });
  return html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); save(); }}>
    <${Field} as="textarea" label="What begins where" value=${text} onValue=${setText} dir="auto" rows="6" spellcheck="true"
      hint="One line each: a time and a title, such as “1:30 Objections”. Without a line there are no chapters."
      wrong=${tried ? wrong : ''} />
    <${Problem} problem=${problem} />
    <div class="row">
      <${Button} type="submit" kind="main" busy=${busy}>${busy ? 'Saving…' : 'Save chapters'}<//>
      <${Button} kind="plain" onClick=${leave}>Leave it<//>
    </div>
  </form>`;
}
