/** The recorder as the page sees it: where it stands, how loud it is, and the take at its end. */
import {useEffect, useRef, useState} from './preact.js';
import {Hearing, Outline} from './hearing.js';
import {useHere} from './hooks.js';
import {occupy} from './occupied.js';
import {outbox} from './outbox.js';
import {player} from './player.js';
import {startRecording} from './recorder.js';
import {takeOf} from './unpublished.js';

const IDLE = {state: 'idle', elapsedMs: 0, level: 0, bars: [], hint: null, take: null, problem: null, unkept: null};
const SPARE_MS = 1_000; // an MP3 is a little longer than what was said

/**
 * `{state, elapsedMs, level, bars, hint, take, problem, unkept, start, pause, resume, stop, discard, takeUp}`; `state` is
 * idle, asking, recording, paused, stopping or done, `bars` and `hint` are of what was said so far (`hearing.js`), `unkept`
 * why it will not outlive this page. `takeUp(id)` goes on with a draft; what is neither sent nor discarded when the page is
 * left becomes one.
 */
export function useRecorder({longestMs, place}) {
  const {workspace} = useHere();
  const [shown, setShown] = useState(IDLE);
  const running = useRef(null);
  const taken = useRef(null);
  const gone = useRef(false);
  const occupied = useRef(null);
  const put = (changes) => setShown((before) => ({...before, ...changes}));
  const hold = () => { occupied.current ??= occupy(); };
  const free = () => {
    occupied.current?.();
    occupied.current = null;
  };
  const fail = (problem) => {
    running.current = null;
    free();
    setShown({...IDLE, problem});
  };
  const finish = (take) => {
    running.current = null;
    taken.current = {...take, url: URL.createObjectURL(take.blob)};
    put({state: 'done', take: taken.current});
  };
  const forget = () => {
    if (taken.current) URL.revokeObjectURL(taken.current.url);
    taken.current = null;
  };
  useEffect(() => () => {
    gone.current = true;
    running.current?.leave();
    if (taken.current) outbox.letGo(taken.current.id);
    forget();
    free();
  }, []);
  const until = (made) => made.then(finish, fail);
  return {
    ...shown,
    async start() {
      player.pause();
      hold();
      setShown({...IDLE, state: 'asking'});
      const outline = new Outline();
      const hearing = new Hearing();
      try {
        running.current = await startRecording({
          workspace,
          place,
          mostMs: longestMs - SPARE_MS,
          onLevel(level, elapsedMs) {
            outline.add(level);
            put({elapsedMs, level, bars: outline.bars(), hint: hearing.hear(level, elapsedMs)});
          },
          onEnd: finish,
          onProblem: fail,
          onUnkept: (unkept) => put({unkept}),
        });
        if (gone.current) await running.current.discard();
        else put({state: 'recording'});
      } catch (problem) {
        fail(problem);
      }
    },
    pause() { running.current.pause(); put({state: 'paused'}); },
    resume() { running.current.resume(); put({state: 'recording'}); },
    stop() { put({state: 'stopping'}); return until(running.current.stop()); },
    takeUp(id) { hold(); return until(takeOf(id)); },
    async discard() {
      await running.current?.discard();
      if (taken.current) await outbox.discard(taken.current.id);
      running.current = null;
      forget();
      free();
      setShown(IDLE);
    },
  };
}
