/** One's own podcast feed: to listen in an app of one's choice. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Choice, Copied, Dialog, Problem, say, useId} from './components.js';
import {ago, moment} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';

const HOLDS = {library: 'Everything new in the library', following: 'What is new in the playlists I follow'};

/** What the caller's feed is, and what can be done with it. */
export function PodcastFeed() {
  const {url} = useHere();
  const place = `${url}/feed`;
  const {value: feed, problem, reload, set} = useLoaded(() => api.get(place), [place]);
  const [address, setAddress] = useState(null);
  const [asked, setAsked] = useState(null);
  const [make, making] = useAction(async () => {
    const made = await api.post(place, {holds: feed.holds});
    set(made.feed);
    setAsked(null);
    setAddress(made.url);
    say('Your feed is made.');
  });
  const [choose, choosing] = useAction(async (holds) => {
    set({...feed, holds});
    if (!feed.made_at) return;
    try {
      await api.patch(place, {holds});
      say('Your feed was changed.');
    } catch (refused) {
      set(feed);
      throw refused;
    }
  });
  const [turnOff, turning] = useAction(async () => {
    await api.del(place);
    set({...feed, made_at: null});
    setAsked(null);
    say('Your feed was turned off.');
  });
  const close = () => setAsked(null);
  return html`<section class="section">
    <h2>Listen in a podcast app</h2>
    <p class="muted">Make an address of your own and add it in your podcast app where it takes a show by its address (URL). It is a secret:
      whoever has it hears what your feed holds. What is said in your groups is not in it.</p>
    <${Problem} problem=${problem ?? choosing.problem ?? (asked ? null : making.problem)} retry=${problem && reload} />
    ${feed && html`<div class="stack">
      <${Holding} holds=${feed.holds} choose=${choose} />
      ${feed.made_at
        ? html`<p class="small muted">Its address was made <time datetime=${feed.made_at} title=${moment(feed.made_at)}>${ago(feed.made_at)}</time>.</p>
          <div class="row">
            <${Button} onClick=${() => setAsked('replace')}>Replace its address…<//>
            <${Button} kind="danger" onClick=${() => setAsked('off')}>Turn it off…<//>
          </div>`
        : html`<${Button} icon="link" busy=${making.busy} onClick=${make}>${making.busy ? 'Making…' : 'Make my feed'}<//>`}
    </div>`}
    ${asked === 'replace' && html`<${Sure} title="Replace the address of your feed?" words="Replace it" act=${make} state=${making} onClose=${close}>
      The address you have now leads nowhere any more. Add the new one in your podcast app.<//>`}
    ${asked === 'off' && html`<${Sure} title="Turn your feed off?" words="Turn it off" act=${turnOff} state=${turning} onClose=${close}>
      Its address leads nowhere any more. What your podcast app has kept stays there.<//>`}
    ${address && html`<${Dialog} title="Your feed" onClose=${() => setAddress(null)}>
      <p>Copy it now and add it in your podcast app: it is not shown again. Keep it to yourself; if it got out, replace it.</p>
      <${Copied} label="Address of your feed" text=${address} />
      <div class="row"><${Button} kind="main" onClick=${() => setAddress(null)}>Done<//></div>
    <//>`}
  </section>`;
}

function Holding({holds, choose}) {
  const name = useId();
  return html`<fieldset>
    <legend>What your feed holds</legend>
    ${Object.entries(HOLDS).map(([each, words]) => html`<${Choice} key=${each} type="radio" name=${name} label=${words}
      checked=${holds === each} onChange=${() => choose(each)} />`)}
  </fieldset>`;
}

function Sure({title, words, act, state: {busy, problem}, onClose, children}) {
  return html`<${Dialog} ...${{title, onClose}}>
    <p>${children}</p>
    <${Problem} ...${{problem}} />
    <div class="row">
      <${Button} onClick=${onClose}>Keep it<//>
      <${Button} kind="danger main" busy=${busy} onClick=${act}>${words}<//>
    </div>
  <//>`;
}
