/** A voice while it speaks: the outline of what was said so far, how loud it is now, and a word where that does not suit. */
import {html, useMemo} from './preact.js';
import {MOST_BARS} from './hearing.js';

const HINTS = {quiet: 'Speak a little closer.', loud: 'A little too loud.'};
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** Both move with the voice, or once a second where somebody prefers less motion. */
export function Live({state, bars, level, elapsedMs, hint}) {
  const on = state === 'recording';
  const beat = calm.matches ? Math.floor(elapsedMs / 1000) : elapsedMs;
  const outline = useMemo(() => strokes(bars), [beat, state]);
  const loud = useMemo(() => (on ? level : 0), [beat, state]);
  return html`<div class="voice ${on ? 'on' : ''}">
    <svg class="said" viewBox="0 0 ${MOST_BARS} 100" preserveAspectRatio="none" aria-hidden="true"><path d=${outline} /></svg>
    <div class="loudness ${hint ?? ''}" aria-hidden="true"><i style=${{width: `${Math.round(loud * 100)}%`}} /></div>
    <p class="small" role="status">${on && hint ? HINTS[hint] : ''}</p>
  </div>`;
}

function strokes(bars) {
  return bars.map((level, i) => {
    const half = Math.max(1.5, level * level * 48); // levels are decibels: squared they look as they sound
    return `M${i + 0.5} ${(50 - half).toFixed(1)}v${(2 * half).toFixed(1)}`;
  }).join('');
}
