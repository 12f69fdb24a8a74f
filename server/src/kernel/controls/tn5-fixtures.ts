// Evidence of organizations that do not see each other, of others that do, and servers that let them.
import type { Fixtures, Mutant, StartedTwin, Twin } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts } from '@holdfast/controls/fixtures.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { exchangeFixture, startWebTwin } from '#verification/exchange.ts';
import type { TenantsTarget } from './asking.ts';
import { bothTwins, callerOf, tenantTarget } from './tenant-twins.ts';
import { SUBJECTS } from './tn5-judge.ts';

/** How long is looked for an entry that does not come; the probe’s own patience unless told. */
export type ForeignTarget = TenantsTarget & { readonly patienceMs?: number };

type Facts = Readonly<Record<string, JsonValue>>;

const absent: Facts = { status: 404, code: 'resource.not_found', shows: [] };
const piece = (subject: string, facts: Facts): Evidence =>
  exchangeFixture(subject, subject === SUBJECTS.log ? 'audit log' : 'reply', facts);
const good = [
  piece(SUBJECTS.own, { status: 200, code: null, shows: [] }),
  piece(SUBJECTS.ofOther, { status: 200, code: null, shows: ['the other'] }),
  piece(SUBJECTS.foreign, absent),
  piece(SUBJECTS.absent, absent),
  piece(SUBJECTS.log, { status: 200, arrival: 'in time' }),
];
const changed = (subject: string, facts: Facts): readonly Evidence[] =>
  alterFacts(good, (each) => each.subject === subject, facts);
const mutant = (name: string, hits: string, subject: string, facts: Facts): Mutant => ({
  name,
  from: 'two that do not see each other',
  apply: () => changed(subject, facts),
  hits,
});

export const fixtures: Fixtures = {
  good: [{ name: 'two that do not see each other', evidence: good }],
  mutants: [
    mutant('the object is shown', 'reply', SUBJECTS.foreign, { status: 200, code: null, shows: ['the other'] }),
    mutant('an empty reply', 'reply', SUBJECTS.foreign, { status: 204, code: null }),
    mutant('a refusal that tells that it is there', 'reply', SUBJECTS.foreign, { status: 403, code: 'auth.forbidden' }),
    mutant('another text', 'reply', SUBJECTS.foreign, { code: 'api_key.not_yours' }),
    mutant('no entry', 'audit log', SUBJECTS.log, { arrival: 'never' }),
  ],
  notApplicable: [],
  blind: [
    { name: 'its own key is not there either', evidence: changed(SUBJECTS.own, absent) },
    { name: 'the other has no key', evidence: changed(SUBJECTS.ofOther, absent) },
    { name: 'the other’s key cannot be told', evidence: changed(SUBJECTS.ofOther, { shows: [] }) },
    { name: 'a log that cannot be read', evidence: changed(SUBJECTS.log, { status: 503, arrival: 'never' }) },
    { name: 'an entry that is late', evidence: changed(SUBJECTS.log, { arrival: 'late' }) },
    { name: 'nobody looked into the log', evidence: good.filter(({ subject }) => subject !== SUBJECTS.log) },
  ],
  same: [
    {
      name: 'a code of another form',
      as: 'two that do not see each other',
      evidence: [
        ...good.filter(({ subject }) => subject !== SUBJECTS.foreign && subject !== SUBJECTS.absent),
        piece(SUBJECTS.foreign, { ...absent, code: 'urn:absent' }),
        piece(SUBJECTS.absent, { ...absent, code: 'urn:absent' }),
      ],
    },
  ],
};

const NOT_FOUND = { status: 404, body: JSON.stringify({ code: 'resource.not_found' }) };
const REQUEST_ID = 'x-request-id';

type Flaws = { readonly shows?: true; readonly forgets?: true };

/** Gives each caller its own key and a log, but for its flaws. */
async function startServer(flaws: Flaws): Promise<StartedTwin<ForeignTarget>> {
  const entries: object[] = [];
  const readKey = (request: TwinRequest): TwinAnswer => {
    const caller = callerOf(request);
    const id = request.path.split('/').at(-1) ?? '';
    const isThere = Object.values(bothTwins).some(({ keyId }) => keyId === id);
    if (id === caller?.keyId || (flaws.shows === true && isThere)) return { status: 200, body: JSON.stringify({ id }) };
    const requestId = `req_${entries.length}_of_twin`;
    entries.push({ requestId, outcome: 'denied', facts: { asked: flaws.forgets === true ? [] : [id] } });
    return { ...NOT_FOUND, headers: { [REQUEST_ID]: requestId } };
  };
  const started = await tenantTarget(
    startWebTwin({
      'GET /api/v1/audit': () => ({ status: 200, body: JSON.stringify({ items: entries }) }),
      '*': readKey,
    }),
  );
  return { ...started, target: { ...started.target, patienceMs: 0 } };
}

export const twins: readonly [Twin<ForeignTarget>, ...Twin<ForeignTarget>[]] = [
  { name: 'a server that shows every key', hits: 'reply', start: () => startServer({ shows: true }) },
  { name: 'a server that logs nothing', hits: 'audit log', start: () => startServer({ forgets: true }) },
];
