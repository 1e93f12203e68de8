/**
 * The microphone's samples on their way to the encoder: one channel, in batches.
 *
 * Takes from the page `{encoder: MessagePort}`, `{paused: boolean}` and `{end: true}`. Sends the encoder
 * `{samples: [Float32Array]}` and, after the last, `{end: true}`; tells the page `{level, frames}`.
 */

import {levelOf} from './measure.js';

const BATCH = 4096;

class Microphone extends AudioWorkletProcessor {
  #encoder = null;
  #batch = new Float32Array(BATCH);
  #filled = 0;
  #frames = 0;
  #paused = false;
  #ended = false;

  constructor() {
    super();
    this.port.onmessage = ({data}) => {
      if (data.encoder) this.#encoder = data.encoder;
      if (data.paused !== undefined) this.#paused = data.paused;
      if (data.end) this.#end();
    };
  }

  process([channels]) {
    if (this.#ended) return false;
    if (this.#paused || !this.#encoder || !channels.length) return true;
    for (let i = 0; i < channels[0].length; i += 1) {
      let sum = 0;
      for (const samples of channels) sum += samples[i];
      this.#batch[this.#filled] = sum / channels.length;
      this.#filled += 1;
      if (this.#filled === BATCH) this.#hand();
    }
    return true;
  }

  #hand() {
    const samples = this.#batch.slice(0, this.#filled);
    this.#frames += samples.length;
    this.#filled = 0;
    this.port.postMessage({level: levelOf(samples), frames: this.#frames});
    this.#encoder.postMessage({samples: [samples]}, [samples.buffer]);
  }

  #end() {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#filled) this.#hand();
    this.#encoder?.postMessage({end: true});
  }
}

registerProcessor('earshot-microphone', Microphone);
