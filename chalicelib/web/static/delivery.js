/**
 * The way of one recording to the library: announce it, send it to S3, wait until it is `ready` or rejected.
 *
 * `deliver(item, {save, audio, onProgress, signal, check})`: resolves when the item is ready, rejected or gone. `save(changes)`
 * keeps changes of the item and gives the item, null where it was discarded; `audio()` gives its Blob; `check()`, before anything
 * is asked of the server, raises where it is not to be asked any more.
 * `takeBack(item)`: the server forgets a track that was announced. `isPassing(error)`: whether trying again helps.
 */
import * as api from './api.js';

const UNSEEN_MS = 10 * 60_000;
const FORM_SPARE_MS = 30_000;
const POLL_MS = [500, 5_000];
const UNSEEN = 'The recording did not arrive in the library. Try again.';
const LOST = 'This browser has lost the recording.';

let turn = Promise.resolve();

/** Something that only a person can decide about. */
class Stuck extends Error {}

export async function deliver(item, way) {
  const sent = item.sentAt ? item : await inTurn(() => send(item, way));
  if (sent) await settle(sent, way);
}

export async function takeBack(item) {
  try {
    await api.del(placeOf(item));
  } catch (error) {
    if (error.status !== 404) throw error;
  }
}

export const isPassing = (error) => error instanceof api.ApiError && error.passing;

/** Wait, but no longer than until the browser is online again or `signal` says so. */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    addEventListener('online', done);
    signal?.addEventListener('abort', done);
  });
}

/** One upload after the other, so that the first is there soon. */
function inTurn(job) {
  const mine = turn.then(job);
  turn = mine.then(() => {}, () => {});
  return mine;
}

async function send(item, {save, audio, onProgress, signal, check}) {
  if (signal.aborted) return null;
  check();
  const form = await formFor(item, save);
  if (form) {
    const blob = await audio();
    if (!blob) throw new Stuck(LOST);
    if (!(await save({status: 'uploading', problem: null, form}))) return null;
    await put(form, blob, {save, onProgress, signal});
  }
  return save({status: 'processing', problem: null, form: null, sentAt: Date.now()});
}

/** S3 says 403 where a form has expired; a fresh one is asked for at the next try. */
async function put(form, blob, {save, onProgress, signal}) {
  try {
    await api.upload(form, blob, {onProgress, signal});
  } catch (error) {
    if (error.status !== 403) throw error;
    await save({form: {...form, expires_at: new Date(0).toISOString()}});
    throw new api.ApiError(503, error.code, error.message);
  }
}

/** The form to upload with, null where the recording has arrived already. */
async function formFor(item, save) {
  const {form, renews} = item;
  if (!form && !renews) return announce(item, save);
  if (!form) return renew(item);
  if (statusOf(await api.get(placeOf(item)), item) !== 'awaiting_upload') return null;
  return Date.parse(form.expires_at) - api.now() > FORM_SPARE_MS ? form : renew(item);
}

async function announce(item, save) {
  const {title, consent, about, trackId} = item;
  if (!(await save({announced: true}))) return null;
  const {upload} = await api.post(tracksOf(item), {title, consent, ...about, ...fileOf(item)}, {key: trackId});
  return upload;
}

async function renew(item) {
  try {
    return (await api.post(`${placeOf(item)}/uploads`, fileOf(item))).upload;
  } catch (error) {
    if (error.code === 'NothingToUpload') return null;
    throw error;
  }
}

async function settle(item, {save, signal, check}) {
  for (let wait = POLL_MS[0]; !signal.aborted; wait = Math.min(wait * 1.5, POLL_MS[1])) {
    check();
    const track = await api.get(placeOf(item));
    const status = statusOf(track, item);
    check();
    if (status === 'ready') return void (await save({status, problem: await enter(item)}));
    if (status === 'rejected') return void (await save({status, problem: track.new_revision?.reason ?? track.reason}));
    if (status === 'awaiting_upload' && Date.now() - item.sentAt > UNSEEN_MS) throw new Stuck(UNSEEN);
    await pause(wait, signal);
  }
}

/** Put it into the playlist, the round or the question it was recorded for; a sentence where that refuses it, which the library does not. */
async function enter({id, workspaceId, playlistId, round, questionId, trackId}) {
  const place = `v1/workspaces/${workspaceId}`;
  try {
    if (playlistId) await api.post(`${place}/playlists/${playlistId}/entries`, {track_id: trackId}, {key: id});
    if (round) await api.put(`${place}/groups/${round.groupId}/rounds/${round.roundId}/contribution`, {track_id: trackId});
    if (questionId) await api.post(`${place}/questions/${questionId}/answers`, {track_id: trackId}, {key: id});
    return null;
  } catch (error) {
    if (isPassing(error) || api.isSignedOut(error)) throw error;
    return `It was published, but ${questionId ? 'does not answer the question' : `is not in the ${round ? 'round' : 'playlist'}`}. ${error.message}`;
  }
}

/** Where this recording stands; one that takes the place of a ready track has its status beside the track's. */
function statusOf(track, {renews}) {
  if (!renews?.revision) return track.status;
  if (track.revision > renews.revision) return 'ready';
  return track.new_revision?.status ?? 'awaiting_upload';
}

const tracksOf = ({workspaceId}) => `v1/workspaces/${workspaceId}/tracks`;
const placeOf = (item) => `${tracksOf(item)}/${item.trackId}`;

function fileOf({contentType, sizeBytes, peaks, loudnessLufs}) {
  return {
    content_type: contentType,
    size_bytes: sizeBytes,
    ...(peaks.length && {peaks}),
    ...(loudnessLufs !== null && {loudness_lufs: loudnessLufs}),
  };
}
