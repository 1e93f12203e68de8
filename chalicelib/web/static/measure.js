/**
 * What a recording's samples say of it, measured while they pass: peaks, loudness, and how loud it is now.
 *
 * new Measure(sampleRate, channelCount): add(channels), result() -> {durationMs, peaks, loudnessLufs}, of the two below.
 * new Peaks(): add(samples), values() -> at most 800 numbers from 0 to 255, the loudest 255.
 * new Loudness(sampleRate, weights): add(channels), integrated() -> LUFS, null for silence.
 * levelOf(samples) -> 0 to 1 for a meter; weightsOf(channelCount); downmixed(channels) -> one channel.
 */

const MOST_PEAKS = 800;
const FIRST_BIN = 64;
const QUIETEST_SCALE = 0.05; // below this a recording is shown as quiet as it is
const METER_DB = 54;

/** Everything that is sent beside a recording. */
export class Measure {
  #sampleRate;
  #frames = 0;
  #peaks = new Peaks();
  #loudness;

  constructor(sampleRate, channelCount = 1) {
    this.#sampleRate = sampleRate;
    this.#loudness = new Loudness(sampleRate, weightsOf(channelCount));
  }

  /** Take the samples that come next: one array of the same length for each channel. */
  add(channels) {
    this.#frames += channels[0].length;
    this.#peaks.add(downmixed(channels));
    this.#loudness.add(channels);
  }

  /** What is known so far. */
  result() {
    return {
      durationMs: Math.round((this.#frames / this.#sampleRate) * 1000),
      peaks: this.#peaks.values(),
      loudnessLufs: this.#loudness.integrated(),
    };
  }
}

/** The outline of a recording of any length: bins that double in width whenever there are too many. */
class Peaks {
  #bins = [];
  #width = FIRST_BIN;
  #filled = 0;
  #highest = 0;

  /** Take the samples that come next. */
  add(samples) {
    for (let i = 0; i < samples.length;) {
      const end = Math.min(samples.length, i + this.#width - this.#filled);
      let highest = this.#highest;
      for (let at = i; at < end; at += 1) {
        const size = Math.abs(samples[at]);
        if (size > highest) highest = size;
      }
      this.#highest = highest;
      this.#filled += end - i;
      i = end;
      if (this.#filled === this.#width) this.#close();
    }
  }

  /** The outline so far. */
  values() {
    const bins = this.#filled ? [...this.#bins, this.#highest] : this.#bins;
    const count = Math.min(MOST_PEAKS, bins.length);
    const outline = Array.from({length: count}, (_, i) => {
      const from = Math.floor((i * bins.length) / count);
      return Math.max(...bins.slice(from, Math.floor(((i + 1) * bins.length) / count)));
    });
    const scale = 255 / outline.reduce((most, size) => Math.max(most, size), QUIETEST_SCALE);
    return outline.map((size) => Math.min(255, Math.round(size * scale)));
  }

  #close() {
    this.#bins.push(this.#highest);
    this.#filled = 0;
    this.#highest = 0;
    if (this.#bins.length < 2 * MOST_PEAKS) return;
    this.#bins = Array.from({length: MOST_PEAKS}, (_, i) => Math.max(this.#bins[2 * i], this.#bins[2 * i + 1]));
    this.#width *= 2;
  }
}

const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;

/**
 * Integrated loudness, gated: ITU-R BS.1770-5, annex 1.
 * Blocks of 400 ms overlap by 75 %, so a sum is kept for every 100 ms: 18,000 for half an hour.
 */
class Loudness {
  #weights;
  #filters;
  #step;
  #steps = [];
  #sum = 0;
  #filled = 0;

  constructor(sampleRate, weights = [1]) {
    this.#weights = weights;
    this.#filters = weights.map(() => new KWeighting(sampleRate));
    this.#step = Math.round(sampleRate / 10);
  }

  /** Take the samples that come next: one array of the same length for each channel. */
  add(channels) {
    const {length} = channels[0];
    for (let from = 0; from < length;) {
      const end = Math.min(length, from + this.#step - this.#filled);
      this.#weights.forEach((weight, channel) => {
        if (weight) this.#sum += weight * this.#filters[channel].energy(channels[channel], from, end);
      });
      this.#filled += end - from;
      from = end;
      if (this.#filled < this.#step) continue;
      this.#steps.push(this.#sum / this.#step);
      this.#sum = 0;
      this.#filled = 0;
    }
  }

  /** The loudness so far in LUFS; null where nothing is louder than silence. */
  integrated() {
    const blocks = [];
    for (let i = 3; i < this.#steps.length; i += 1) {
      blocks.push((this.#steps[i] + this.#steps[i - 1] + this.#steps[i - 2] + this.#steps[i - 3]) / 4);
    }
    const audible = blocks.filter((power) => lufs(power) > ABSOLUTE_GATE);
    if (!audible.length) return null;
    const gate = lufs(mean(audible)) + RELATIVE_GATE;
    return lufs(mean(audible.filter((power) => lufs(power) > gate)));
  }
}

const lufs = (power) => -0.691 + 10 * Math.log10(power);
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/**
 * The filter before the measuring: a high shelf, then a high pass.
 * The standard gives coefficients for 48 kHz; these are the analogue filters behind them, for any rate
 * (De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145).
 */
class KWeighting {
  constructor(sampleRate) {
    const shelf = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
    const high = 10 ** (3.999843853973347 / 20);
    const band = high ** 0.4996667741545416;
    const shelfQ = 0.7071752369554196;
    const a = 1 + shelf / shelfQ + shelf * shelf;
    this.b0 = (high + (band * shelf) / shelfQ + shelf * shelf) / a;
    this.b1 = (2 * (shelf * shelf - high)) / a;
    this.b2 = (high - (band * shelf) / shelfQ + shelf * shelf) / a;
    this.a1 = (2 * (shelf * shelf - 1)) / a;
    this.a2 = (1 - shelf / shelfQ + shelf * shelf) / a;
    const pass = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
    const passQ = 0.5003270373238773;
    const c = 1 + pass / passQ + pass * pass;
    this.c1 = (2 * (pass * pass - 1)) / c;
    this.c2 = (1 - pass / passQ + pass * pass) / c;
    this.s1 = 0;
    this.s2 = 0;
    this.p1 = 0;
    this.p2 = 0;
  }

  /** The sum of the squares of the filtered samples between two places. */
  energy(samples, from, end) {
    const {b0, b1, b2, a1, a2, c1, c2} = this;
    let {s1, s2, p1, p2} = this;
    let sum = 0;
    for (let i = from; i < end; i += 1) {
      const shelf = samples[i] - a1 * s1 - a2 * s2;
      const shelved = b0 * shelf + b1 * s1 + b2 * s2;
      s2 = s1;
      s1 = shelf;
      const pass = shelved - c1 * p1 - c2 * p2;
      const passed = pass - 2 * p1 + p2;
      p2 = p1;
      p1 = pass;
      sum += passed * passed;
    }
    Object.assign(this, {s1, s2, p1, p2});
    return sum;
  }
}

/** How much each channel counts: five and more carry surround, the fourth of six is the low-frequency one. */
function weightsOf(channelCount) {
  const surround = channelCount >= 6 ? [1, 1, 1, 0, 1.41, 1.41] : [1, 1, 1, 1.41, 1.41];
  if (channelCount < 5) return Array.from({length: channelCount}, () => 1);
  return Array.from({length: channelCount}, (_, i) => surround[i] ?? 1);
}

/** The mean of all channels. */
export function downmixed(channels) {
  if (channels.length === 1) return channels[0];
  return channels[0].map((_, i) => channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length);
}

/** How loud these samples are, for a meter: 0 is silence, 1 is as loud as it gets. */
export function levelOf(samples) {
  const highest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return highest ? Math.max(0, Math.min(1, 1 + (20 * Math.log10(highest)) / METER_DB)) : 0;
}
