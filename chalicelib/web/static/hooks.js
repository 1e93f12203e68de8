/** How screens read from the server and keep up with the engine. */
import {createContext, useContext, useEffect, useRef, useState} from './preact.js';

const GONE = 404;

/**
 * Who is signed in and which workspace is open: `{me, workspace, limits, away, url, home, refresh, onSignOut}`; `away` while
 * that is only remembered, as the server has not answered yet.
 */
export const Here = createContext(null);
export const useHere = () => useContext(Here);

/** What is not there, or not any more, may be one's own place in the workspace: look whether that still is. */
function useDoubt(problem) {
  const {refresh} = useHere();
  useEffect(() => { if (problem?.status === GONE) refresh(); }, [problem]);
}

/** Whether the browser is online. */
export function useOnline() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return online;
}

/** Try again what went wrong as soon as the browser is online again, and the server answers. */
function useAgainOnline(problem, again) {
  const {away} = useHere();
  const there = useOnline() && !away;
  useEffect(() => { if (there && problem) again(); }, [there]);
}

/** A value read from the server: `{value, problem, reload, set}`; `value` is undefined until it is there. */
export function useLoaded(read, dependencies) {
  const [state, setState] = useState({});
  const turn = useRef(0);
  const load = async () => {
    const mine = (turn.current += 1);
    try {
      const value = await read();
      if (mine === turn.current) setState({value});
    } catch (problem) {
      if (mine === turn.current) setState((before) => ({...before, problem}));
    }
  };
  useEffect(() => {
    setState({});
    load();
    return () => { turn.current += 1; };
  }, dependencies);
  useAgainOnline(state.problem, load);
  useDoubt(state.problem);
  return {...state, reload: load, set: (value) => { turn.current += 1; setState({value}); }};
}

/**
 * A list read part by part: `{items, next, problem, busy, more, reload, change}`; `items` is undefined until it is there.
 * `reload` reads as many as are shown.
 */
export function useList(read, dependencies) {
  const [state, setState] = useState({});
  const turn = useRef(0);
  const load = async ({after, kept = [], most = 0} = {}) => {
    const mine = (turn.current += 1);
    setState((before) => ({...before, busy: true, problem: undefined}));
    try {
      const items = [...kept];
      let next = after;
      do {
        const part = await read(next);
        items.push(...part.items);
        next = part.next;
      } while (next && items.length < most);
      if (mine === turn.current) setState({items, next});
    } catch (problem) {
      if (mine === turn.current) setState((before) => ({...before, busy: false, problem}));
    }
  };
  useEffect(() => {
    setState({});
    load();
    return () => { turn.current += 1; };
  }, dependencies);
  const reload = () => load({most: state.items?.length});
  useAgainOnline(state.problem, reload);
  useDoubt(state.problem);
  return {
    ...state,
    reload,
    more: () => { if (!state.busy) load({after: state.next, kept: state.items}); },
    change: (turned) => setState((before) => ({...before, items: turned(before.items ?? [])})),
  };
}

/** Look again every so often after the last look, as long as `on`. */
export function useAgain(look, everyMs, on) {
  const latest = useRef();
  latest.current = look;
  useEffect(() => {
    if (!on) return undefined;
    let timer;
    const wait = () => { timer = setTimeout(async () => { await latest.current(); if (timer) wait(); }, everyMs); };
    wait();
    return () => { clearTimeout(timer); timer = null; };
  }, [everyMs, on]);
}

/** Something a person asked for: `[do, {busy, problem}]`; asked again while under way, it is done once. */
export function useAction(act) {
  const [state, setState] = useState({});
  const under = useRef(false);
  const start = async (...given) => {
    if (under.current) return undefined;
    under.current = true;
    setState({busy: true});
    try {
      const result = await act(...given);
      setState({});
      return result;
    } catch (problem) {
      setState({problem});
      return undefined;
    } finally {
      under.current = false;
    }
  };
  return [start, state];
}

/**
 * What one chooses quickly, several at a time: `[choose, refused]`. It is shown at once and sent one after the other; `send(changes)`
 * gives what holds then, which is adopted once nothing else waits.
 */
export function useChoices({value, set, reload}, send) {
  const [refused, setRefused] = useState(null);
  const line = useRef(Promise.resolve());
  const latest = useRef(0);
  const deliver = async (changes, mine) => {
    try {
      const after = await send(changes);
      if (mine === latest.current) set(after);
    } catch (problem) {
      setRefused(problem);
      reload();
    }
  };
  const choose = (changes) => {
    const mine = (latest.current += 1);
    set({...value, ...changes});
    setRefused(null);
    line.current = line.current.then(() => deliver(changes, mine));
  };
  return [choose, refused];
}

/** Change what several people may change at once; where somebody was faster, `adopt` gets the present state before the error rises. */
export async function changeTogether(change, adopt) {
  try {
    return await change();
  } catch (problem) {
    if (problem.code === 'StaleVersion' && problem.current) adopt(problem.current);
    throw problem;
  }
}
