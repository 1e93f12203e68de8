/** Starts Earshot's page: who is here, which screen stands in the address, and the frame around it. */
import {Component, html, render, useEffect, useMemo, useState} from './preact.js';
import * as api from './api.js';
import {Away, Button, EmptyState, Page, Problem, focusHeading, say} from './components.js';
import {Here, useAction, useAgain, useOnline} from './hooks.js';
import {Icon, Mark} from './icons.js';
import {keepFiles, letNewIn} from './installed.js';
import {report} from './listening.js';
import {isOccupied, onceFree} from './occupied.js';
import {outbox} from './outbox.js';
import {player} from './player.js';
import {PlayerBar, usePlayer} from './playerbar.js';
import {forget, remember, remembered} from './remembered.js';
import {InboxLink, useUnreadAt} from './unread.js';

const TABS = [
  ['home', 'Home'], ['playlists', 'Playlists'], ['record', 'Record'], ['library', 'Library'], ['groups', 'Groups'], ['people', 'People'],
];
/** The tab that a screen stands below, where it is none itself. */
const BELOW = {
  activity: 'home', assigned: 'home', feedback: 'home', question: 'home', questions: 'home', thanks: 'home', playlist: 'playlists', track: 'library', group: 'groups', round: 'groups', mentoring: 'groups',
  person: 'people', invite: 'people', settings: 'people', connections: 'people', reports: 'people',
};
/** Where each screen stands; it is fetched when it is opened first. */
const FILES = new Map([
  ['activity', ['./activity.js', 'Activity']],
  ['assigned', ['./assignedpage.js', 'AssignedPage']],
  ['connections', ['./connections.js', 'Connections']],
  ['feedback', ['./feedback.js', 'FeedbackPage']],
  ['group', ['./group.js', 'GroupPage']],
  ['groups', ['./groups.js', 'Groups']],
  ['home', ['./home.js', 'Home']],
  ['inbox', ['./inbox.js', 'Inbox']],
  ['invite', ['./invite.js', 'InviteMany']],
  ['library', ['./library.js', 'Library']],
  ['mentoring', ['./mentoring.js', 'Mentoring']],
  ['people', ['./people.js', 'People']],
  ['person', ['./person.js', 'PersonPage']],
  ['playlist', ['./playlist.js', 'PlaylistPage']],
  ['playlists', ['./playlists.js', 'Playlists']],
  ['question', ['./question.js', 'QuestionPage']],
  ['questions', ['./myquestions.js', 'MyQuestions']],
  ['record', ['./record.js', 'Record']],
  ['reports', ['./reports.js', 'Reports']],
  ['round', ['./round.js', 'RoundPage']],
  ['thanks', ['./thanks.js', 'ThanksPage']],
  ['track', ['./track.js', 'TrackPage']],
  ['settings', ['./settings.js', 'WorkspaceSettings']],
  ['you', ['./you.js', 'You']],
]);
const CLOSING = ['./closing.js', 'ClosingBanner'];
const SIGN_IN = ['./signin.js', 'SignIn'];
const WORKSPACES = ['./workspaces.js', 'Workspaces'];
const FETCHED = new Map();
const LATE_MS = 4_000;
const AGAIN_MS = 10_000;

/** The place in the address: `#/w/{workspace}/{screen}/{id}?…`. */
function placeNow() {
  const [path, query] = location.hash.slice(1).split('?');
  const [, first, workspaceId, screen, id] = path.split('/').map(decoded);
  const inside = first === 'w' ? {workspaceId, screen: screen || 'home', id} : {};
  return {hash: location.hash, first: first ?? '', query: new URLSearchParams(query), ...inside};
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

function usePlace() {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const moved = () => { Page.moved = true; setPlace(placeNow()); scrollTo(0, 0); };
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return place;
}

function App() {
  const place = usePlace();
  const [visitor, setVisitor] = useState({});
  const read = async ({ended = false} = {}) => {
    const late = setTimeout(() => setVisitor(asRemembered), LATE_MS);
    try {
      const [me, {limits}] = await Promise.all([api.get('v1/me'), api.settings()]);
      remember({me, limits});
      setVisitor({me, limits});
      return me;
    } catch (problem) {
      if (!api.isSignedOut(problem)) setVisitor((before) => ({...(problem.passing ? asRemembered(before) : before), problem}));
      else if (!isOccupied()) setVisitor({out: true, ended});
      return null;
    } finally {
      clearTimeout(late);
    }
  };
  const signOut = async () => {
    await api.signOut();
    forget();
    location.hash = '#/signin';
    location.reload();
  };
  useEffect(() => {
    read();
    return api.onSignedOut(() => {
      forget();
      if (isOccupied()) onceFree(() => read({ended: true})); // perhaps they have signed in again by then
      else setVisitor((before) => (before.out ? before : {out: true, ended: true}));
    });
  }, []);
  useEffect(() => { lead(place, visitor.me); }, [place, visitor.me]);
  const online = useOnline();
  const unanswered = Boolean(visitor.away || (visitor.problem && !visitor.me));
  useEffect(() => { if (online && unanswered) read(); }, [online]);
  useAgain(read, AGAIN_MS, unanswered);
  const here = Boolean(visitor.me) && !visitor.away;
  useEffect(() => { if (here) keepFiles(); }, [here]);

  if (visitor.out) {
    const next = place.first === 'w' ? place.hash : '#/';
    return html`<${Later} from=${SIGN_IN} problem=${place.query.get('problem')} ended=${visitor.ended} next=${next} />`;
  }
  if (visitor.problem && !visitor.me) {
    return html`<div class="welcome"><main id="main"><h1>Earshot</h1>
      <${Problem} problem=${visitor.problem} retry=${read} /></main></div>`;
  }
  if (!visitor.me) return null;
  const entered = async (id) => { await read(); location.hash = `#/w/${id}/home`; };
  if (place.first !== 'w') return html`<${Later} from=${WORKSPACES} ...${{entered, onSignOut: signOut}} ...${visitor} />`;
  return html`<${Inside} key=${place.workspaceId} ...${{place, signOut, refresh: read}} ...${visitor} />`;
}

/** Where the server does not answer: who was here last, until it does; `away` says so. */
function asRemembered(before) {
  const last = before.me || before.out ? null : remembered();
  return last ? {...last, away: true} : before;
}

/** From an address without a workspace to the one workspace there is, unless an invitation waits. */
function lead(place, me) {
  if (!me || place.first === 'w' || place.first === 'workspaces') return;
  if (me.workspaces.length === 1 && !me.invitations.length) location.replace(`#/w/${me.workspaces[0].workspace_id}/home`);
}

/** The workspace in the address, if it is one of the person's. */
function Inside({place, me, ...rest}) {
  const workspace = me.workspaces.find(({workspace_id: id}) => id === place.workspaceId);
  if (!workspace) return html`<div class="welcome"><${Elsewhere} home="#/workspaces" /></div>`;
  return html`<${Frame} ...${{place, me, workspace}} ...${rest} />`;
}

function Frame({place, me, workspace, limits, away = false, refresh, signOut}) {
  const playing = usePlayer(({track, queue: {length}}) => Boolean(track || length));
  const [onSignOut, leaving] = useAction(signOut);
  const here = useMemo(
    () => ({me, workspace, limits, away, refresh, onSignOut, url: `v1/workspaces/${place.workspaceId}`, home: `#/w/${place.workspaceId}`}),
    [me, limits, workspace, away],
  );
  useEffect(() => {
    report(workspace);
    player.listenAs(workspace);
    outbox.start();
    return player.unload;
  }, [workspace.workspace_id, workspace.member_id]);
  useUnreadAt(place, here);
  const below = Object.hasOwn(BELOW, place.screen) ? BELOW[place.screen] : null;
  return html`<${Here.Provider} value=${here}>
    <a class="skip" href="#main" onClick=${toMain}>Skip to the content</a>
    <div class="frame ${playing ? 'playing' : ''}">
      <header class="top">
        <${Brand} name=${workspace.name} home=${here.home} />
        <${InboxLink} current=${place.screen === 'inbox'} />
        <${Button} kind="plain round" icon="settings" href="${here.home}/you" label="Your settings" />
      </header>
      <nav class="nav" aria-label="Earshot">
        <${Brand} name=${workspace.name} home=${here.home} />
        <ul>${TABS.map(([screen, words]) => html`<li key=${screen}>
          <a href="${here.home}/${screen}" class=${screen} aria-current=${screen === place.screen ? 'page' : screen === below ? 'true' : undefined}>
            <${Icon} name=${screen} />${words}</a>
        </li>`)}</ul>
        <div class="who">
          <${InboxLink} words current=${place.screen === 'inbox'} />
          <a href="${here.home}/you" aria-current=${place.screen === 'you' ? 'page' : undefined}><${Icon} name="settings" />Your settings</a>
          <${Button} kind="plain" icon="leave" busy=${leaving.busy} onClick=${onSignOut}>Sign out<//>
        </div>
      </nav>
      <${Away} />
      ${workspace.closes_at && html`<${Later} from=${CLOSING} quiet />`}
      <${Guard} key="${place.screen}/${place.id}"><${Screen} place=${place} /><//>
      <${Problem} problem=${leaving.problem} />
      <${PlayerBar} />
    </div>
  <//>`;
}

function Brand({name, home}) {
  return html`<a class="brand" href="${home}/home"><${Mark} /><span class="clip" dir="auto">${name}</span></a>`;
}

function toMain(event) {
  event.preventDefault();
  focusHeading();
}

/** The screen in the address. */
function Screen({place}) {
  const from = FILES.get(place.screen);
  if (!from) return html`<${Elsewhere} home="#/w/${place.workspaceId}/home" />`;
  return html`<${Later} key="${place.screen}/${place.id}" ...${{from}} id=${place.id} query=${place.query} />`;
}

/** A screen, `from` its file, which is fetched when it is opened first; until then nothing where it is but a `quiet` part. */
function Later({from: [file, name], quiet, ...rest}) {
  const [, setFetched] = useState(null);
  const [problem, setProblem] = useState(null);
  const fetchIt = async () => {
    try {
      FETCHED.set(file, (await import(file))[name]);
      setFetched(file);
    } catch (error) {
      setProblem(error);
    }
  };
  useEffect(() => { if (!FETCHED.has(file)) fetchIt(); }, [file]);
  const Shown = FETCHED.get(file);
  if (Shown) return html`<${Shown} ...${rest} />`;
  if (quiet) return null;
  if (!problem) return html`<main class="page" id="main"></main>`;
  return html`<${Page} title="This page could not be fetched">
    <p>Check your connection, then load it again. What you recorded is safe in this browser.</p>
    <div><${Button} kind="main" onClick=${() => location.reload()}>Load it again<//></div>
  <//>`;
}

function Elsewhere({home}) {
  return html`<${Page} title="Nothing here">
    <${EmptyState} icon="alert" title="This page is not there" action=${html`<${Button} kind="main" href=${home}>To the beginning<//>`}>
      Perhaps it was taken back, or it is not for you to open.<//>
  <//>`;
}

/** Keeps a fault of one screen from emptying the whole page; the browser's console has it. */
class Guard extends Component {
  componentDidCatch(fault) {
    console.error(fault);
    this.setState({fault});
  }

  render({children}, {fault}) {
    if (!fault) return children;
    return html`<${Page} title="Something went wrong">
      <p>This page cannot be shown. What you recorded is safe in this browser.</p>
      <div><${Button} kind="main" onClick=${() => location.reload()}>Load it again<//></div>
    <//>`;
  }
}

/** The browser may fetch the first screen's file while the server is asked who is here. */
function announce([file] = []) {
  if (file) document.head.append(Object.assign(document.createElement('link'), {rel: 'modulepreload', href: new URL(file, import.meta.url)}));
}

announce(FILES.get(placeNow().screen));
addEventListener('offline', () => say('You are offline. What you record stays in this browser until you are back.'));
addEventListener('online', () => say('You are online again.'));
api.onAnotherSignIn(() => { if (isOccupied()) onceFree(() => location.reload()); else location.reload(); });
if (!(await letNewIn())) render(html`<${App} />`, document.getElementById('app'));
