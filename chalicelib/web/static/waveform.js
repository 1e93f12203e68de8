/** The shape of a track, and moving through its time. */
import {html} from './preact.js';
import {spoken} from './formats.js';

const BARS = 150;

/** The shape of a track, and a slider over it to move in; `peaks` are 0 to 255, what was `heard` `[from, to]` in milliseconds. */
export function Waveform({peaks, positionMs = 0, durationMs, heard = [], onSeek, label = 'Position'}) {
  const bars = fewer(peaks?.length ? peaks : [10], BARS);
  const at = (ms) => (durationMs ? Math.min(1, ms / durationMs) * bars.length : 0);
  const done = Math.round(at(positionMs));
  return html`<div class="wave">
    <svg viewBox="0 0 ${bars.length} 100" preserveAspectRatio="none" aria-hidden="true">
      <path class="done" d=${strokes(bars, 0, done)} /><path d=${strokes(bars, done, bars.length)} />
      ${heard.map(([from, to]) => html`<rect key=${from} class="was" x=${at(from)} y="97" width=${at(to) - at(from)} height="3" />`)}
    </svg>
    ${onSeek && html`<${Slider} label=${label} positionMs=${positionMs} durationMs=${durationMs} onSeek=${onSeek} plain />`}
  </div>`;
}

/** A slider through a track's time. */
export function Slider({label, positionMs, durationMs, onSeek, plain}) {
  const done = durationMs ? (positionMs / durationMs) * 100 : 0;
  return html`<input type="range" class=${plain ? '' : 'slider'} min="0" max=${durationMs || 0} step="1000"
    style=${plain ? {} : {'--done': `${done}%`}} value=${Math.min(positionMs, durationMs || 0)} aria-label=${label}
    aria-valuetext="${spoken(positionMs)} of ${spoken(durationMs)}"
    onInput=${(event) => onSeek(Number(event.currentTarget.value))} />`;
}

function fewer(peaks, most) {
  if (peaks.length <= most) return peaks;
  return Array.from({length: most}, (_, i) => {
    const from = Math.floor((i * peaks.length) / most);
    return Math.max(...peaks.slice(from, Math.floor(((i + 1) * peaks.length) / most)));
  });
}

function strokes(bars, from, to) {
  let path = '';
  for (let i = from; i < to; i += 1) {
    const half = Math.max(1.5, (bars[i] / 255) * 48);
    path += `M${i + 0.5} ${(50 - half).toFixed(1)}v${(2 * half).toFixed(1)}`;
  }
  return path;
}
