/** What Earshot is, and the way in. */
import {html, useEffect} from './preact.js';
import {Button, Notice} from './components.js';
import {Mark} from './icons.js';

const PROBLEMS = new Map([
  ['SignInFailed', 'Signing in did not work: it took too long, or was begun in another browser. Start again.'],
  ['Unavailable', 'Your sign-in provider did not answer. Nothing was lost; try again in a moment.'],
]);

/** The page of somebody who is not signed in; `next` is the place to go on at. */
export function SignIn({problem, ended, next}) {
  useEffect(() => { document.title = 'Sign in · Earshot'; }, []);
  return html`<div class="welcome"><main id="main">
    <div class="name"><${Mark} size=${44} />Earshot</div>
    <h1 tabindex="-1">Learn from one another by ear.</h1>
    <p class="lead">Whoever knows something records it in a few minutes, and colleagues listen when it suits them.
      What your workspace records stays in your workspace.</p>
    ${problem && html`<${Notice} kind="bad"><p>${PROBLEMS.get(problem) ?? PROBLEMS.get('SignInFailed')}</p><//>`}
    ${ended && html`<${Notice}><p>You have been signed out. Sign in to go on where you were.</p><//>`}
    <div><${Button} kind="main big" href="signin?next=${encodeURIComponent(next)}">Sign in<//></div>
    <p class="small muted">You sign in with your company’s account. Earshot keeps no password.</p>
  </main></div>`;
}
