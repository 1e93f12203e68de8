/** What is unread in the inbox, for the frame around every page; opening the page that it is about reads it. */
import {html, useEffect, useState} from './preact.js';
import * as api from './api.js';
import {useHere} from './hooks.js';
import {Icon} from './icons.js';

const AGAIN_MS = 120_000;
const NOTHING = {count: 0, more: false, items: []};

let shown = NOTHING;
let askedAt = -AGAIN_MS;
let turn = 0;
const listeners = new Set();

/** Take what the server has answered. */
function set(unread) {
  turn += 1;
  shown = unread;
  for (const tell of listeners) tell(unread);
}

/** `{count, more, items}` as it is known now. */
function useUnread() {
  const [unread, setUnread] = useState(shown);
  useEffect(() => {
    listeners.add(setUnread);
    setUnread(shown);
    return () => listeners.delete(setUnread);
  }, []);
  return unread;
}

/** Look into the inbox on coming to a page, at most every two minutes but always on coming to the inbox, and read what is about that page. */
export function useUnreadAt({screen, id}, {url, limits}) {
  useEffect(() => { askedAt = -AGAIN_MS; set(NOTHING); }, [url]);
  useEffect(() => {
    const page = id ? `${screen}/${id}` : screen;
    const look = async () => {
      if (!navigator.onLine) return;
      try {
        if (screen === 'inbox' || performance.now() - askedAt >= AGAIN_MS) await ask(url);
        const read = shown.items.filter((item) => item.page === page).map(({activity_id: one}) => one);
        if (read.length) await mark(url, {activity_ids: read.slice(0, limits.read_at_once)});
      } catch (problem) {
        if (!(problem instanceof api.ApiError)) throw problem;
        askedAt = -AGAIN_MS; // what was known stays; the next page asks again
      }
    };
    const back = () => { if (document.visibilityState === 'visible') look(); };
    look();
    document.addEventListener('visibilitychange', back);
    return () => document.removeEventListener('visibilitychange', back);
  }, [screen, id, url]);
}

async function ask(url) {
  askedAt = performance.now();
  const mine = turn;
  const unread = await api.get(`${url}/inbox/unread`);
  if (mine === turn) set(unread); // what was read meanwhile is known better
}

/** Have read some of it: `{activity_ids}` or `{until}`. */
export async function mark(url, what) {
  set(await api.post(`${url}/inbox/read`, what));
}

/** The way to the inbox, with how much is unread in it; `words` where there is room for them. */
export function InboxLink({current, words}) {
  const {home} = useHere();
  const {count, more} = useUnread();
  const told = count ? `Inbox, ${more ? `more than ${count}` : count} unread` : 'Inbox';
  return html`<a class=${words ? '' : 'button plain round'} href="${home}/inbox" aria-label=${told} title=${told} aria-current=${current ? 'page' : undefined}>
    <span class="badged"><${Icon} name="inbox" size=${words ? 24 : 20} />${count > 0 && !words && html`<${Badge} ...${{count, more}} />`}</span>
    ${words && 'Inbox'}${count > 0 && words && html`<${Badge} ...${{count, more}} />`}
  </a>`;
}

function Badge({count, more}) {
  return html`<span class="badge numbers">${count}${more && '+'}</span>`;
}
