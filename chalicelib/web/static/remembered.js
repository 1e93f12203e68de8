/**
 * Who was here last, so that Earshot opens for them without a network: their workspaces and the limits, and nothing that is in a
 * workspace. It is forgotten when they sign out, when the server no longer knows them, when somebody signs in anew, and once
 * their session must have ended.
 */
import {signIn} from './api.js';
import {keepNote} from './notes.js';

const KEY = 'earshot-here';
const LONGEST_MS = 7 * 24 * 3600_000; // as long as a session lasts that is not used

export function remember({me: {name, workspaces}, limits}) {
  keepNote(KEY, JSON.stringify({name, workspaces, limits, signIn: signIn(), at: Date.now()}));
}

/** `{me, limits}` as they were last, null where nobody is remembered. */
export function remembered() {
  const kept = JSON.parse(localStorage.getItem(KEY));
  if (!kept || Date.now() - kept.at > LONGEST_MS || (kept.signIn ?? null) !== signIn()) return null;
  const {name, workspaces, limits} = kept;
  return {me: {name, email: null, may_create_workspace: false, workspaces, invitations: []}, limits};
}

export const forget = () => localStorage.removeItem(KEY);
