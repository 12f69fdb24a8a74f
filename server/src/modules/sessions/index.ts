// Sessions: a person in an organization, behind a cookie. Other modules import nothing deeper.
import { defineCredential } from '#kernel/credential.ts';
import { defineModule } from '#kernel/module.ts';
import { guessingControl } from './controls/id3-guessing.ts';
import { expiryControl } from './controls/se2-expiry.ts';
import { endingControl } from './controls/se3-ending.ts';
import { listsControl } from './controls/se4-lists.ts';
import { errors, permissions } from './model.ts';
import { unlockMember, unlockPerson } from './lock-routes.ts';
import { endMemberSession, endMembersSessions, listMembersSessions } from './member-routes.ts';
import { endOtherSessions, endSession, enter, listOrganizations, listOwnSessions } from './own-routes.ts';
import { signInWithPasskey } from './passkey-routes.ts';
import { proveAgain, signInWithFactor } from './proof-routes.ts';
import { getSession, signIn, signOut } from './routes.ts';
import { identifyBySession, openSession } from './service.ts';
import { deviceCookies, mintSession, type PreparedSession } from './sign-in.ts';

export { ageIdle, ageOpen, ageProof, clearSessions, crowdSessions } from './probe-queries.ts';
export { deviceCookies, mintSession, openSession, type PreparedSession };

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
