/** The keys that act on the player, wherever nothing else takes them and nobody types. */
import {useEffect, useRef} from './preact.js';
import {player} from './player.js';

/** The speeds to choose from; a member may have said another one within their bounds. */
export const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2, 2.5];
export const SKIP_MS = 10_000;
const TYPED = 'input:not([type="range"]), textarea, select, [contenteditable], dialog:not(.now-playing)';
const OF_SLIDERS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']);

const faster = (by) => {
  const {rate} = player.state;
  const [next = rate] = by > 0 ? RATES.filter((each) => each > rate) : RATES.filter((each) => each < rate).reverse();
  player.setRate(next);
};

const KEYS = {
  ' ': () => player.toggle(),
  ArrowLeft: () => player.skip(-SKIP_MS),
  ArrowRight: () => player.skip(SKIP_MS),
  n: () => player.next(),
  N: () => player.previous(),
};
const SHIFTED = {ArrowUp: () => faster(1), ArrowDown: () => faster(-1), N: KEYS.N};

/**
 * `open('queue')` opens the player there, `help()` the list of keys. Those of a single character can be turned off (WCAG 2.1.4),
 * and Space with them: it comes with whatever is dictated.
 */
export function useKeys(opens) {
  const latest = useRef();
  latest.current = opens;
  useEffect(() => {
    const press = (event) => {
      const {target, key, shiftKey} = event;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPED)) return;
      if ((OF_SLIDERS.has(key) && target.closest('input')) || (key === ' ' && target.closest('button, a'))) return;
      const act = wanted(key, shiftKey, latest.current);
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

function wanted(key, shiftKey, {open, help}) {
  if (key.length === 1 && !player.state.singleKeys) return null;
  if (key === '?') return help;
  if (key === 'q') return () => open('queue');
  if (!player.state.track) return null;
  return shiftKey ? SHIFTED[key] : KEYS[key];
}
