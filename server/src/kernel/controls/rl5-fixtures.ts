// Evidence of changes made once, of changes made twice or never, and servers that make them so.
import type { Fixtures, Mutant, StartedTwin, Twin } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts } from '@holdfast/controls/fixtures.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { newUuid } from '#crypto/random.ts';
import { exchangeFixture, startWebTwin } from '#verification/exchange.ts';
import type { TenantsTarget } from './asking.ts';
import { SUBJECTS } from './rl5-judge.ts';
import { tenantTarget } from './tenant-twins.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const good = [
  exchangeFixture(SUBJECTS.first, 'reply', { status: 201, isSameAnswer: true, isSameObject: true, objects: 2 }),
  exchangeFixture(SUBJECTS.again, 'reply', { status: 201, isSameAnswer: true, isSameObject: true, objects: 2 }),
  exchangeFixture(SUBJECTS.changed, 'reply', { status: 409, isSameAnswer: false, isSameObject: false, objects: 0 }),
  exchangeFixture(SUBJECTS.second, 'reply', { status: 201, isSameAnswer: false, isSameObject: false, objects: 2 }),
];
const changed = (subject: string, facts: Facts): readonly Evidence[] =>
  alterFacts(good, (each) => each.subject === subject, facts);
const mutant = (name: string, hits: string, subject: string, facts: Facts): Mutant => ({
  name,
  from: 'made once',
  apply: () => changed(subject, facts),
  hits,
});

export const fixtures: Fixtures = {
  good: [{ name: 'made once', evidence: good }],
  mutants: [
    mutant('made again', 'replay', SUBJECTS.again, { isSameAnswer: false, isSameObject: false }),
    mutant('made once, answered otherwise', 'replay', SUBJECTS.again, { isSameAnswer: false }),
    mutant('refused the second time', 'replay', SUBJECTS.again, {
      status: 409,
      isSameAnswer: false,
      isSameObject: false,
    }),
    mutant('answered as at first, and made again all the same', 'objects', SUBJECTS.first, { objects: 3 }),
    mutant('another change under the key', 'reply', SUBJECTS.changed, { status: 201 }),
    mutant('another change refused and made', 'objects', SUBJECTS.changed, { objects: 1 }),
    mutant('two keys are one', 'objects', SUBJECTS.second, { isSameAnswer: true, isSameObject: true }),
    mutant('nothing made at all', 'objects', SUBJECTS.first, { objects: 0 }),
  ],
  notApplicable: [],
  blind: [
    { name: 'the change itself is refused', evidence: changed(SUBJECTS.first, { status: 401 }) },
    { name: 'the other key is refused', evidence: changed(SUBJECTS.second, { status: 429 }) },
    { name: 'another change meets a server in trouble', evidence: changed(SUBJECTS.changed, { status: 503 }) },
    { name: 'not sent again', evidence: good.filter(({ subject }) => subject !== SUBJECTS.again) },
  ],
  same: [
    { name: 'another way to say made', as: 'made once', evidence: good.map((each) => alterStatus(each, 201, 200)) },
  ],
};

function alterStatus(each: Evidence, from: number, to: number): Evidence {
  const [altered = each] = alterFacts([each], () => true, { status: to });
  return JSON.stringify(each.data).includes(`"status":${from}`) ? altered : each;
}

type Flaws = { readonly forgetsKeys?: true; readonly comparesNothing?: true };

/** Makes things, and remembers by key what it answered, but for its flaws. */
function startServer(flaws: Flaws): Promise<StartedTwin<TenantsTarget>> {
  const items: object[] = [];
  const remembered = new Map<string, { readonly body: string; readonly answer: TwinAnswer }>();
  const make = ({ headers, body }: TwinRequest): TwinAnswer => {
    const key = String(headers['idempotency-key']);
    const stored = flaws.forgetsKeys === true ? undefined : remembered.get(key);
    if (stored !== undefined && stored.body !== body && flaws.comparesNothing !== true) return { status: 409 };
    if (stored !== undefined) return stored.answer;
    const { name } = JSON.parse(body) as { readonly name: string };
    const item = { id: newUuid(), name };
    items.push(item);
    const answer = { status: 201, body: JSON.stringify(item) };
    remembered.set(key, { body, answer });
    return answer;
  };
  return tenantTarget(
    startWebTwin({
      'GET /api/v1/api-keys': () => ({ status: 200, body: JSON.stringify({ items }) }),
      'POST /api/v1/api-keys': make,
      '*': { status: 204 },
    }),
  );
}

export const twins: readonly [Twin<TenantsTarget>, ...Twin<TenantsTarget>[]] = [
  { name: 'a server that remembers no key', hits: 'replay', start: () => startServer({ forgetsKeys: true }) },
  { name: 'a server that compares no body', hits: 'reply', start: () => startServer({ comparesNothing: true }) },
];
