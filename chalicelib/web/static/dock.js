/** The docked player: what is loaded, or that something waits in the queue. */
import {html, useLayoutEffect, useRef} from './preact.js';
import {Button, PlayButton} from './components.js';
import {clock, count} from './formats.js';
import {player} from './player.js';
import {Skip, Speed, usePlayer} from './playerbar.js';
import {SKIP_MS} from './playerkeys.js';
import {queue} from './queue.js';
import {Slider} from './waveform.js';

/** `open` shows everything. */
export function Dock({open}) {
  const track = usePlayer((state) => state.track);
  const waiting = usePlayer((state) => state.queue.length);
  if (track) return html`<${Loaded} ...${{open}} />`;
  return waiting ? html`<${Waits} ...${{waiting, open}} />` : null;
}

function Loaded({open}) {
  const {track, workspaceId, way, playing, positionMs, durationMs, problem, notice, waiting, question, jump} = usePlayer();
  const onward = player.hasNext();
  return html`<section class="player" aria-label="Player">
    ${question && html`<${Question} ...${{question}} />`}
    ${jump && html`<div class="jump"><${Undo} ...${{jump}} /></div>`}
    <div class="row controls">
      ${(way || onward) && html`<span class="skips"><${Button} kind="plain round" icon="previous" label="Previous" onClick=${player.previous} /></span>`}
      <span class="skips"><${Skip} ms=${-SKIP_MS} /></span>
      <${PlayButton} title=${track.title} playing=${playing} onClick=${player.toggle} />
      <span class="skips"><${Skip} ms=${SKIP_MS} /></span>
      ${(way || onward) && html`<span class="skips"><${Button} kind="plain round" icon="next" label="Next" onClick=${player.next} /></span>`}
    </div>
    <div class="what">
      <a class="clip" href="#/w/${workspaceId}/track/${track.track_id}" dir="auto">${track.title}</a>
      <span class="small clip ${problem ? 'problem' : 'muted'}" role=${problem ? 'alert' : undefined}>
        ${problem ?? notice ?? (waiting ? 'Loading…' : html`<bdi>${track.speaker.name}</bdi>${way?.playlistId && html` · <a href="#/w/${workspaceId}/playlist/${way.playlistId}" dir="auto">${way.title}</a>`}<span class="brief"> · ${clock(positionMs)}</span>`)}</span>
    </div>
    <div class="seek">
      <span class="times numbers" aria-hidden="true">${clock(positionMs)}</span>
      <${Slider} label="Position" ...${{positionMs, durationMs}} onSeek=${player.seek} />
      <span class="times numbers" aria-hidden="true">${clock(durationMs)}</span>
    </div>
    <span class="speeds"><${Speed} /></span>
    <span class="row ends">
      <${Button} kind="plain round" icon="up" label="Open the player" aria-haspopup="dialog" onClick=${open} />
      <${Button} kind="plain round" icon="close" label="Close the player" onClick=${player.unload} />
    </span>
  </section>`;
}

/** Where nothing is loaded and the queue is not empty. */
function Waits({waiting, open}) {
  const [{track}] = queue.items;
  return html`<section class="player" aria-label="Player">
    <div class="row controls"><${PlayButton} title=${track.title} onClick=${player.toggle} /></div>
    <div class="what"><strong class="clip" dir="auto">${track.title}</strong>
      <span class="small clip muted">${count(waiting, 'track')} in your queue</span></div>
    <span class="row ends">
      <${Button} kind="plain round" icon="up" label="Open the player" aria-haspopup="dialog" onClick=${open} />
      <${Button} kind="plain round" icon="close" label="Clear the queue" onClick=${queue.clear} />
    </span>
  </section>`;
}

/** What goes by itself or with its answer: where it had the focus, the play button has it then. */
function useFocusBack() {
  const box = useRef();
  useLayoutEffect(() => {
    const mine = box.current;
    return () => {
      if (mine.contains(document.activeElement)) (document.querySelector('dialog[open] .disc') ?? document.querySelector('.player .disc'))?.focus();
    };
  }, []);
  return box;
}

/** Asked once, where this page and another device have both moved on. */
export function Question({question: {hereMs, thereMs}}) {
  return html`<div class="question" role="alertdialog" aria-label="Where to go on" ref=${useFocusBack()}>
    <p class="small">You went on to ${clock(thereMs)} on another device.</p>
    <div class="row">
      <${Button} kind="main" onClick=${() => player.decide(true)}>Go on at ${clock(thereMs)}<//>
      <${Button} onClick=${() => player.decide(false)}>Stay at ${clock(hereMs)}<//>
    </div>
  </div>`;
}

/** Back to where one was before a far seek. */
export function Undo({jump: {backMs}}) {
  return html`<span ref=${useFocusBack()}><${Button} icon="back" onClick=${player.undo}>Back to ${clock(backMs)}<//></span>`;
}
