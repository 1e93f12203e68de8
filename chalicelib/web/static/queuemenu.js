/** What can be done with a track of a list: play it next, or let it wait in the queue. */
import {html, useState} from './preact.js';
import {Button, Dialog, Problem, say} from './components.js';
import {fromTo} from './formats.js';
import {useAction} from './hooks.js';
import {player} from './player.js';

/** A button of a track's row; with `words` one of its page. With an `entry` of a playlist, what that is of the track. */
export function QueueMenu({track, entry, words}) {
  const [asked, setAsked] = useState(false);
  const [put, {problem}] = useAction(async (where, told) => {
    await player.enqueue(where, track, entry);
    setAsked(false);
    say(`${track.title} ${told}`);
  });
  const open = () => setAsked(true);
  return html`${words
      ? html`<${Button} icon="queue" aria-haspopup="dialog" onClick=${open}>${words}<//>`
      : html`<${Button} kind="plain round" icon="queue" label="Queue: ${track.title}" aria-haspopup="dialog" onClick=${open} />`}
    ${asked && html`<${Dialog} title=${html`<bdi class="track-title">${track.title}</bdi>`} onClose=${() => setAsked(false)}>
      ${entry?.toMs && html`<p><span class="tag">${fromTo(entry.fromMs, entry.toMs)} of it</span></p>`}
      <${Problem} ...${{problem}} />
      <${Button} kind="main" onClick=${() => put('playNext', 'plays next.')}>Play next<//>
      <${Button} onClick=${() => put('add', 'was put into your queue.')}>Add to queue<//>
      <${Button} kind="plain" onClick=${() => setAsked(false)}>Leave it<//>
    <//>`}`;
}
