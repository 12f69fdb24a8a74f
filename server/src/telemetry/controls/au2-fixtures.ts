// Evidence for the gate of AU2: searches that see and find nothing, searches that find, and searches that see nothing.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { ENTRIES, LINES, SCANNER, secretsObservation } from './au2-look.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const uses = [400, 400, 404, 200, 401, 401, 400, 401, 201, 204, 201, 200, 204].map((status, at) => ({
  place: `place ${at}`,
  status,
}));
const good: readonly Evidence[] = [
  secretsObservation(LINES, { tellsRequests: true, hasMarker: true, lines: 15, found: [] }, ['lines']),
  secretsObservation(ENTRIES, { uses, hasMarker: true, entries: 20, found: [] }, ['entries']),
  secretsObservation(SCANNER, { planted: ['an API key', 'a token'], left: [], keepsTheRest: true }),
].map(fixtureEvidence);

const NAME = 'nothing found by searches that see';

function altered(kind: string, facts: Facts): readonly Evidence[] {
  return alterFacts(good, (each) => each.kind === kind, facts);
}

function mutant(name: string, kind: string, hits: string, facts: Facts): Mutant {
  return { name, from: NAME, apply: () => altered(kind, facts), hits };
}

const SECRETS = ['the API key', 'the password', 'the session token', 'the secret of a provider'];

export const secretsFixtures: Fixtures = {
  good: [{ name: NAME, evidence: good }],
  mutants: [
    mutant('a secret in the log where no marker is', LINES, 'log', { hasMarker: false, found: ['the password'] }),
    ...SECRETS.map((secret) => mutant(`${secret} in the log`, LINES, 'log', { found: [secret] })),
    ...SECRETS.map((secret) => mutant(`${secret} in the audit log`, ENTRIES, 'audit log', { found: [secret] })),
    mutant('a scanner that lets tokens through', SCANNER, 'scanner', { left: ['a token'] }),
  ],
  notApplicable: [],
  blind: [
    { name: 'a log that nobody can read', evidence: altered(LINES, { hasMarker: false, lines: 0 }) },
    { name: 'an audit log that says nothing', evidence: altered(ENTRIES, { hasMarker: false, entries: 0 }) },
    { name: 'a limit that kept a secret out', evidence: altered(ENTRIES, { uses: [{ place: 'all', status: 429 }] }) },
    {
      name: 'one place refused for its limit',
      evidence: altered(ENTRIES, { uses: [...uses.slice(1), { place: 'a query', status: 429 }] }),
    },
    {
      name: 'a server that broke',
      evidence: altered(ENTRIES, { uses: [...uses.slice(1), { place: 'a query', status: 503 }] }),
    },
    { name: 'fewer places', evidence: altered(ENTRIES, { uses: uses.slice(1) }) },
    { name: 'a scanner that deletes everything', evidence: altered(SCANNER, { keepsTheRest: false }) },
    { name: 'nothing to scan', evidence: altered(SCANNER, { planted: [] }) },
    { name: 'no look at the log', evidence: good.slice(1) },
  ],
  same: [
    {
      name: 'a level at which requests are not written',
      as: NAME,
      evidence: altered(LINES, { tellsRequests: false, hasMarker: false, lines: 0 }),
    },
  ],
};
