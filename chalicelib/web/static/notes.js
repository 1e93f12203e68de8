/** Small things that are kept in this browser because they are handy: where it has no room for one, all goes on without. */

export function keepNote(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch (refused) {
    if (refused.name !== 'QuotaExceededError') throw refused;
    console.info(`This browser has no room for “${key}”.`, refused);
  }
}
