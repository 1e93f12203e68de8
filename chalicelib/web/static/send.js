/** What is said about a recording before it goes on its way: its title and who may hear it. */
import {html, useState} from './preact.js';
import {MoreAbout, described, newAbout} from './about.js';
import {Button, Field, Problem, say} from './components.js';
import {Consent, keepConsent, lastConsent} from './consent.js';
import {IntoPlaylist} from './destination.js';
import {isBlank} from './formats.js';
import {useAction, useHere} from './hooks.js';
import {outbox} from './outbox.js';

/** The form below a take; `finished()` gives it as it is to be sent, `again` asks whether to record it again. */
export function Send({finished, track, into, again}) {
  const {workspace, limits, home} = useHere();
  const [title, setTitle] = useState(track?.title ?? into.topic ?? '');
  const [consent, setConsent] = useState(() => into.consent ?? lastConsent(workspace));
  const [about, setAbout] = useState(() => newAbout(workspace));
  const [chosen, setChosen] = useState(null);
  const playlist = into.playlist ?? chosen;
  const [tried, setTried] = useState(false);
  const wrong = tried && isBlank(title) ? 'Give it a title that says what one learns.' : '';
  const [send, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (isBlank(title)) return;
    if (!track && !into.consent) keepConsent(workspace, consent);
    const said = track ? {} : described(about, {workspace, limits});
    const take = await finished();
    await outbox.add({workspace, take, title, consent, about: said, track, playlistId: playlist?.playlist_id, round: into.round, questionId: into.question?.question_id});
    say('Your track is being sent.');
    location.hash = home + placeAfter(track, {...into, playlist});
  });
  return html`<form class="stack send" onSubmit=${(event) => { event.preventDefault(); send(); }}>
    ${!track && html`<${Field} label="Title" value=${title} onValue=${setTitle} dir="auto" ...${{wrong}} most=${limits.line_length} />
      <${MoreAbout} value=${about} onValue=${setAbout} />
      ${!into.round && html`<${Consent} value=${consent} onValue=${setConsent} />`}
      ${isFree(into) && html`<${IntoPlaylist} ...${{consent}} value=${chosen} onValue=${setChosen} />`}`}
    <${Problem} problem=${problem} />
    <div class="row">
      <${Button} type="submit" kind="main big" busy=${busy}>${busy ? 'Sending…' : 'Publish'}<//>
      <${Button} kind="big" onClick=${again}>Record again<//>
    </div>
  </form>`;
}

/** Whether it was begun for no place of its own. */
export const isFree = ({playlist, group, round, question}) => !(playlist || group || round || question);

/** Where one sees it arrive. */
function placeAfter(track, {playlist, group, round, question}) {
  if (track) return `/track/${track.track_id}`;
  if (round) return `/round/${round.roundId}?group=${round.groupId}`;
  if (question) return `/question/${question.question_id}`;
  if (playlist) return `/playlist/${playlist.playlist_id}`;
  return group ? `/group/${group.group_id}` : '/library?speaker=me';
}
