// Evidence for ID2 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { attemptFixture } from '#verification/asking.ts';
import { PLACES, SETUP_ROWS } from './id2-judge.ts';

const refused = (subject: string) =>
  attemptFixture({
    subject,
    at: PLACES.published,
    facts: { status: 401, code: 'session.wrong_credentials', opens: false },
  });
const rows = (facts: Readonly<Record<string, JsonValue>>) =>
  fixtureEvidence({
    kind: SETUP_ROWS,
    subject: 'the first run',
    at: 'holdfast.look_at_setup()',
    data: { founded: true, liveTokens: 0, probePeople: 3, earlyPeople: 0, accounts: [], publishedPairs: 0, ...facts },
    vantage: 'inside',
    ttlSeconds: 3_600,
  });
const page = (status: number, said: string) =>
  attemptFixture({ subject: 'GET /api/v1/setup', at: PLACES.state, facts: { status, said } });
const guess = (status: number, code: string | null) =>
  attemptFixture({ subject: 'POST /api/v1/setup', at: PLACES.guess, facts: { status, code } });
const signIns = [
  refused('sign in as admin'),
  refused('sign in as admin@example.com'),
  refused('sign in as root@localhost.localdomain'),
  attemptFixture({
    subject: 'sign in as the probe',
    at: PLACES.real,
    facts: { status: 201, code: null, opens: true },
  }),
];

const inUse = [...signIns, page(200, 'done'), guess(409, 'setup.done'), rows({})];
const fresh = [
  ...signIns,
  page(200, 'not done'),
  guess(403, 'setup.token_refused'),
  rows({ founded: false, liveTokens: 1 }),
];

const alter =
  (at: string, facts: Readonly<Record<string, JsonValue>>) =>
  (evidence: readonly Evidence[]): readonly Evidence[] => {
    const first = evidence.find((each) => each.at === at);
    return alterFacts(evidence, (each) => each === first, facts);
  };
const ROWS_PLACE = 'holdfast.look_at_setup()';
const mutant = (name: string, at: string, facts: Readonly<Record<string, JsonValue>>, hits = at, from = 'in use') => ({
  name,
  from,
  apply: alter(at, facts),
  hits,
});

export const fixtures: Fixtures = {
  good: [
    { name: 'in use', evidence: inUse },
    { name: 'not set up yet', evidence: fresh },
  ],
  mutants: [
    mutant('a published pair opens a session', PLACES.published, { status: 201, code: null, opens: true }),
    mutant('a published pair is right, without an organization', PLACES.published, {
      status: 403,
      code: 'session.no_organization',
    }),
    mutant('a session comes with a refusal', PLACES.published, { opens: true }),
    mutant('an account with a published password', ROWS_PLACE, { publishedPairs: 1 }, PLACES.published),
    mutant('an account that was put in', ROWS_PLACE, { earlyPeople: 1 }, PLACES.early),
    mutant('an account before the first run', ROWS_PLACE, { earlyPeople: 1 }, PLACES.early, 'not set up yet'),
    mutant('a number that is none', ROWS_PLACE, { earlyPeople: -1 }, PLACES.early),
    mutant('a stranger among the people of the probe', ROWS_PLACE, { probePeople: 4 }, PLACES.probes),
    mutant('a token after the first run', ROWS_PLACE, { liveTokens: 1 }, PLACES.tokens),
    mutant('two tokens at once', ROWS_PLACE, { liveTokens: 2 }, PLACES.tokens, 'not set up yet'),
    mutant('the first run offered again', PLACES.state, { said: 'not done' }),
    mutant('the first run withheld', PLACES.state, { said: 'done' }, PLACES.state, 'not set up yet'),
    mutant('no word about the first run', PLACES.state, { said: null }),
    mutant('the page is gone', PLACES.state, { status: 404, said: null }),
    mutant('a guessed token is let through', PLACES.guess, { status: 201, code: null }, PLACES.guess, 'not set up yet'),
    mutant(
      'a guessed token is let through to the next check',
      PLACES.guess,
      { status: 409, code: 'identity.email_taken' },
      PLACES.guess,
      'not set up yet',
    ),
    mutant('a guessed token is asked about after the first run', PLACES.guess, {
      status: 403,
      code: 'setup.token_refused',
    }),
  ],
  notApplicable: [],
  blind: [
    { name: 'no pair was tried', evidence: inUse.filter(({ at }) => at !== PLACES.published) },
    { name: 'nobody gets in', evidence: alter(PLACES.real, { status: 401, opens: false })(inUse) },
    { name: 'a server that is busy', evidence: alter(PLACES.guess, { status: 429, code: 'server.busy' })(inUse) },
    {
      name: 'the probe is locked',
      evidence: alter(PLACES.real, { status: 429, code: 'rate.exceeded', opens: false })(inUse),
    },
    { name: 'a database that was not asked', evidence: inUse.slice(0, -1) },
  ],
  same: [
    {
      name: 'an address that strangers have locked',
      as: 'in use',
      evidence: alter(PLACES.published, { status: 429, code: 'rate.exceeded' })(inUse),
    },
    {
      name: 'a name that is no address is refused by its form',
      as: 'in use',
      evidence: alter(PLACES.published, { status: 400, code: 'request.invalid' })(inUse),
    },
  ],
};
