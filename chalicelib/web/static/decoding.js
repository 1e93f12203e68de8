/**
 * Sound out of a file: `decode(blob)` -> AudioBuffer, null where this browser cannot; `lengthOf(blob)` -> ms, null
 * where it is not known; `work(buffer, {encode, onProgress, signal})` -> `{durationMs, peaks, loudnessLufs, blob}`,
 * measured and (with `encode`) encoded to MP3 in the recorder's worker, slice by slice.
 */
import {aiff} from './aiff.js';

const SAMPLE_RATE = 48_000;
const SLICE = 4 * SAMPLE_RATE;
const PROBE_MS = 4_000;
const FAR_SECONDS = 1e9;

export async function decode(blob) {
  const bytes = await blob.arrayBuffer();
  const pcm = aiff(bytes);
  if (pcm) return pcm;
  try {
    return await new OfflineAudioContext(1, 1, SAMPLE_RATE).decodeAudioData(bytes);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** A recording of a browser's has no length in it: there the end is looked for. */
export function lengthOf(blob) {
  return new Promise((resolve) => {
    const audio = new Audio();
    const url = URL.createObjectURL(blob);
    const done = () => {
      clearTimeout(timer);
      audio.onerror = null;
      const seconds = audio.duration;
      audio.removeAttribute('src');
      URL.revokeObjectURL(url);
      resolve(Number.isFinite(seconds) ? Math.round(seconds * 1000) : null);
    };
    const timer = setTimeout(done, PROBE_MS);
    audio.onerror = done;
    audio.preload = 'metadata';
    audio.onloadedmetadata = () => {
      if (Number.isFinite(audio.duration)) return done();
      audio.ondurationchange = () => { if (Number.isFinite(audio.duration)) done(); };
      audio.currentTime = FAR_SECONDS;
      return undefined;
    };
    audio.src = url;
  });
}

export async function work(buffer, {encode = false, onProgress, signal} = {}) {
  const there = await bench(buffer, {encode});
  try {
    await there.take(buffer, {onProgress, signal});
    return await there.end();
  } finally {
    there.close();
  }
}

/**
 * The recorder's worker, for sounds like this one, one after the other: `take(buffer, {onProgress, signal})`, `end()` ->
 * `{durationMs, peaks, loudnessLufs, blob}`, `close()`.
 */
export async function bench({sampleRate, numberOfChannels}, {encode = false} = {}) {
  const worker = new Worker(new URL('encoder-worker.js', import.meta.url), {type: 'module'});
  const chunks = [];
  let waiting = null;
  const answer = (name, message, transfer = []) => new Promise((resolve, reject) => {
    waiting = {name, resolve, reject};
    worker.postMessage(message, transfer);
  });
  worker.onerror = (event) => waiting?.reject(new Error(event.message));
  worker.onmessage = ({data}) => {
    if (data.chunk) chunks.push(data.chunk);
    else if (data.problem) waiting?.reject(new Error(data.problem));
    else if (waiting && waiting.name in data) waiting.resolve(data[waiting.name]);
  };
  try {
    await answer('ready', {begin: {sampleRate, channels: numberOfChannels, encode}});
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return {
    async take(buffer, {onProgress, signal} = {}) {
      const channels = Array.from({length: numberOfChannels}, (_, i) => buffer.getChannelData(i));
      for (let from = 0; from < buffer.length; from += SLICE) {
        signal?.throwIfAborted();
        const samples = channels.map((channel) => channel.slice(from, from + SLICE));
        await answer('took', {samples}, samples.map(({buffer: memory}) => memory));
        onProgress?.(Math.min(1, (from + SLICE) / buffer.length));
      }
    },
    async end() {
      const measured = await answer('done', {end: true});
      return {...measured, blob: encode ? new Blob(chunks, {type: 'audio/mpeg'}) : null};
    },
    close: () => worker.terminate(),
  };
}
