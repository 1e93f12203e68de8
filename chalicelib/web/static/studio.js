/** The recorder as the page sees it: where it stands, how loud it is, and the take at its end. */
import {useEffect, useRef, useState} from './preact.js';
import {startRecording} from './recorder.js';

const IDLE = {state: 'idle', elapsedMs: 0, levels: [], take: null, problem: null};
const KEPT_LEVELS = 48;

/** `{state, elapsedMs, levels, take, problem, start, pause, resume, stop, discard}`; `state` is idle, asking, recording, paused or done. */
export function useRecorder() {
  const [shown, setShown] = useState(IDLE);
  const running = useRef(null);
  const url = useRef(null);
  const put = (changes) => setShown((before) => ({...before, ...changes}));
  const forget = () => {
    if (url.current) URL.revokeObjectURL(url.current);
    url.current = null;
  };
  const fail = (problem) => {
    running.current = null;
    setShown({...IDLE, problem});
  };
  const finish = (take) => {
    running.current = null;
    url.current = URL.createObjectURL(take.blob);
    put({state: 'done', take: {...take, url: url.current}});
  };
  useEffect(() => () => { running.current?.discard(); forget(); }, []);
  return {
    ...shown,
    async start() {
      setShown({...IDLE, state: 'asking'});
      try {
        running.current = await startRecording({
          onLevel: (level, elapsedMs) => setShown((before) => ({...before, elapsedMs, levels: [...before.levels, level].slice(-KEPT_LEVELS)})),
          onEnd: finish,
          onProblem: fail,
        });
        put({state: 'recording'});
      } catch (problem) {
        fail(problem);
      }
    },
    pause() { running.current.pause(); put({state: 'paused'}); },
    resume() { running.current.resume(); put({state: 'recording'}); },
    async stop() {
      try {
        finish(await running.current.stop());
      } catch (problem) {
        fail(problem);
      }
    },
    discard() {
      running.current?.discard();
      running.current = null;
      forget();
      setShown(IDLE);
    },
  };
}
