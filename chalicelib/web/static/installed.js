/**
 * The client's own files in this browser, kept by its service worker (sw.js).
 *
 * `keepFiles()` has them kept, as soon as nothing else is being fetched. `letNewIn()` is for the very beginning of a page: where
 * newer files wait and no other page is open, which could be recording, it loads the page again with them; it answers false
 * where the page is to go on.
 */

const TAKE_OVER = 'take over';
const OPEN = 'earshot-page';
const QUIET_MS = 2_000;
const CHANGED_MS = 3_000;

/** Whether this page is being loaded again, with newer files. */
export async function letNewIn() {
  const waiting = (await navigator.serviceWorker?.getRegistration())?.waiting;
  const begun = waiting ? await navigator.locks.request(OPEN, {ifAvailable: true}, (alone) => alone && takesOver(waiting)) : false;
  if (begun) location.reload();
  else navigator.locks.request(OPEN, {mode: 'shared'}, () => new Promise(() => {})); // for as long as this page is open
  return Boolean(begun);
}

/** Keep the files, where this browser can. */
export async function keepFiles() {
  if (!navigator.serviceWorker) return;
  await quiet();
  try {
    await navigator.serviceWorker.register('sw.js', {updateViaCache: 'none'});
  } catch (error) {
    console.info(error); // a browser that keeps nothing, or a line that was lost: the page does without
  }
}

function takesOver(waiting) {
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(true), {once: true});
    setTimeout(resolve, CHANGED_MS, false);
    waiting.postMessage(TAKE_OVER);
  });
}

/** When this page has fetched nothing for a little while. */
function quiet() {
  return new Promise((resolve) => {
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => { observer.disconnect(); resolve(); }, QUIET_MS);
    };
    const observer = new PerformanceObserver(wait);
    observer.observe({type: 'resource'});
    wait();
  });
}
