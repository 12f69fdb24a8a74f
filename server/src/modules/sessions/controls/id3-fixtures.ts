// Evidence for ID3 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { attemptFixture } from '#verification/asking.ts';
import { PLACES } from './id3-judge.ts';

type Data = Readonly<Record<string, JsonValue>>;

const ANSWER = '401 application/problem+json {"code":"session.wrong_credentials"}';
const series = (at: string, facts: Data) =>
  attemptFixture({
    subject: at,
    at,
    facts: { limit: 5, answered: 5, throttled: 1, opened: 0, other: 0, waits: ['12'], answer: ANSWER, ...facts },
  });
const right = (at: string, facts: Data) => attemptFixture({ subject: at, at, facts });

const good: readonly Evidence[] = [
  series(PLACES.known, {}),
  series(PLACES.unknown, {}),
  series(PLACES.address, { limit: 20, answered: 20, seconds: 1, waits: ['3'] }),
  right(PLACES.inside, { status: 429, code: 'rate.exceeded', opens: false }),
  right(PLACES.elsewhere, { status: 201, code: null, opens: true }),
];
const mutant = mutantsFrom('throttled');

export const fixtures: Fixtures = {
  good: [{ name: 'throttled', evidence: good }],
  mutants: [
    mutant('an account without a limit', PLACES.known, { answered: 6, throttled: 0, waits: [] }),
    mutant('one more than is allowed', PLACES.known, { answered: 6 }),
    mutant('more than was configured', PLACES.known, { limit: 2 }),
    mutant('a limit above the bar', PLACES.known, { limit: 6, answered: 6 }),
    mutant('a limit that is none', PLACES.known, { limit: 0, answered: 1 }),
    mutant('no account, no limit', PLACES.unknown, { answered: 6, throttled: 0, waits: [] }),
    mutant('an address without a limit', PLACES.address, { answered: 24, throttled: 0, waits: [] }),
    mutant('too many from an address', PLACES.address, { answered: 22 }),
    mutant('a look that took too long to count', PLACES.address, { answered: 60, seconds: 3_600 }),
    mutant('a limit of the address above the bar', PLACES.address, { limit: 100 }),
    mutant('a wrong password opens', PLACES.known, { opened: 1 }),
    mutant(
      'another status for unknown accounts',
      PLACES.unknown,
      { answer: ANSWER.replace('401', '404') },
      PLACES.answer,
    ),
    mutant('another text for unknown accounts', PLACES.unknown, { answer: `${ANSWER} ` }, PLACES.answer),
    mutant('429 that does not say when', PLACES.known, { waits: [] }, PLACES.wait),
    mutant('429 that says zero', PLACES.known, { waits: ['0'] }, PLACES.wait),
    mutant('the right password is let in beside the limit', PLACES.inside, { status: 201, code: null, opens: true }),
    mutant('a lock that anybody can close', PLACES.elsewhere, { status: 429, code: 'rate.exceeded', opens: false }),
  ],
  notApplicable: [],
  blind: [
    { name: 'nobody gets in', evidence: alterAt(PLACES.elsewhere, { status: 401, opens: false })(good) },
    {
      name: 'too busy to hash',
      evidence: alterAt(PLACES.elsewhere, { status: 429, code: 'server.busy', opens: false })(good),
    },
    {
      name: 'refused from the first on',
      evidence: alterAt(PLACES.known, { answered: 0, throttled: 6, waits: Array.from({ length: 6 }, () => '1') })(good),
    },
    { name: 'a server that breaks', evidence: alterAt(PLACES.unknown, { other: 1 })(good) },
    {
      name: 'the same answer, but none we know',
      evidence: [PLACES.known, PLACES.unknown].reduce<readonly Evidence[]>(
        (seen, at) => alterAt(at, { answer: '403 ' })(seen),
        good,
      ),
    },
    { name: 'one account alone', evidence: good.filter(({ at }) => at !== PLACES.unknown) },
  ],
  same: [
    {
      name: 'configured lower',
      as: 'throttled',
      evidence: alterAt(PLACES.known, { limit: 2, answered: 2, throttled: 4, waits: ['30', '30', '30', '30'] })(good),
    },
    {
      name: 'one came back while it was looked at',
      as: 'throttled',
      evidence: alterAt(PLACES.address, { answered: 21, seconds: 3 })(good),
    },
  ],
};
