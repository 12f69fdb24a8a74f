// Sabotages of passkeys: what an answer must show, and that it is worth something once.
import type { Mutation } from '../mutation.ts';

const FACTORS = 'server/src/modules/factors';
const TEST = `${FACTORS}/passkeys.test.ts` as const;

export const passkeyMutations: readonly Mutation[] = [
  {
    name: 'a-challenge-is-answered-twice',
    file: `${FACTORS}/passkey-queries.ts`,
    find: 'return inserted !== undefined;',
    replace: 'return true;',
    mustTurnRed: `${TEST} :: by one answer once, of fifty on two servers, synced and not counting`,
  },
  {
    name: 'nobody-proves-who-they-are-to-the-authenticator',
    file: `${FACTORS}/passkeys.ts`,
    find: 'requireUserVerification: true',
    replace: 'requireUserVerification: false',
    mustTurnRed: `${TEST} :: never with nobody verified`,
  },
  {
    name: 'another-site-may-pass-answers-on',
    file: `${FACTORS}/passkeys.ts`,
    find: 'expectedOrigin: origin,',
    replace: "expectedOrigin: JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')).origin,",
    mustTurnRed: `${TEST} :: never with another site`,
  },
  {
    name: 'a-passkey-proves-who-somebody-else-is',
    file: `${FACTORS}/prove.ts`,
    find: 'return assertion?.userId === userId ?',
    replace: 'return assertion !== undefined ?',
    mustTurnRed: `${TEST} :: never as the factor of another person`,
  },
  {
    name: 'a-copied-passkey-goes-on',
    file: `${FACTORS}/passkey-queries.ts`,
    find: "row('sign_count', '<', count)",
    replace: "row('sign_count', '<=', count)",
    mustTurnRed: `${TEST} :: never by two copies at once whose counters are the same`,
  },
  {
    name: 'whose-challenge-it-is-does-not-count',
    file: `${FACTORS}/challenge.ts`,
    find: "const userId = use.purpose === 'registration' ? use.userId : '';",
    replace: "const userId = '';",
    mustTurnRed: `${FACTORS}/challenge.test.ts :: a challenge is of no other purpose, person or installation`,
    isQuick: true,
  },
];
