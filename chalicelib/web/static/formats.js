/** Times, sizes and counts as people read them. */

const MINUTE_MS = 60_000;
const relative = new Intl.RelativeTimeFormat('en', {numeric: 'auto'});
const date = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'long'});
const dateOfYear = new Intl.DateTimeFormat('en-GB', {dateStyle: 'long'});
const shortDate = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short'});
const shortDateOfYear = new Intl.DateTimeFormat('en-GB', {dateStyle: 'medium'});
const list = new Intl.ListFormat('en-GB', {type: 'conjunction'});
const exact = new Intl.DateTimeFormat('en-GB', {dateStyle: 'long', timeStyle: 'short'});

const hours = new Intl.DateTimeFormat('en-GB', {timeStyle: 'short'});

const STEPS = [
  ['minute', MINUTE_MS, 60],
  ['hour', 60 * MINUTE_MS, 24],
  ['day', 24 * 60 * MINUTE_MS, 7],
];

/** A place in a track: `3:07`, or `1:02:03`. */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor((ms ?? 0) / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, i) => (i ? String(part).padStart(2, '0') : part)).join(':');
}

/** A part of a track: `0:40 to 1:10`. */
export const fromTo = (fromMs, toMs) => `${clock(fromMs)} to ${clock(toMs)}`;

/** A place to a tenth of a second: `3:07.4`. */
export const fineClock = (ms) => `${clock(tenths(ms))}.${Math.floor(tenths(ms) / 100) % 10}`;

const tenths = (ms) => Math.round(ms / 100) * 100;

/** Milliseconds of a place written as `3:07`, `1:02:03` or `45`; null for anything else. */
export function msOf(text) {
  const parts = text.trim().split(':');
  if (parts.length > 3 || parts.some((part) => !/^\d{1,4}$/u.test(part))) return null;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
}

/** A duration in words, for those who hear the page: `3 minutes 7 seconds`. */
export function spoken(ms) {
  const seconds = Math.max(0, Math.floor((ms ?? 0) / 1000));
  const minutes = Math.floor(seconds / 60);
  const parts = [];
  if (minutes) parts.push(count(minutes, 'minute'));
  if (seconds % 60 || !minutes) parts.push(count(seconds % 60, 'second'));
  return parts.join(' ');
}

/** The same to a tenth of a second: `3 minutes 7.4 seconds`. */
export function spokenFinely(ms) {
  const minutes = Math.floor(tenths(ms) / MINUTE_MS);
  const seconds = `${((tenths(ms) % MINUTE_MS) / 1000).toFixed(1)} seconds`;
  return minutes ? `${count(minutes, 'minute')} ${seconds}` : seconds;
}

/** How long ago, up to a week; the day before that, as short as a row of a list wants it: `24 Nov`. */
export function ago(time, now = Date.now()) {
  const elapsed = now - Date.parse(time);
  if (elapsed < MINUTE_MS) return 'just now';
  for (const [unit, length, most] of STEPS) {
    if (elapsed < length * most) return relative.format(-Math.floor(elapsed / length), unit);
  }
  return dayIn(shortDate, shortDateOfYear, time, now);
}

/** A day: `24 November`, with its year where that is another one. */
export const day = (time, now = Date.now()) => dayIn(date, dateOfYear, time, now);

function dayIn(thisYear, otherYear, time, now) {
  const then = new Date(time);
  return (then.getFullYear() === new Date(now).getFullYear() ? thisYear : otherYear).format(then);
}

const calendar = new Intl.DateTimeFormat('en-GB', {dateStyle: 'long', timeZone: 'UTC'});
const monthOfYear = new Intl.DateTimeFormat('en-GB', {month: 'long', year: 'numeric', timeZone: 'UTC'});

/** A day of the calendar such as `2027-03-14`, the same everywhere: `14 March 2027`. */
export const calendarDay = (text) => calendar.format(new Date(text));

/** The month of such a day: `March 2027`. */
export const month = (text) => monthOfYear.format(new Date(text));

/** A moment in full, in the reader's own time zone. */
export const moment = (time) => exact.format(Date.parse(time));

/** The time of a day, in the reader's own time zone. */
export const timeOf = (moment) => hours.format(moment);

/** A file's size: `640 kB`, `12.4 MB`, `3.1 GB`. */
export function size(bytes) {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} kB`;
  if (bytes >= 1_000_000_000) return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 && bytes % 1_000_000 ? 1 : 0)} MB`;
}

/** Names in a row: `Sales, Legal and Support`. */
export const listed = (names) => list.format(names);

/** A number with its noun. */
export const count = (number, noun, plural = `${noun}s`) => `${number} ${number === 1 ? noun : plural}`;

/** Whether nothing in a text can be seen, as the server finds: it has only spaces, controls and marks of direction. */
export const isBlank = (text) => !/[^\p{C}\p{Z}]/u.test(text);

/** One or two letters that stand for a name, whole graphemes only. */
export function initials(name) {
  const words = String(name).trim().split(/\s+/u);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return chosen.map(firstLetter).join('').toLocaleUpperCase();
}

/** A title for a file: its name without the ending, at most so many code points, as the server counts them. */
export function titleOf(fileName, most) {
  return [...(fileName.replace(/\.[^.]{1,5}$/u, '').trim() || fileName)].slice(0, most).join('');
}

function firstLetter(word) {
  const segments = new Intl.Segmenter(undefined, {granularity: 'grapheme'}).segment(word);
  return segments[Symbol.iterator]().next().value?.segment ?? '';
}
