/**
 * Everything that goes over the network: Earshot's API, and uploads to S3.
 *
 * get(path, query?), post(path, body?, {key, version, keepalive}), put(path, body?, {version}), patch(path, body, {version}),
 *   del(path, {version}) answer parsed JSON, null where there is none; `key` is an Idempotency-Key, `version` an
 *   If-Match, `keepalive` lets a request outlive its page.
 * upload(form, blob, {onProgress, signal}) sends audio with a presigned POST.
 * ApiError is all that they throw, beside an AbortError where `signal` said so.
 * isSignedOut(error), onSignedOut(listener) tell that somebody has to sign in; signOut() ends the session.
 * settings() answers what can be known without signing in, read once.
 * signIn() is the mark of the sign-in in this browser; onAnotherSignIn(listener) tells that another one took the place of
 *   the one that this page began with: nothing is asked in its name any more.
 */

const ANSWER_MS = 30_000;
const STALLED_MS = 60_000;
const DRIFT_MS = 3_000; // the header has whole seconds, and the answer was on its way

const SENTENCES = {
  Offline: 'You are offline. Try again when you are back.',
  Unreachable: 'Earshot cannot be reached. Check your connection and try again.',
  TimedOut: 'Earshot took too long to answer. Try again in a moment.',
  Unavailable: 'Earshot cannot answer right now. Nothing was lost; try again in a moment.',
  Unreadable: 'Earshot’s answer cannot be read. Load the page again.',
  UploadRefused: 'The upload was refused. Try again.',
};

/** Each sign-in in this browser has a mark of its own, which says nothing of who it was. */
const SIGN_IN = /(?:^|; )(?:__Host-)?earshot_signin_mark=([^;]+)/;

const signedOut = new Set();

/** Why a request came to nothing: `status` is 0 where no answer came, `message` a sentence for a person. */
export class ApiError extends Error {
  constructor(status, code, message = SENTENCES[code] ?? SENTENCES.Unavailable, {current, retryAfterMs} = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.current = current;
    this.retryAfterMs = retryAfterMs ?? null;
  }

  /** Whether the same request may well succeed later. */
  get passing() {
    return this.status === 0 || this.status >= 500 || (this.status === 429 && this.code !== 'QuotaReached');
  }
}

/** Whether this error says that somebody has to sign in. */
export const isSignedOut = (error) => error instanceof ApiError && error.status === 401;

/** Hear when the server no longer knows who is calling; answers how to stop hearing it. */
export function onSignedOut(listener) {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

export const signIn = () => SIGN_IN.exec(document.cookie)?.[1] ?? null;

const begunAs = signIn();
let tellAnother = null;

/** Hear, before the next request or as the page is looked at again, that somebody has signed in in another tab. */
export function onAnotherSignIn(listener) {
  tellAnother = listener;
  document.addEventListener('visibilitychange', () => { if (isAnother()) listener(); });
}

const isAnother = () => tellAnother !== null && signIn() !== begunAs;

/** Read something; empty values of the query are left out. */
export function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given).toString();
  return call('GET', text ? `${path}?${text}` : path);
}

/** Create or do something. */
export const post = (path, body, options) => call('POST', path, body, options);

/** Let something be so. */
export const put = (path, body, options) => call('PUT', path, body, options);

/** Change something. */
export const patch = (path, body, options) => call('PATCH', path, body, options);

/** Remove something. */
export const del = (path, options) => call('DELETE', path, undefined, options);

/** End the session. */
export const signOut = () => post('signout');

let known = null;

/** The identity provider and the limits. */
export async function settings() {
  known ??= await get('settings.json');
  return known;
}

/** This moment in milliseconds, by the server's clock as far as it is known. */
export const now = () => Date.now() + aheadMs;

let aheadMs = 0;

async function call(method, path, body, {key, version, keepalive} = {}) {
  if (isAnother()) {
    tellAnother();
    return new Promise(() => {}); // an answer would be another person's
  }
  const headers = {Accept: 'application/json'};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (key !== undefined) headers['Idempotency-Key'] = key;
  if (version !== undefined) headers['If-Match'] = `"${version}"`;
  const response = await answered(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: 'same-origin',
    keepalive,
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (response.ok) return response.value;
  const {Code: code = 'Unavailable', Message: message, Current: current} = response.value ?? {};
  const seconds = Number(response.retryAfter);
  const problem = new ApiError(response.status, code, message, {
    current, retryAfterMs: seconds > 0 ? seconds * 1000 : null,
  });
  if (isSignedOut(problem)) for (const listener of signedOut) listener(problem);
  throw problem;
}

async function answered(path, request) {
  let response;
  let text;
  try {
    response = await fetch(path, request);
    text = await response.text();
  } catch (error) {
    throw unanswered(error);
  }
  const {ok, status, headers} = response;
  const date = Date.parse(headers.get('Date'));
  if (date && Math.abs(date - now()) > DRIFT_MS) aheadMs = date - Date.now();
  return {ok, status, retryAfter: headers.get('Retry-After'), value: parsed(text, status)};
}

function unanswered(error) {
  if (error.name === 'TimeoutError') return new ApiError(0, 'TimedOut');
  if (error instanceof TypeError) return new ApiError(0, navigator.onLine ? 'Unreachable' : 'Offline');
  return error;
}

function parsed(text, status) {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (status >= 400) return null; // a gateway's own page, not Earshot's answer
    throw new ApiError(status, 'Unreadable');
  }
}

/**
 * Send audio to S3 with a presigned POST: its fields, then the file.
 * `onProgress` hears 0 to 1; an upload that does not move for a minute is given up.
 */
export function upload(form, blob, {onProgress, signal} = {}) {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
    body.append('file', blob, 'audio');
    const request = new XMLHttpRequest();
    let stalled;
    let stalledOut = false;
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => { stalledOut = true; request.abort(); }, STALLED_MS);
    };
    const abort = () => request.abort();
    const settle = (end) => (value) => {
      clearTimeout(stalled);
      signal?.removeEventListener('abort', abort);
      end(value);
    };
    const done = settle(resolve);
    const failed = settle(reject);
    request.upload.onprogress = ({loaded, total}) => { alive(); onProgress?.(total ? loaded / total : 0); };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) done();
      else failed(refused(request));
    };
    request.onerror = () => failed(new ApiError(0, navigator.onLine ? 'Unreachable' : 'Offline'));
    request.onabort = () => failed(stalledOut
      ? new ApiError(0, 'TimedOut') : new DOMException('The upload was called off.', 'AbortError'));
    signal?.addEventListener('abort', abort);
    request.open('POST', form.url);
    alive();
    request.send(body);
    if (signal?.aborted) request.abort();
  });
}

/** S3 answers XML: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function refused(request) {
  const code = request.responseXML?.querySelector('Code')?.textContent;
  return new ApiError(request.status, code ?? 'UploadRefused', SENTENCES.UploadRefused);
}
