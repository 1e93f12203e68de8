/**
 * The sleep timer: `sleep.choice`, null, minutes or `'end'` (of the track), and `sleep.untilMs`.
 *
 * `set(choice)`; `whenTime(act)`, what is done FADE_MS before the time is over; `isOver()` -> whether it ends with this track, which
 * it then has; `subscribe(listener)` -> function that stops.
 */
export const MINUTES = [5, 15, 30, 45, 60];
export const FADE_MS = 8_000;
const MINUTE_MS = 60_000;

const listeners = new Set();
let timer = 0;
let atTime = () => {};

export const sleep = {
  choice: null,
  untilMs: null,

  set(choice) {
    clearTimeout(timer);
    sleep.choice = choice;
    sleep.untilMs = typeof choice === 'number' ? Date.now() + choice * MINUTE_MS : null;
    if (sleep.untilMs) timer = setTimeout(() => atTime(), choice * MINUTE_MS - FADE_MS);
    for (const listener of [...listeners]) listener();
  },

  isOver() {
    if (sleep.choice !== 'end') return false;
    sleep.set(null);
    return true;
  },

  whenTime(act) { atTime = act; },

  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
