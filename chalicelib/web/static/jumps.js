/**
 * A far seek can be taken back for a while. `goes(hereMs)` as a seek begins, however many steps it has; `went(thereMs, tell)`
 * tells `{backMs}` where that was far, and null once the while is over; `forget()` where another place begins.
 */
const FAR_MS = 15_000;
const OFFER_MS = 8_000;
const SETTLE_MS = 1_000;

let origin = null;
let soughtAt = 0;
let timer = 0;

export function goes(hereMs) {
  if (origin === null || Date.now() - soughtAt > SETTLE_MS) origin = hereMs;
  soughtAt = Date.now();
}

export function went(thereMs, tell) {
  clearTimeout(timer);
  const far = Math.abs(thereMs - origin) > FAR_MS;
  tell(far ? {backMs: origin} : null);
  if (far) timer = setTimeout(() => tell(null), OFFER_MS);
}

export function forget() {
  clearTimeout(timer);
  origin = null;
}
