/** What plays next: what one put into the queue, then the rest of the playlist that is listened through. */
import {html, useLayoutEffect, useRef} from './preact.js';
import {Button, say} from './components.js';
import {clock, count, fromTo, spoken} from './formats.js';
import {useHere} from './hooks.js';
import {usePlayer} from './playerbar.js';
import {queue} from './queue.js';

const SHOWN = 5;
const STEPS = {ArrowUp: -1, ArrowDown: 1};

export function QueuePart() {
  const items = usePlayer((state) => state.queue);
  const heading = useRef();
  const list = useRef();
  const remove = (item, place) => {
    queue.remove(item.key);
    say(`${item.track.title} was taken out of the queue.`);
    requestAnimationFrame(() => (list.current?.children[Math.min(place, items.length - 2)]?.querySelector('.out') ?? heading.current)?.focus());
  };
  const clear = () => {
    queue.clear();
    say('Your queue is empty.');
    heading.current.focus();
  };
  return html`<section class="section queue" aria-labelledby="queue-heading">
    <div class="row"><h3 id="queue-heading" tabindex="-1" ref=${heading}>Your queue</h3>
      ${items.length > 0 && html`<${Button} kind="plain" onClick=${clear}>Clear<//>`}</div>
    ${items.length
      ? html`<ol class="list" ref=${list}>${items.map((item, place) => html`<${Queued} key=${item.key} ...${{item, place}} count=${items.length}
          remove=${() => remove(item, place)} />`)}</ol>`
      : html`<p class="small muted">Nothing waits. Put tracks into it from the library or a playlist with “Play next” or “Add to queue”.</p>`}
    <${Then} />
  </section>`;
}

function Queued({item: {key, track, entry}, place, count: all, remove}) {
  const {home} = useHere();
  const lengthMs = entry?.toMs ? entry.toMs - entry.fromMs : track.duration_ms;
  const moved = useRef(null);
  const row = useRef();
  const move = (by) => {
    if (place + by < 0 || place + by >= all) return;
    moved.current = document.activeElement;
    const to = queue.move(key, by);
    say(`${track.title}: now ${to + 1} of ${all}.`);
  };
  useLayoutEffect(() => {
    if (row.current.contains(moved.current)) moved.current.focus(); // a row that is put elsewhere loses it
    moved.current = null;
  }, [place]);
  const press = (event) => {
    const by = event.shiftKey ? 0 : STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    move(by);
  };
  return html`<li ref=${row}>
    <div><a class="clip" href="${home}/track/${track.track_id}" dir="auto">${track.title}</a>
      <span class="small muted row"><span class="clip" dir="auto">${track.speaker.name}</span><span class="numbers" aria-hidden="true">${clock(lengthMs)}</span>
        <span class="aside">${spoken(lengthMs)}</span></span>
      ${entry?.toMs && html`<span class="tag">${fromTo(entry.fromMs, entry.toMs)} of it</span>`}</div>
    <span class="moves" onKeyDown=${press}>
      <${Button} kind="plain round" icon="up" label="Earlier: ${track.title}" busy=${place === 0} onClick=${() => move(-1)} />
      <${Button} kind="plain round" icon="down" label="Later: ${track.title}" busy=${place === all - 1} onClick=${() => move(1)} />
      <${Button} kind="plain round out" icon="close" label="Take out: ${track.title}" onClick=${remove} />
    </span>
  </li>`;
}

/** What of the playlist comes behind the queue. */
function Then() {
  const {home} = useHere();
  const {way, entry} = usePlayer((state) => (state.way ? state : state.left)) ?? {};
  const rest = way ? way.entries.slice(way.entries.findIndex(({entry_id: id}) => id === entry.entry_id) + 1) : [];
  if (!rest.length) return null;
  return html`<h3>Then, from <bdi>${way.title}</bdi></h3>
    <ol class="list">${rest.slice(0, SHOWN).map((each) => html`<li key=${each.entry_id}>
      <div><a class="clip" href="${home}/track/${each.track.track_id}" dir="auto">${each.track.title}</a>
        <span class="small muted clip" dir="auto">${each.track.speaker.name}</span></div>
    </li>`)}</ol>
    ${rest.length > SHOWN && html`<p class="small muted">And ${count(rest.length - SHOWN, 'more', 'more')}.</p>`}`;
}
