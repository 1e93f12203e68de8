/**
 * IndexedDB, as far as Earshot needs it. Of the outbox: `items` by id, `audio` (Blob) by the item's id, `chunks`
 * (Uint8Array) by `[id, number]`; of listening: `events` by `session/sequence`.
 *
 * `read(store, ask)` -> what the request that `ask(objectStore)` makes finds; `write(stores, make)` -> when all
 * that `make(...objectStores)` asked for is kept, with what it returned where that is a request. Both raise a
 * `ShelfError` with a sentence.
 */

const NAME = 'earshot';
const VERSION = 2;
const STORES = {items: {keyPath: 'id'}, audio: {}, chunks: {}, events: {keyPath: 'key'}};
const FULL = 'This browser has no room left for recordings. Make room on this device, then try again.';
const CLOSED = 'This browser cannot keep recordings here. Leave private browsing, or use another browser.';
let opened = null;

/** Something cannot be kept or found. */
export class ShelfError extends Error {
  constructor(cause) {
    super(cause?.name === 'QuotaExceededError' ? FULL : CLOSED, {cause});
    this.name = 'ShelfError';
  }
}

export async function read(store, ask) {
  const transaction = (await open()).transaction(store);
  const request = ask(transaction.objectStore(store));
  return settled(transaction, () => request.result);
}

export async function write(stores, make) {
  const transaction = (await open()).transaction(stores, 'readwrite');
  const request = make(...stores.map((store) => transaction.objectStore(store)));
  return settled(transaction, () => request?.result);
}

/** Change what is kept under a key in one step; null where it is not there (any more). */
export async function change(store, key, turn) {
  const transaction = (await open()).transaction(store, 'readwrite');
  const objects = transaction.objectStore(store);
  let after = null;
  objects.get(key).onsuccess = ({target: {result}}) => {
    if (!result) return;
    after = {...result, ...turn(result)};
    objects.put(after);
  };
  return settled(transaction, () => after);
}

function settled(transaction, result) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(result());
    transaction.onabort = () => reject(new ShelfError(transaction.error));
  });
}

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const there = request.result.objectStoreNames;
      for (const [name, options] of Object.entries(STORES)) if (!there.contains(name)) request.result.createObjectStore(name, options);
    };
    request.onerror = () => reject(new ShelfError(request.error));
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = null; };
      request.result.onclose = () => { opened = null; };
      resolve(request.result);
    };
  });
  opened.catch(() => { opened = null; });
  return opened;
}
