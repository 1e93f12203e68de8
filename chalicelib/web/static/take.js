/** What was recorded: to listen to, and to cut at its ends. Nothing of it is lost before it is sent. */
import {html, useEffect, useRef, useState} from './preact.js';
import {Button, PlayButton, Problem, say, useId} from './components.js';
import {SHORTEST_MS, isWhole, whole, within} from './cutting.js';
import {count, fineClock, spokenFinely} from './formats.js';
import {useAction} from './hooks.js';
import {player} from './player.js';
import {Waveform} from './waveform.js';

export const LISTEN = 'Listen before you send it.';
const FINE_MS = 100;
const COARSE_MS = 1_000;
const LOOK_MS = 40;
const STEPS = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1};
const LEAST = `At least ${count(SHORTEST_MS / 1000, 'second')} has to remain.`;

/** `kept` is the part of it that is sent, `{fromMs, toMs}`. */
export function Take({take, kept, setKept}) {
  const {durationMs} = take;
  const {fromMs, toMs} = kept;
  const {playing, positionMs, toggle, seek, problem} = useSound(take, kept);
  const [least, setLeast] = useState(false);
  const hint = useId();
  const move = (end) => {
    const next = within(take, kept, end);
    const atLeast = next.toMs - next.fromMs <= SHORTEST_MS;
    if (atLeast && !least) say(LEAST);
    setLeast(atLeast);
    setKept(next);
  };
  const keepAll = () => { setLeast(false); setKept(whole(take)); say('All of it is kept.'); };
  const uncut = isWhole(take, kept);
  const heardMs = Math.max(0, Math.min(positionMs, toMs) - fromMs);
  const part = (ms) => `${(ms / durationMs) * 100}%`;
  return html`<p class="state">${LISTEN}</p>
    <div class="trim">
      <${Waveform} peaks=${take.peaks} ...${{durationMs, positionMs}} />
      <i class="left-out" style=${{left: 0, width: part(fromMs)}} /><i class="left-out" style=${{left: part(toMs), right: 0}} />
      <i class="head" style=${{left: part(positionMs)}} />
      <${Place} kind="position" label="Position in your recording" value=${positionMs} most=${durationMs} onValue=${seek}
        text="${spokenFinely(positionMs)} of ${spokenFinely(durationMs)}" />
      ${durationMs > SHORTEST_MS && html`
        <${Place} kind="end" label="Begins at" value=${fromMs} most=${durationMs} onValue=${(ms) => move({fromMs: ms})} text=${spokenFinely(fromMs)} about=${hint} />
        <${Place} kind="end" label="Ends at" value=${toMs} most=${durationMs} onValue=${(ms) => move({toMs: ms})} text=${spokenFinely(toMs)} about=${hint} />`}
    </div>
    <div class="row"><${PlayButton} big title="your recording" ...${{playing}} onClick=${toggle} />
      <span class="numbers muted"><span aria-hidden="true">${fineClock(heardMs)} / ${fineClock(toMs - fromMs)}</span>
        <span class="aside">${spokenFinely(toMs - fromMs)} long</span></span></div>
    <${Problem} ...${{problem}} />
    ${durationMs > SHORTEST_MS && html`<div class="cut" role="group" aria-label="Cut the ends">
      <${Button} onClick=${() => move({fromMs: positionMs})}>Start here<//>
      <${Button} onClick=${() => move({toMs: positionMs})}>End here<//>
      <${Button} kind="plain" busy=${uncut} onClick=${keepAll}>Keep all<//>
      <p class="small muted" id=${hint}>${least ? LEAST : uncut ? 'Drag the ends inwards to leave something out.'
        : `${fineClock(fromMs)} to ${fineClock(toMs)} is kept.`}</p>
    </div>`}`;
}

/** A slider through the recording: a tenth of a second with an arrow key, a second with Shift. */
function Place({kind, label, value, most, onValue, text, about}) {
  const step = (event) => {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    onValue(Math.max(0, Math.min(most, value + by * (event.shiftKey ? COARSE_MS : FINE_MS))));
  };
  return html`<input type="range" class=${kind} min="0" max=${most} step="1" value=${value} aria-label=${label} aria-valuetext=${text}
    aria-describedby=${about} onKeyDown=${step}
    onInput=${(event) => { onValue(Number(event.currentTarget.value)); event.currentTarget.value = value; }} />`;
}

/** The recording's sound; playing begins and ends where what is kept does. */
function useSound({url, durationMs}, kept) {
  const audio = useRef();
  const range = useRef();
  const [playing, setPlaying] = useState(false);
  const [positionMs, setPosition] = useState(0);
  range.current = kept;
  useEffect(() => {
    const sound = new Audio(url);
    audio.current = sound;
    const look = () => {
      const {toMs} = range.current;
      const ms = sound.currentTime * 1000;
      if (ms >= toMs && toMs < durationMs && !sound.paused) sound.pause();
      setPosition(Math.min(ms, durationMs));
    };
    let timer;
    sound.onplay = () => {
      clearInterval(timer);
      timer = setInterval(look, LOOK_MS);
      setPlaying(true);
    };
    sound.onpause = () => {
      clearInterval(timer);
      setPlaying(false);
      look();
    };
    return () => {
      clearInterval(timer);
      sound.onpause = null;
      sound.pause();
      sound.removeAttribute('src');
    };
  }, [url]);
  const seek = (ms) => {
    audio.current.currentTime = ms / 1000;
    setPosition(ms);
  };
  const [toggle, {problem}] = useAction(() => {
    player.pause();
    if (playing) return audio.current.pause();
    const ms = audio.current.currentTime * 1000;
    if (ms < kept.fromMs || ms >= kept.toMs - LOOK_MS) seek(kept.fromMs);
    return audio.current.play();
  });
  return {playing, positionMs, toggle, seek, problem};
}
