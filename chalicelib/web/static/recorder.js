/**
 * Recording the voice: microphone -> worklet -> encoder in a worker -> MP3 that grows while one speaks.
 *
 * `new Recorder({mostMs})`, an EventTarget:
 * - `start()` (in a click) asks for the microphone; `pause()`, `resume()`, `stop()` -> take, `discard()`
 * - `level` 0 to 1, `elapsedMs`, `state` idle | asking | recording | paused | stopping | done
 * - events: `level`; `chunk` (`detail` Uint8Array, as they are encoded); `end` (`detail` the take) however it
 *   ended; `problem` (`detail` a RecorderError) where nothing can be kept
 *
 * A take: `{id, blob, contentType, durationMs, peaks, loudnessLufs, ended}`; `ended` is `stopped`, `lost` (the
 * microphone went away), `interrupted` (a call), `limit` or `broken` (the encoder): in each of them what was
 * said until then is there.
 *
 * `startRecording({workspace, place, mostMs, onLevel(level, elapsedMs), onEnd(take), onProblem(error), onUnkept(error)})` ->
 * `{pause, resume, stop, discard, leave}`: a Recorder that starts at once and keeps every second in the outbox's
 * draft, to be found again after a reload. `onEnd` comes when it ended by itself, `onUnkept` where the browser
 * cannot keep it beyond this page; `leave()` ends it and leaves the draft to be found.
 *
 * `RecorderError` has a sentence and a `code`: denied, no-microphone, busy, unsupported, no-sound, lost, broken.
 */
import * as outbox from './outbox.js';
import {appendChunk, finishDraft, startDraft} from './unpublished.js';

const END_WAIT_MS = 500;
const SOUND_WAIT_MS = 5_000; // where nothing can play, Firefox never starts it
const CONTENT_TYPE = 'audio/mpeg';

const SENTENCES = {
  denied: 'The microphone is blocked. Allow it for this page in the browser’s settings, then record again.',
  'no-microphone': 'No microphone was found. Connect one, then record again.',
  busy: 'Another program keeps the microphone to itself. Close it, then record again.',
  unsupported: 'This browser cannot record here. Use a current Chrome, Edge, Firefox or Safari, or pick a file.',
  'no-sound': 'This browser does not start its sound. Connect a loudspeaker or headphones, then record again.',
  lost: 'The microphone went away before anything was recorded. Connect it and record again.',
  broken: 'The recording could not be encoded. Load the page again, then record again.',
};
const REFUSALS = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'no-microphone',
  OverconstrainedError: 'no-microphone',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

/** Why there is no recording. */
class RecorderError extends Error {
  constructor(code, cause) {
    super(SENTENCES[code], {cause});
    this.name = 'RecorderError';
    this.code = code;
  }
}

/** One recording. */
export class Recorder extends EventTarget {
  id = crypto.randomUUID();
  state = 'idle';
  level = 0;
  #frames = 0;
  #mostMs;
  #stream = null;
  #context = null;
  #node = null;
  #worker = null;
  #chunks = [];
  #ended = 'stopped';
  #taken = withResolvers();

  constructor({mostMs}) {
    super();
    this.#mostMs = mostMs;
    this.#taken.promise.catch(() => {}); // where nobody has asked for the take, the event tells
  }

  get elapsedMs() {
    return this.#context ? Math.round((this.#frames / this.#context.sampleRate) * 1000) : 0;
  }

  async start() {
    this.state = 'asking';
    try {
      if (!navigator.mediaDevices || !window.AudioWorkletNode) throw new RecorderError('unsupported');
      this.#context = new AudioContext();
      const sounding = this.#context.resume(); // in the click
      sounding.catch(() => {}); // it is waited for below, if it comes to that
      await Promise.all([this.#listen(), this.#prepare()]);
      await Promise.race([sounding, this.#soundless()]);
      if (this.state !== 'asking') return this.#close();
      this.#connect();
      this.state = 'recording';
    } catch (error) {
      this.state = 'done';
      this.#close();
      throw error instanceof RecorderError ? error : new RecorderError(REFUSALS[error.name] ?? 'unsupported', error);
    }
  }

  pause() {
    if (this.state === 'recording') this.#setPaused(true);
  }

  resume() {
    if (this.state === 'paused') this.#setPaused(false);
  }

  /** The take. Rejects with a RecorderError where there is nothing to keep. */
  stop() {
    this.#end('stopped');
    return this.#taken.promise;
  }

  discard() {
    this.state = 'done';
    this.#close();
  }

  async #listen() {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {channelCount: {ideal: 1}, echoCancellation: false, noiseSuppression: true, autoGainControl: true},
    });
    if (this.state === 'asking') this.#stream = stream;
    else stream.getTracks().forEach((track) => track.stop()); // allowed when it was given up already
  }

  async #soundless() {
    await new Promise((resolve) => { setTimeout(resolve, SOUND_WAIT_MS); });
    throw new RecorderError('no-sound');
  }

  async #prepare() {
    const {promise, resolve, reject} = withResolvers();
    this.#worker = new Worker(new URL('encoder-worker.js', import.meta.url), {type: 'module'});
    this.#worker.onerror = (event) => { reject(new RecorderError('broken', event.message)); this.#fail('broken', event.message); };
    this.#worker.onmessage = ({data}) => {
      if (data.ready) resolve();
      if (data.problem) { reject(new RecorderError('broken', data.problem)); this.#fail('broken', data.problem); }
      if (data.chunk) this.#keep(data.chunk);
      if (data.done) this.#finish(data.done);
    };
    const {port1, port2} = new MessageChannel();
    this.#worker.postMessage({begin: {sampleRate: this.#context.sampleRate, channels: 1, encode: true}, port: port1}, [port1]);
    await Promise.all([promise, this.#context.audioWorklet.addModule(new URL('recorder-worklet.js', import.meta.url))]);
    this.#node = new AudioWorkletNode(this.#context, 'earshot-microphone', {numberOfOutputs: 0});
    this.#node.port.onmessage = ({data}) => this.#hear(data);
    this.#node.port.postMessage({encoder: port2}, [port2]);
  }

  #connect() {
    const [track] = this.#stream.getAudioTracks();
    track.onended = () => this.#end('lost');
    this.#context.onstatechange = () => {
      if (this.#context.state !== 'running') this.#end('interrupted');
    };
    this.#context.createMediaStreamSource(this.#stream).connect(this.#node);
  }

  #hear({level, frames}) {
    this.level = level;
    this.#frames = frames;
    this.dispatchEvent(new Event('level'));
    if (this.elapsedMs >= this.#mostMs) this.#end('limit');
  }

  #setPaused(paused) {
    this.state = paused ? 'paused' : 'recording';
    this.#node.port.postMessage({paused});
  }

  #keep(chunk) {
    this.#chunks.push(chunk);
    this.dispatchEvent(new CustomEvent('chunk', {detail: chunk}));
  }

  /** The worklet hands over what it still has; where it no longer runs, the encoder is told directly. */
  #end(how) {
    if (this.state !== 'recording' && this.state !== 'paused') return;
    this.#ended = how;
    this.state = 'stopping';
    this.#node.port.postMessage({end: true});
    setTimeout(() => this.#worker?.postMessage({end: true}), END_WAIT_MS);
  }

  #finish(measured) {
    if (!measured.durationMs) this.#fail('lost');
    else this.#hand({...measured, ended: this.#ended});
  }

  #hand(about) {
    this.state = 'done';
    this.#close();
    const take = {id: this.id, blob: new Blob(this.#chunks, {type: CONTENT_TYPE}), contentType: CONTENT_TYPE, ...about};
    this.#taken.resolve(take);
    this.dispatchEvent(new CustomEvent('end', {detail: take}));
  }

  #fail(code, cause) {
    if (this.state === 'done') return;
    if (this.#chunks.length) return void this.#hand({durationMs: this.elapsedMs, peaks: [], loudnessLufs: null, ended: code});
    const running = this.state !== 'asking';
    this.state = 'done';
    this.#close();
    const error = new RecorderError(code, cause);
    this.#taken.reject(error);
    if (running) this.dispatchEvent(new CustomEvent('problem', {detail: error}));
  }

  #close() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    if (this.#worker) this.#worker.onmessage = null; // what it has already sent would begin a draft anew
    this.#worker?.terminate();
    this.#worker = null;
    if (!this.#context || this.#context.state === 'closed') return;
    this.#context.onstatechange = null;
    this.#context.close();
  }
}

/** Start to record, with a draft that outlives the page. */
export async function startRecording({workspace, place, mostMs, onLevel, onEnd, onProblem, onUnkept}) {
  const recorder = new Recorder({mostMs});
  const draft = draftOf(recorder, workspace, place, onUnkept);
  let asked = false;
  recorder.addEventListener('level', () => onLevel?.(recorder.level, recorder.elapsedMs));
  recorder.addEventListener('end', ({detail}) => { if (!asked) onEnd?.(detail); });
  recorder.addEventListener('problem', ({detail}) => { if (!asked) onProblem?.(detail); });
  await recorder.start();
  return {
    pause: () => recorder.pause(),
    resume: () => recorder.resume(),
    stop() { asked = true; return recorder.stop(); },
    discard() { recorder.discard(); return draft.discard(); },
    leave() {
      asked = true;
      recorder.addEventListener('end', draft.letGo);
      recorder.stop();
    },
  };
}

/** Keeps a recording in the outbox while it grows. Where the browser has no room for that, recording goes on without. */
function draftOf(recorder, workspace, place, onUnkept) {
  const {id} = recorder;
  let last = null;
  const then = (step) => { last = (last ?? Promise.resolve()).then(step).catch((error) => onUnkept?.(error)); };
  recorder.addEventListener('chunk', ({detail}) => {
    if (!last) then(() => startDraft({id, workspace, place}));
    then(() => appendChunk(id, detail));
  });
  recorder.addEventListener('end', ({detail: {durationMs, peaks, loudnessLufs}}) => {
    then(() => finishDraft(id, {durationMs, peaks, loudnessLufs}));
  });
  return {
    letGo: () => then(() => outbox.letGo(id)),
    async discard() {
      if (!last) return;
      await last; // what is still being kept would come after it
      await outbox.discard(id);
    },
  };
}

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, {resolve, reject}));
  return made;
}
