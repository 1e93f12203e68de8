/**
 * Keeps the client's own files, so that Earshot opens without a network; never what the API answers, nor audio.
 *
 * The server puts a line before this text: `FILES`, the version of each file by its path below this scope; the page
 * itself is ''. A change of any file is another service worker, which fetches what it has not got yet and waits: a page
 * that is open keeps the files that it began with, until all are closed or one that opens lets the new ones in.
 */
/* global FILES */

const SCOPE = new URL('./', location);
const NAME = 'earshot-files';
const PAGE = '';
const AT_ONCE = 4; // the server is not asked for everything in one moment
const TAKE_OVER = 'take over';

/** Where a file is kept: what is of one version stays what it is, whichever service worker asks. */
const placeOf = (path) => new URL(`${path}?${FILES[path]}`, SCOPE).href;

addEventListener('install', (event) => event.waitUntil(keepAll()));
addEventListener('activate', (event) => event.waitUntil(forgetOthers().then(() => clients.claim())));
addEventListener('message', ({data}) => { if (data === TAKE_OVER) skipWaiting(); });
addEventListener('fetch', (event) => {
  const path = pathOf(event.request);
  if (path !== null) event.respondWith(answer(event, path));
});

/** The path of a file that is kept, null for everything else: that goes its way as if there were no service worker. */
function pathOf({method, mode, url}) {
  const {origin, pathname, search} = new URL(url);
  if (method !== 'GET' || origin !== SCOPE.origin || !pathname.startsWith(SCOPE.pathname)) return null;
  const path = pathname.slice(SCOPE.pathname.length);
  if (!Object.hasOwn(FILES, path)) return null;
  return path === PAGE ? (mode === 'navigate' ? path : null) : (search ? null : path);
}

async function answer({request, clientId}, path) {
  if (path !== PAGE && await isAnotherPage(clientId)) return fetch(request);
  const cache = await caches.open(NAME);
  return (await cache.match(placeOf(path))) ?? fetch(request);
}

/** Whether a page asks that is not the client, such as that of a public link: it gets its files from the server alone. */
async function isAnotherPage(clientId) {
  const asking = clientId && await clients.get(clientId);
  return asking?.type === 'window' && new URL(asking.url).pathname !== SCOPE.pathname;
}

async function keepAll() {
  const cache = await caches.open(NAME);
  const wanted = Object.keys(FILES);
  const lane = async () => { while (wanted.length) await keep(cache, wanted.shift()); };
  await Promise.all(Array.from({length: AT_ONCE}, lane));
}

async function keep(cache, path) {
  if (await cache.match(placeOf(path))) return;
  const response = await fetch(new URL(path, SCOPE), {cache: 'no-cache'});
  if (!response.ok || !response.headers.get('ETag')?.includes(FILES[path])) throw new Error(`“${path}” is not there in this version.`);
  await cache.put(placeOf(path), response);
}

async function forgetOthers() {
  const cache = await caches.open(NAME);
  const mine = new Set(Object.keys(FILES).map(placeOf));
  for (const {url} of await cache.keys()) if (!mine.has(url)) await cache.delete(url);
}
