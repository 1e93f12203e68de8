/**
 * What the recorder shows of a voice while it speaks.
 *
 * `new Outline()`: `add(level)`, `bars()` -> at most `MOST_BARS` levels, all that was said so far: bars that join in pairs whenever
 * there are too many. `new Hearing()`: `hear(level, elapsedMs)` -> `quiet`, `loud` or null. Levels are those of `levelOf`.
 */

export const MOST_BARS = 120;
export const QUIET = {level: 0.34, ms: 5_000}; // nothing above -36 dB in so long
export const LOUD = {level: 0.998, ms: 3_000, times: 3}; // so often at the very top in so long

export class Outline {
  #bars = [];
  #width = 1;
  #filled = 0;
  #highest = 0;

  add(level) {
    this.#highest = Math.max(this.#highest, level);
    this.#filled += 1;
    if (this.#filled < this.#width) return;
    this.#bars.push(this.#highest);
    this.#filled = 0;
    this.#highest = 0;
    if (this.#bars.length < MOST_BARS) return;
    this.#bars = Array.from({length: MOST_BARS / 2}, (_, i) => Math.max(this.#bars[2 * i], this.#bars[2 * i + 1]));
    this.#width *= 2;
  }

  bars() {
    return this.#filled ? [...this.#bars, this.#highest] : [...this.#bars];
  }
}

export class Hearing {
  #recent = [];

  hear(level, elapsedMs) {
    const kept = Math.max(QUIET.ms, LOUD.ms);
    this.#recent = [...this.#recent.filter(({at}) => at > elapsedMs - kept), {level, at: elapsedMs}];
    const loud = this.#recent.filter((each) => each.level >= LOUD.level && each.at > elapsedMs - LOUD.ms);
    if (loud.length >= LOUD.times) return 'loud';
    return elapsedMs >= QUIET.ms && this.#recent.every((each) => each.level < QUIET.level) ? 'quiet' : null;
  }
}
