/**
 * The sound of an audio element on its way to the ear, through Web Audio, since iOS ignores an element's volume: a gain
 * that evens out how loud speakers are, one that fades, and a limiter for what a gain makes too loud.
 *
 * `wake(audio)` in a click; `evenOut(lufs)`, null for as it is; `fade(ms)` -> when it is silent,
 * `isFading()`; `full()` at once.
 */
const TARGET_LUFS = -18;
const MOST_GAIN_DB = 12;
const SILENT = 0.0001;

let context = null;
let gain = null;
let fader = null;
let loudness = null;
let fading = null;

export function wake(audio) {
  if (!context) {
    context = new AudioContext();
    gain = new GainNode(context, {gain: factor()});
    fader = new GainNode(context);
    const limiter = new DynamicsCompressorNode(context, {threshold: -2, knee: 0, ratio: 20, attack: 0.003, release: 0.1});
    context.createMediaElementSource(audio).connect(gain).connect(fader).connect(limiter).connect(context.destination);
  }
  if (context.state !== 'running') context.resume();
}

export function evenOut(lufs) {
  loudness = lufs;
  if (gain) gain.gain.value = factor();
}

/** In dB; none where the loudness is not known. */
export function gainOf(lufs) {
  if (typeof lufs !== 'number') return 0;
  return Math.max(-MOST_GAIN_DB, Math.min(TARGET_LUFS - lufs, MOST_GAIN_DB));
}

/** Grow silent in so many milliseconds; answers whether it came to that. */
export function fade(ms) {
  full();
  if (fader) {
    fader.gain.setValueAtTime(1, context.currentTime);
    fader.gain.exponentialRampToValueAtTime(SILENT, context.currentTime + ms / 1000);
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => { fading = null; resolve(true); }, ms);
    fading = () => { clearTimeout(timer); resolve(false); };
  });
}

export const isFading = () => fading !== null;

/** As loud as ever; a fade that is under way ends. */
export function full() {
  fading?.();
  fading = null;
  if (!fader) return;
  fader.gain.cancelScheduledValues(context.currentTime);
  fader.gain.setValueAtTime(1, context.currentTime);
}

const factor = () => 10 ** (gainOf(loudness) / 20);
