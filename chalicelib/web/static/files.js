/** Bringing files: picked or dropped, one or many, each with its own row. */
import {html, useRef, useState} from './preact.js';
import {Button, Field, Notice, ProgressBar, left, say} from './components.js';
import {Consent, keepConsent, lastConsent} from './consent.js';
import {prepare} from './convert.js';
import {count, size, titleOf} from './formats.js';
import {useHere} from './hooks.js';
import {publish} from './waiting.js';

const SOUND = 'audio/*,video/webm,.mp3,.m4a,.wav,.flac,.ogg,.opus,.aiff,.aif';

/** The place to drop files; with a track, the one file that takes its place. */
export function Files({track}) {
  const {workspace, limits} = useHere();
  const [files, setFiles] = useState([]);
  const [consent, setConsent] = useState(lastConsent);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const stops = useRef(new Map());
  const change = (id, changes) => setFiles((all) => all.map((file) => (file.id === id ? {...file, ...changes} : file)));
  const leave = (id) => {
    stops.current.get(id)?.abort();
    stops.current.delete(id);
    setFiles((all) => all.filter((file) => file.id !== id));
  };
  const add = (list) => {
    const chosen = [...list].slice(0, track ? 1 : undefined).map((file) => ({
      id: crypto.randomUUID(),
      file,
      title: track?.title ?? titleOf(file.name),
      problem: file.size > limits.upload_bytes
        ? `This file has ${size(file.size)}; ${size(limits.upload_bytes)} is the limit. Save it as MP3 and pick it again.` : null,
    }));
    if (!chosen.length) return;
    setFiles((all) => (track ? chosen : [...all, ...chosen]));
    say(`${count(chosen.length, 'file')} added.`);
  };
  const good = files.filter((file) => !file.problem);
  const wrong = ({title}) => left(title, limits.line_length) || (title.trim() ? '' : 'Give it a title.');
  const faulty = good.some((file) => !file.title.trim() || [...file.title].length > limits.line_length);
  const send = async () => {
    setTried(true);
    if (busy || faulty) return;
    setBusy(true);
    if (!track) keepConsent(consent);
    for (const {id, file, title} of good) await sendOne(id, file, title);
    setBusy(false);
  };
  const sendOne = async (id, file, title) => {
    const stop = new AbortController();
    stops.current.set(id, stop);
    change(id, {progress: 0});
    try {
      const take = await prepare(file, {signal: stop.signal, onProgress: (progress) => change(id, {progress})});
      if (stop.signal.aborted) return;
      await publish(workspace, take, {title, consent, track});
      leave(id);
    } catch (problem) {
      if (!stop.signal.aborted) change(id, {progress: undefined, problem: problem.message});
    }
  };
  return html`<section class="section" aria-labelledby="files-heading">
    <h2 id="files-heading">${track ? 'Or pick a file' : 'Or bring files'}</h2>
    <${Drop} many=${!track} add=${add} />
    ${files.length > 0 && html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); send(); }}>
      <ul class="list wide">${files.map((file) => html`<${Row} key=${file.id} ...${{file, change, leave, track}}
        wrong=${tried ? wrong(file) : left(file.title, limits.line_length)} />`)}</ul>
      ${good.length > 0 && !track && html`<${Consent} value=${consent} onValue=${setConsent} />`}
      ${good.length > 0 && html`<${Button} kind="main big" type="submit" busy=${busy}>
        ${busy ? 'Sending…' : good.length === 1 ? 'Publish' : `Publish ${good.length} tracks`}<//>`}
    </form>`}
  </section>`;
}

function Drop({many, add}) {
  const [over, setOver] = useState(false);
  const input = useRef();
  const on = (event) => { event.preventDefault(); setOver(true); };
  const drop = (event) => { event.preventDefault(); setOver(false); add(event.dataTransfer.files); };
  return html`<div class="drop ${over ? 'over' : ''}" onDragOver=${on} onDragLeave=${() => setOver(false)} onDrop=${drop}>
    <p>${many ? 'Drop audio files here, or pick them.' : 'Drop an audio file here, or pick it.'}</p>
    <input ref=${input} type="file" accept=${SOUND} multiple=${many} tabindex="-1" aria-label=${many ? 'Audio files' : 'Audio file'}
      onChange=${(event) => { add(event.currentTarget.files); event.currentTarget.value = ''; }} />
    <${Button} icon="file" onClick=${() => input.current.click()}>${many ? 'Pick files' : 'Pick a file'}<//>
    <p class="small muted">MP3, M4A, WAV or FLAC up to 100 MB and 30 minutes. Most other recordings are converted here first.</p>
  </div>`;
}

function Row({file: {id, file, title, problem, progress}, change, leave, track, wrong}) {
  return html`<li class="upload">
    <div class="row">
      <div>${problem || track || progress !== undefined
        ? html`<strong class="clip" dir="auto">${title}</strong>`
        : html`<${Field} label="Title of ${file.name}" value=${title} dir="auto" wrong=${wrong}
            onValue=${(text) => change(id, {title: text})} />`}
        <div class="small muted clip" dir="auto">${file.name} · ${size(file.size)}</div></div>
      <${Button} kind="plain round" icon="close" label="Leave ${file.name} out" onClick=${() => leave(id)} />
    </div>
    ${progress !== undefined && html`<${ProgressBar} label="Preparing ${file.name}" value=${progress} />`}
    ${problem && html`<${Notice} kind="warn"><p role="alert">${problem}</p><//>`}
  </li>`;
}
