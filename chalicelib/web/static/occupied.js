/**
 * Whether somebody is at the recorder, speaking or with what they said in hand: so long nothing takes the page from them.
 *
 * `occupy()` -> function that frees it again; `isOccupied()`; `onceFree(act)`, one act at most.
 */
const holders = new Set();
let next = null;

export function occupy() {
  const mine = {};
  holders.add(mine);
  return () => {
    holders.delete(mine);
    if (isOccupied()) return;
    next?.();
    next = null;
  };
}

export const isOccupied = () => holders.size > 0;

export function onceFree(act) {
  next = act;
}
