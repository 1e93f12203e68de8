/**
 * Recordings that nobody has published yet, kept in IndexedDB while they are spoken: the outbox's drafts.
 *
 * `startDraft({id, workspace, place?})`, `appendChunk(id, Uint8Array)`, `finishDraft(id, {durationMs, peaks, loudnessLufs})`:
 * one that is being spoken; it belongs to this page until it is added to the outbox, discarded or let go there; its `place` is
 * what it is spoken for, as the query of the recorder's page says it. `drafts(workspace)` -> those that belong to no page,
 * `[{id, createdAt, place, durationMs}]`; `takeOf(id)` -> such a one as a take of this page's.
 */
import {chunksOf, hold, letGo, lockOf, tell} from './outbox.js';
import {change, read, write} from './shelf.js';

const CHUNK_MS = 1_000; // about
const GONE = 'This recording was sent or discarded already.';

const counts = new Map();

/** Keep a place for a recording. */
export async function startDraft({id, workspace, place = ''}) {
  await hold(id);
  await write(['items'], (items) => items.put({
    id,
    workspaceId: workspace.workspace_id,
    memberId: workspace.member_id,
    place,
    createdAt: new Date().toISOString(),
    contentType: 'audio/mpeg',
    status: 'recording',
    measured: null,
  }));
  tell();
}

/** Keep what was said next. */
export function appendChunk(id, chunk) {
  const number = counts.get(id) ?? 0;
  counts.set(id, number + 1);
  return write(['chunks'], (chunks) => chunks.add(chunk, [id, number]));
}

/** The recording has come to its end; it stays a draft until it is added or discarded. */
export function finishDraft(id, measured) {
  return change('items', id, (item) => (item.status === 'recording' ? {measured} : {}));
}

/** Recordings that were left behind, oldest first; how long those are that were cut short is a guess. */
export async function drafts({workspace_id: workspaceId, member_id: memberId}) {
  const locks = await navigator.locks.query();
  const taken = new Set(locks.held.map(({name}) => name));
  const left = (await read('items', (items) => items.getAll())).filter((item) => item.status === 'recording' && item.workspaceId === workspaceId
    && item.memberId === memberId && !taken.has(lockOf(item.id)));
  const found = await Promise.all(left.map(async ({id, createdAt, measured, place = ''}) => {
    const count = await read('chunks', (chunks) => chunks.count(chunksOf(id)));
    return {id, createdAt, place, durationMs: measured?.durationMs ?? count * CHUNK_MS};
  }));
  return found.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** A draft as a take of this page's. What was cut short is measured here. Raises a sentence where another page has it. */
export async function takeOf(id) {
  await hold(id);
  tell(); // no other page offers it any more
  try {
    const item = await read('items', (items) => items.get(id));
    if (item?.status !== 'recording') throw new Error(GONE);
    const chunks = await read('chunks', (kept) => kept.getAll(chunksOf(id)));
    const blob = new Blob(chunks, {type: item.contentType});
    const measured = item.measured ?? (await (await import('./cutting.js')).measured(blob));
    return {id, blob, contentType: item.contentType, ...measured};
  } catch (error) {
    letGo(id);
    throw error;
  }
}
