/** An entry of a playlist: to hear, to move by drag or by keyboard, and to say why it is there. */
import {html, useLayoutEffect, useRef, useState} from './preact.js';
import {Button, Choice, Dialog, DialogForm, Field, Heard, PlayButton} from './components.js';
import {clock, fromTo, msOf, spoken} from './formats.js';
import {useHere} from './hooks.js';
import {Icon} from './icons.js';
import {QueueMenu} from './queuemenu.js';
import {entryOf} from './ways.js';

const LINES = {
  masked: () => 'A track that is not open to you.',
  taken_back: () => 'A track that its speaker has taken back.',
  removed: ({removed_by: who}) => html`<bdi>${who.name}</bdi> has taken a track out.`,
};

/** The entry as a row; `marked` says on which side of it a dragged one would come to stand. */
export function Entry({entry, playlistId, place, count, marked, dragged, current, playing, onPlay, changeable, arrange, drop, setDrag}) {
  const {home} = useHere();
  const [editing, setEditing] = useState(false);
  const {title, state, speaker, note, optional, progress} = entry;
  const handle = changeable && html`<${Handle} ...${{title, place, count, arrange, drop, setDrag}} />`;
  if (state === 'retired') {
    const {successor} = entry;
    return html`<li class="track entry line ${marked} ${dragged ? 'dragged' : ''}" data-place=${place}>${handle}
      <span class="disc still"><${Icon} name="library" /></span>
      <p class="small muted"><a href="${home}/track/${entry.track_id}" dir="auto">${title}</a> was retired.
        ${successor && html` In its place: <a href="${home}/track/${successor.track_id}" dir="auto">${successor.title}</a>`}</p>
      ${changeable && html`<${Button} kind="plain round" icon="close" label="Take out ${title}" busy=${arrange.busy} onClick=${() => arrange.remove(entry)} />`}</li>`;
  }
  if (state !== 'live') {
    return html`<li class="track entry line ${marked}" data-place=${place}>${handle}
      <span class="disc still"><${Icon} name=${state === 'masked' ? 'lock' : 'close'} /></span>
      <p class="small muted">${LINES[state](entry)}</p></li>`;
  }
  const {from_ms: from, to_ms: to, duration_ms: whole} = entry;
  const length = to === undefined ? whole : to - from;
  const queued = entryOf(entry, playlistId);
  return html`<li class="track entry ${current ? 'current' : ''} ${dragged ? 'dragged' : ''} ${marked}" data-place=${place}>
    ${handle}
    <${PlayButton} title=${title} playing=${playing} onClick=${onPlay} />
    <div>
      <h2><a href="${home}/track/${entry.track_id}" dir="auto">${title}</a></h2>
      <div class="details">
        <span class="clip" dir="auto">${speaker.name}</span>
        ${to !== undefined && html`<span class="tag">${fromTo(from, to)}</span>`}
        ${optional && html`<span class="tag">Optional</span>`}
        ${entry.is_new && html`<span class="tag accent">New</span>`}
      </div>
      ${note && html`<p class="small note" dir="auto">${note}</p>`}
      <${Heard} ...${{progress}} />
    </div>
    <span class="length numbers"><span aria-hidden="true">${clock(length)}</span><span class="aside">${spoken(length)}</span></span>
    <${QueueMenu} track=${queued.track} entry=${queued} />
    ${changeable && html`<${Button} kind="plain round" icon="more" label="Change the entry ${title}" onClick=${() => setEditing(true)} />`}
    ${editing && html`<${Edit} ...${{entry, arrange}} onClose=${() => setEditing(false)} />`}
  </li>`;
}

/** Takes an entry elsewhere: dragged with mouse or thumb, or with the arrow keys. */
function Handle({title, place, count, arrange, drop, setDrag}) {
  const active = useRef(false);
  const button = useRef();
  const moved = useRef(false);
  const key = (event) => {
    const by = {ArrowUp: -1, ArrowDown: 1}[event.key];
    if (!by) return;
    event.preventDefault();
    moved.current = true;
    arrange.move(place, place + by);
  };
  useLayoutEffect(() => {
    if (moved.current) button.current.focus(); // a row that is put elsewhere loses it
    moved.current = false;
  }, [place]);
  const begin = (event) => {
    if (event.button) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    active.current = true;
    setDrag({from: place, over: place});
  };
  const over = (event) => {
    if (!active.current) return;
    const row = document.elementsFromPoint(event.clientX, event.clientY).map((element) => element.closest('li[data-place]')).find(Boolean);
    if (row) setDrag({from: place, over: Number(row.dataset.place)});
  };
  const end = () => {
    if (!active.current) return;
    active.current = false;
    drop();
  };
  const cancel = () => { active.current = false; setDrag(null); };
  return html`<button type="button" class="handle" ref=${button} aria-label="Move ${title}, ${place + 1} of ${count}: arrow up or down"
    title="Drag, or use the arrow keys" onKeyDown=${key} onPointerDown=${begin} onPointerMove=${over} onPointerUp=${end}
    onPointerCancel=${cancel}><${Icon} name="handle" size=${20} /></button>`;
}

function Edit({entry, arrange, onClose}) {
  const {limits} = useHere();
  const parted = entry.to_ms !== undefined;
  const [draft, setDraft] = useState({
    note: entry.note ?? '', optional: entry.optional ?? false, part: parted, from: clock(entry.from_ms ?? 0), to: clock(entry.to_ms ?? entry.duration_ms),
  });
  const [tried, setTried] = useState(false);
  const [from, to] = [msOf(draft.from), msOf(draft.to)];
  const wrong = draft.part && !(from !== null && to !== null && from < to)
    ? 'Write both as minutes and seconds, such as 0:40, the second one later.' : '';
  const put = (name) => (value) => setDraft({...draft, [name]: value});
  const save = async () => {
    setTried(true);
    if (wrong) return;
    const part = draft.part ? {from_ms: from, to_ms: Math.min(to, entry.duration_ms)} : {from_ms: null, to_ms: null};
    await arrange.change(entry, {note: draft.note.trim() || null, optional: draft.optional, ...part});
    onClose();
  };
  const remove = async () => { await arrange.remove(entry); onClose(); };
  return html`<${Dialog} title=${entry.title} onClose=${onClose}>
    <${DialogForm} label="Save" onSubmit=${save} problem=${arrange.problem} busy=${arrange.busy} onClose=${onClose}
      also=${html`<${Button} kind="danger" busy=${arrange.busy} onClick=${remove}>Take out<//>`}>
      <${Field} label="Note" hint="Why is it here?" value=${draft.note} onValue=${put('note')} dir="auto" most=${limits.note_length} />
      <${Choice} label="Optional" hint="The playlist counts as heard without it." checked=${draft.optional}
        onChange=${(event) => put('optional')(event.currentTarget.checked)} />
      <${Choice} label="Only a part of it" checked=${draft.part} onChange=${(event) => put('part')(event.currentTarget.checked)} />
      ${draft.part && html`<div class="two">
        <${Field} label="From" value=${draft.from} onValue=${put('from')} inputmode="numeric" wrong=${tried ? wrong : ''} />
        <${Field} label="To" value=${draft.to} onValue=${put('to')} inputmode="numeric" />
      </div>`}
    <//>
  <//>`;
}
