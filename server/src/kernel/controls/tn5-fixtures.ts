// Evidence of organizations that do not see each other, of others that do, and servers that let them.
import type { Fixtures, Mutant, StartedTwin, Twin } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts } from '@holdfast/controls/fixtures.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { exchangeFixture, startWebTwin } from '#verification/exchange.ts';
import type { TenantsTarget } from './asking.ts';
import { bothTwins, callerOf, tenantTarget } from './tenant-twins.ts';
import { PROBED } from '../probing.ts';
import { SUBJECTS, TRIES } from './tn5-judge.ts';

/** How long is looked for an entry that does not come; the probe’s own patience unless told. */
export type ForeignTarget = TenantsTarget & { readonly patienceMs?: number };

type Facts = Readonly<Record<string, JsonValue>>;

const PLACES: Readonly<Record<string, string>> = { [SUBJECTS.log]: 'audit log', [SUBJECTS.alarm]: 'alarm' };
const absent: Facts = { status: 404, code: 'resource.not_found', shows: [] };
const piece = (subject: string, facts: Facts): Evidence => exchangeFixture(subject, PLACES[subject] ?? 'reply', facts);
const good = [
  piece(SUBJECTS.own, { status: 200, code: null, shows: [] }),
  piece(SUBJECTS.ofOther, { status: 200, code: null, shows: ['the other'] }),
  piece(SUBJECTS.foreign, absent),
  piece(SUBJECTS.absent, absent),
  piece(SUBJECTS.log, { status: 200, arrival: 'in time' }),
  piece(SUBJECTS.alarm, { status: 200, refused: TRIES, alarms: 1 }),
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
    mutant('no alarm', 'alarm', SUBJECTS.alarm, { alarms: 0 }),
    mutant('an alarm for each attempt', 'alarm', SUBJECTS.alarm, { alarms: TRIES - 12 }),
  ],
  notApplicable: [],
  blind: [
    { name: 'its own key is not there either', evidence: changed(SUBJECTS.own, absent) },
    { name: 'the other has no key', evidence: changed(SUBJECTS.ofOther, absent) },
    { name: 'the other’s key cannot be told', evidence: changed(SUBJECTS.ofOther, { shows: [] }) },
    { name: 'a log that cannot be read', evidence: changed(SUBJECTS.log, { status: 503, arrival: 'never' }) },
    { name: 'an entry that is late', evidence: changed(SUBJECTS.log, { arrival: 'late' }) },
    { name: 'attempts that were not refused', evidence: changed(SUBJECTS.alarm, { refused: 3 }) },
    { name: 'alarms that cannot be read', evidence: changed(SUBJECTS.alarm, { status: 503, alarms: 0 }) },
    { name: 'nobody looked for an alarm', evidence: good.filter(({ subject }) => subject !== SUBJECTS.alarm) },
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

type Flaws = { readonly shows?: true; readonly forgets?: true; readonly silent?: true; readonly shouts?: true };
const TOLERATED = 12;

/** Gives each caller its own key and a log, but for its flaws. */
async function startServer(flaws: Flaws): Promise<StartedTwin<ForeignTarget>> {
  const entries: object[] = [];
  let refused = 0;
  const readKey = (request: TwinRequest): TwinAnswer => {
    const caller = callerOf(request);
    const id = request.path.split('/').at(-1) ?? '';
    const isThere = Object.values(bothTwins).some(({ keyId }) => keyId === id);
    if (id === caller?.keyId || (flaws.shows === true && isThere)) return { status: 200, body: JSON.stringify({ id }) };
    const requestId = `req_${entries.length}_of_twin`;
    entries.push({ requestId, outcome: 'denied', facts: { asked: flaws.forgets === true ? [] : [id] } });
    refused += 1;
    const isDue = flaws.shouts === true ? refused > TOLERATED : refused === TOLERATED;
    if (isDue && flaws.silent !== true) entries.push({ requestId, action: PROBED });
    return { ...NOT_FOUND, headers: { [REQUEST_ID]: requestId } };
  };
  const started = await tenantTarget(
    startWebTwin({
      'GET /api/v1/audit': () => ({ status: 200, body: JSON.stringify({ items: entries }) }),
      'POST /api/v1/session': () => ({ status: 201, headers: { 'set-cookie': bothTwins.one.cookie } }),
      'DELETE /api/v1/session': () => ({ status: 204 }),
      '*': readKey,
    }),
  );
  return { ...started, target: { ...started.target, patienceMs: 0 } };
}

export const twins: readonly [Twin<ForeignTarget>, ...Twin<ForeignTarget>[]] = [
  { name: 'a server that shows every key', hits: 'reply', start: () => startServer({ shows: true }) },
  { name: 'a server that raises no alarm', hits: 'alarm', start: () => startServer({ silent: true }) },
  { name: 'a server that raises one for each attempt', hits: 'alarm', start: () => startServer({ shouts: true }) },
  { name: 'a server that logs nothing', hits: 'audit log', start: () => startServer({ forgets: true }) },
];
