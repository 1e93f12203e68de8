/** What a speaker agrees to: asked once, the last choice is where the next one starts. */
import {html} from './preact.js';
import {Choice, useId} from './components.js';

const FIRST = {audience: 'workspace', public_link: false, named_publicly: false};

/** The choice that this member starts with. */
export function lastConsent(workspace) {
  const kept = localStorage.getItem(keyOf(workspace));
  return kept ? {...FIRST, ...JSON.parse(kept)} : FIRST;
}

/** Remember a choice as the one that this member starts with. */
export const keepConsent = (workspace, consent) => localStorage.setItem(keyOf(workspace), JSON.stringify(consent));

const keyOf = ({member_id: memberId}) => `earshot.consent.${memberId}`;

/** Who may hear a track and what may be made of it. */
export function Consent({value, onValue}) {
  const name = useId();
  const only = value.audience === 'me';
  const audience = (chosen) => () => onValue(chosen === 'me' ? {audience: 'me', public_link: false, named_publicly: false} : {...value, audience: chosen});
  const tick = (field) => (event) => onValue({...value, [field]: event.currentTarget.checked});
  return html`<div>
    <fieldset>
      <legend>Who may hear it</legend>
      <${Choice} type="radio" name=${name} label="Everyone in this workspace" checked=${!only} onChange=${audience('workspace')} />
      <${Choice} type="radio" name=${name} label="Only me" hint="Nobody else sees that it is there." checked=${only} onChange=${audience('me')} />
    </fieldset>
    ${!only && html`<fieldset>
      <legend>Beyond this workspace</legend>
      <${Choice} label="May be shared by public link" hint="For people without an account." checked=${value.public_link} onChange=${tick('public_link')} />
      <${Choice} label="Name me publicly" hint="Your name goes with it, also inside the file." checked=${value.named_publicly} onChange=${tick('named_publicly')} />
    </fieldset>`}
  </div>`;
}
