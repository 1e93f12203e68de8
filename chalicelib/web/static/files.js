/** Bringing files: picked or dropped, one or many, each with its own row. */
import {html, useEffect, useRef, useState} from './preact.js';
import {MoreAbout, described, newAbout} from './about.js';
import {Button, Field, Notice, ProgressBar, say} from './components.js';
import {Consent, keepConsent, lastConsent} from './consent.js';
import {prepare} from './convert.js';
import {IntoPlaylist} from './destination.js';
import {clock, count, isBlank, size, titleOf} from './formats.js';
import {useAction, useHere} from './hooks.js';
import {Icon} from './icons.js';
import {outbox} from './outbox.js';
import {isFree} from './send.js';
import {Waiting, useOutbox} from './waiting.js';

const STEPS = {waiting: 'Waits for its turn', reading: 'Being read', measuring: 'Being measured', converting: 'Being converted to MP3'};
const SOUND = 'audio/*,video/webm,.mp3,.m4a,.wav,.flac,.ogg,.opus,.aiff,.aif';

/**
 * Files on their way into takes, one after the other: `{files, add, change, leave, want, taken}`. A file is
 * `{id, file, title, about, step, progress, take, problem}`; `step` is waiting, reading, measuring or converting; `taken(id)` gives its take, null where there is none.
 * The takes that somebody has said to `want(ids)` are made also when the page is left meanwhile.
 */
function useFiles({track, one, workspace, limits}) {
  const [files, setFiles] = useState([]);
  const stops = useRef(new Map());
  const last = useRef(Promise.resolve());
  const takes = useRef(new Map());
  const wanted = useRef(new Set());
  useEffect(() => () => { for (const [id, stop] of stops.current) if (!wanted.current.has(id)) stop.abort(); }, []);
  const change = (id, changes) => setFiles((all) => all.map((file) => (file.id === id ? {...file, ...changes} : file)));
  const leave = (id) => {
    stops.current.get(id)?.abort();
    stops.current.delete(id);
    takes.current.delete(id);
    setFiles((all) => all.filter((file) => file.id !== id));
  };
  const prepareOne = async ({id, file}) => {
    const {signal} = stops.current.get(id) ?? {};
    if (!signal) return null;
    try {
      const take = await prepare(file, {limits, signal, onStep: (step) => change(id, {step}), onProgress: (progress) => change(id, {progress})});
      change(id, {take});
      return take;
    } catch (problem) {
      if (!signal.aborted) change(id, {problem: problem.message});
      return null;
    }
  };
  const add = (list) => {
    const chosen = [...list].slice(0, one ? 1 : undefined).map((file) => ({
      id: crypto.randomUUID(), file, title: track?.title ?? titleOf(file.name, limits.line_length), about: newAbout(workspace), step: 'waiting', progress: 0,
    }));
    if (!chosen.length) return;
    if (one) files.forEach(({id}) => leave(id));
    setFiles((all) => (one ? chosen : [...all, ...chosen]));
    say(`${count(chosen.length, 'file')} added.`);
    for (const each of chosen) {
      stops.current.set(each.id, new AbortController());
      last.current = last.current.then(() => prepareOne(each));
      takes.current.set(each.id, last.current);
    }
  };
  return {files, add, change, leave, want(ids) { wanted.current = new Set(ids); }, taken: (id) => takes.current.get(id)};
}

/** The place to drop files; the one file where it takes a track's place or answers a round. `into` is where they go. */
export function Files({track, into}) {
  const {workspace, limits} = useHere();
  const one = Boolean(track || into.round || into.question);
  const {files, add, change, leave, want, taken} = useFiles({track, one, workspace, limits: {...limits, track_ms: into.longestMs}});
  const sending = useOutbox(track?.track_id);
  const [consent, setConsent] = useState(() => into.consent ?? lastConsent(workspace));
  const [chosen, setChosen] = useState(null);
  const playlist = into.playlist ?? chosen;
  const [tried, setTried] = useState(false);
  const heading = useRef();
  const good = files.filter((file) => !file.problem);
  const [send, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (good.some(({title}) => isBlank(title))) return;
    if (!track && !into.consent) keepConsent(workspace, consent);
    want(good.map(({id}) => id));
    for (const {id, title, about} of good) {
      const take = await taken(id);
      if (!take) continue;
      await outbox.add({workspace, take, title, consent, about: track ? {} : described(about, {workspace, limits}), track, playlistId: playlist?.playlist_id, round: into.round, questionId: into.question?.question_id});
      leave(id);
    }
    setTried(false);
    heading.current?.focus(); // the page may have been left
  });
  return html`<section class="section" aria-labelledby="files-heading">
    <h2 id="files-heading" tabindex="-1" ref=${heading}>${one ? 'Or pick a file' : 'Or bring files'}</h2>
    <${Drop} many=${!one} longestMs=${into.longestMs} add=${add} />
    ${files.length > 0 && html`<form class="card stack" onSubmit=${(event) => { event.preventDefault(); send(); }}>
      <ul class="list wide">${files.map((file) => html`<${Row} key=${file.id} ...${{file, change, track, busy, tried}}
        leave=${(id) => { leave(id); heading.current.focus(); }} />`)}</ul>
      ${good.length > 0 && !track && !into.round && html`<${Consent} value=${consent} onValue=${setConsent} />`}
      ${good.length > 0 && !track && isFree(into) && html`<${IntoPlaylist} ...${{consent}} value=${chosen} onValue=${setChosen} />`}
      ${problem && html`<${Notice} kind="bad"><p>${problem.message}</p><//>`}
      ${good.length > 0 && html`<${Button} kind="main big" type="submit" busy=${busy}>
        ${busy ? 'Sending…' : good.length === 1 ? 'Publish' : `Publish ${good.length} tracks`}<//>`}
    </form>`}
    <${Waiting} items=${sending} open=${Boolean(track)} />
  </section>`;
}

function Drop({many, longestMs, add}) {
  const {limits} = useHere();
  const [over, setOver] = useState(false);
  const input = useRef();
  const on = (event) => { event.preventDefault(); setOver(true); };
  const drop = (event) => { event.preventDefault(); setOver(false); add(event.dataTransfer.files); };
  return html`<div class="drop ${over ? 'over' : ''}" onDragOver=${on} onDragLeave=${() => setOver(false)} onDrop=${drop}>
    <p>${many ? 'Drop audio files here, or pick them.' : 'Drop an audio file here, or pick it.'}</p>
    <input ref=${input} type="file" accept=${SOUND} multiple=${many} tabindex="-1" aria-label=${many ? 'Audio files' : 'Audio file'}
      onChange=${(event) => { add(event.currentTarget.files); event.currentTarget.value = ''; }} />
    <${Button} icon="file" onClick=${() => input.current.click()}>${many ? 'Pick files' : 'Pick a file'}<//>
    <p class="small muted">MP3, M4A, WAV or FLAC up to ${size(limits.upload_bytes)} and ${count(longestMs / 60_000, 'minute')}.
      ${' '}Most other recordings are converted here first.</p>
  </div>`;
}

function Row({file: {id, file, title, about, problem, step, progress, take}, change, leave, track, busy, tried}) {
  const {limits} = useHere();
  return html`<li class="upload ${problem ? 'bad' : take ? 'good' : ''}">
    <span class="disc still"><${Icon} name=${problem ? 'alert' : take ? 'check' : 'file'} /></span>
    <div>
      ${problem || track || busy
        ? html`<strong class="clip" dir="auto">${problem ? file.name : title}</strong>`
        : html`<${Field} label="Title of ${file.name}" value=${title} dir="auto" most=${limits.line_length}
            wrong=${tried && isBlank(title) ? 'Give it a title.' : ''} onValue=${(text) => change(id, {title: text})} />
          <${MoreAbout} of=${file.name} value=${about} onValue=${(said) => change(id, {about: said})} />`}
      <div class="small muted">${take?.durationMs && html`<span class="numbers">${clock(take.durationMs)}</span> · `}${size(file.size)}
        ${!problem && !take && html` · ${STEPS[step]}`}</div>
      ${!problem && !take && html`<${ProgressBar} label="Preparing ${file.name}" value=${step === 'reading' ? undefined : progress} />`}
      ${problem && html`<p class="reason" role="alert">${problem}</p>`}
    </div>
    <${Button} kind="plain round" icon="close" label="Leave ${file.name} out" onClick=${() => leave(id)} />
  </li>`;
}
