// Sessions: a person in an organization, behind a cookie. Other modules import nothing deeper.
import { defineCredential } from '#kernel/credential.ts';
import { defineModule } from '#kernel/module.ts';
import { guessingControl } from './controls/id3-guessing.ts';
import { expiryControl } from './controls/se2-expiry.ts';
import { endingControl } from './controls/se3-ending.ts';
import { listsControl } from './controls/se4-lists.ts';
import { EnteredSession, errors, NewSession, permissions } from './model.ts';
import { unlockMember, unlockPerson } from './lock-routes.ts';
import { endMemberSession, endMembersSessions, listMembersSessions } from './member-routes.ts';
import { endOtherSessions, endSession, enter, listOrganizations, listOwnSessions } from './own-routes.ts';
import { signInWithPasskey } from './passkey-routes.ts';
import { proveAgain, signInWithFactor } from './proof-routes.ts';
import { getSession, signIn, signOut } from './routes.ts';
import { findSession, listMemberSessions } from './queries.ts';
import { enterOrganization, identifyBySession, openOrAsk, openSession } from './service.ts';
import {
  deviceCookies,
  type Entered,
  mintSession,
  prepareOpening,
  type PreparedSession,
  type PreparedSignIn,
} from './sign-in.ts';

export { ageIdle, ageOpen, ageProof, clearSessions, crowdSessions } from './probe-queries.ts';
export {
  deviceCookies,
  type Entered,
  mintSession,
  openSession,
  prepareOpening,
  type PreparedSession,
  type PreparedSignIn,
};
export { isReachedFrom } from './sign-in.ts';
export { EnteredSession, enterOrganization, findSession, listMemberSessions, NewSession, openOrAsk };

export const sessions = defineModule({
  name: 'sessions',
  permissions,
  errors,
  routes: [
    signIn,
    signInWithFactor,
    signInWithPasskey,
    proveAgain,
    getSession,
    signOut,
    enter,
    listOrganizations,
    listOwnSessions,
    endSession,
    endOtherSessions,
    listMembersSessions,
    endMemberSession,
    endMembersSessions,
    unlockMember,
    unlockPerson,
  ],
  credentials: [defineCredential({ kind: 'session', identify: identifyBySession })],
  controls: [guessingControl, expiryControl, endingControl, listsControl],
});
