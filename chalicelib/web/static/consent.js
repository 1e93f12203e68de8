/** What a speaker agrees to: asked once, the last choice is where the next one starts. */
import {html} from './preact.js';
import {OneGroup, useMyGroups} from './audience.js';
import {Choice, useId} from './components.js';
import {useHere} from './hooks.js';
import {keepNote} from './notes.js';

const FIRST = {audience: 'workspace', group_id: null, public_link: false, named_publicly: false, on_leaving: 'keep'};
const KEPT = new Set(['workspace', 'me']); // a group or a mentor is chosen each time

/** The choice that this member starts with. */
export function lastConsent(workspace) {
  const kept = localStorage.getItem(keyOf(workspace));
  return kept ? {...FIRST, ...JSON.parse(kept)} : FIRST;
}

/** Remember a choice as the one that this member starts with. */
export function keepConsent(workspace, consent) {
  if (KEPT.has(consent.audience)) keepNote(keyOf(workspace), JSON.stringify(consent));
}

const keyOf = ({member_id: memberId}) => `earshot.consent.${memberId}`;

/** That only the people of a group may hear something. */
export const forGroup = (groupId) => ({...FIRST, audience: 'group', group_id: groupId});

/** Who may hear a track and what may be made of it. */
export function Consent({value, onValue}) {
  const {workspace} = useHere();
  const name = useId();
  const mine = useMyGroups();
  const {audience} = value;
  const mentored = audience === 'mentor' || mine.groups.some(({kind, owner}) => kind === 'mentoring' && owner.member_id !== workspace.member_id);
  const {on_leaving: onLeaving} = value;
  const choose = (chosen) => () => onValue({...FIRST, audience: chosen, on_leaving: onLeaving});
  const everyone = () => onValue({...value, audience: 'workspace', group_id: null});
  const tick = (field) => (event) => onValue({...value, [field]: event.currentTarget.checked});
  return html`<div>
    <fieldset>
      <legend>Who may hear it</legend>
      <${Choice} type="radio" name=${name} label="Everyone in this workspace" checked=${audience === 'workspace'} onChange=${everyone} />
      <${OneGroup} ...${{mine, name}} hint="Nobody outside of it sees that it is there, admins included."
        chosen=${audience === 'group' ? value.group_id : null} onChosen=${(id) => onValue({...forGroup(id), on_leaving: onLeaving})} />
      ${mentored && html`<${Choice} type="radio" name=${name} label="My mentor" hint="Whoever it is at the moment you publish."
        checked=${audience === 'mentor'} onChange=${choose('mentor')} />`}
      <${Choice} type="radio" name=${name} label="Only me" hint="Nobody else sees that it is there." checked=${audience === 'me'} onChange=${choose('me')} />
    </fieldset>
    ${audience === 'workspace' && html`<fieldset>
      <legend>Beyond this workspace</legend>
      <${Choice} label="May be shared by public link" hint="For people without an account." checked=${value.public_link} onChange=${tick('public_link')} />
      <${Choice} label="Name me publicly" hint="Your name goes with it, also inside the file." checked=${value.named_publicly} onChange=${tick('named_publicly')} />
    </fieldset>`}
    <${OnLeaving} value=${onLeaving} onValue=${(chosen) => onValue({...value, on_leaving: chosen})} />
  </div>`;
}

/** What becomes of a track when its speaker leaves the workspace. */
function OnLeaving({value, onValue}) {
  const {limits} = useHere();
  const name = useId();
  const choice = (chosen, label, hint) => html`<${Choice} type="radio" ...${{name, label, hint}} checked=${value === chosen} onChange=${() => onValue(chosen)} />`;
  return html`<fieldset>
    <legend>If you leave this workspace</legend>
    ${choice('keep', 'It stays', 'With your name.')}
    ${choice('keep_without_name', 'It stays without my name', 'It is by “a former colleague” then, also inside the file. Your voice stays in it.')}
    ${choice('delete', 'It is deleted', `Nobody hears it from then on, and ${limits.leaver_grace_days} days later it is gone, unless you are back by then.`)}
  </fieldset>`;
}
