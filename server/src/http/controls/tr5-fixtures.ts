// What TR5 tells apart: an exact list, and everything that is only nearly one.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { type CorsReply, GRANT, observeOrigin, type OriginFacts } from './tr5-origin-evidence.ts';

export const VARY = 'header vary';
export const CREDENTIALS = 'header access-control-allow-credentials';
export const HEADERS = 'header access-control-allow-headers';

const OWN = 'https://holdfast.example.org';
const LISTED = 'https://app.example.org';
const FOREIGN: Readonly<Record<string, string>> = {
  'a stranger': 'https://evil.example',
  'a page without an origin': 'null',
  'the same beginning': 'https://app.example.org.evil.example',
  'the other scheme': 'http://app.example.org',
};
const STATUSES = [
  ['page', 200],
  ['refusal', 401],
  ['preflight', 204],
] as const;

const repliesOf = (facts: Partial<CorsReply>): readonly CorsReply[] =>
  STATUSES.map(([name, status]) => ({
    name,
    status,
    origins: [],
    credentials: [],
    headers: [],
    vary: ['Origin'],
    ...facts,
  }));
const see = (name: string, facts: OriginFacts) => fixtureEvidence(observeOrigin(name, facts));
const own = (hasList: boolean, replies = repliesOf(hasList ? {} : { vary: [] })) =>
  see('its own origin', { origin: OWN, role: 'own', hasList, replies });
const listed = (facts: Partial<CorsReply> = {}) => {
  const replies = repliesOf({ origins: [LISTED], headers: ['content-type, x-request-id'], ...facts });
  return see(`listed ${LISTED}`, { origin: LISTED, role: 'listed', hasList: true, replies });
};
const foreign = (hasList: boolean, name: string, replies = repliesOf(hasList ? {} : { vary: [] })) =>
  see(name, { origin: FOREIGN[name] ?? '', role: 'foreign', hasList, replies });
const strangers = (hasList: boolean) => Object.keys(FOREIGN).map((name) => foreign(hasList, name));
const withList = [own(true), listed(), ...strangers(true)];
const withoutList = [own(false), ...strangers(false)];

const replace = (by: Evidence) => (evidence: readonly Evidence[]) =>
  evidence.map((each) => (each.subject === by.subject ? by : each));
const onForeign = (name: string, subject: string, change: (reply: CorsReply) => CorsReply) => ({
  name,
  from: 'an exact list',
  apply: replace(foreign(true, subject, repliesOf({}).map(change))),
  hits: GRANT,
});
const reflected = (subject: string) =>
  onForeign(`${subject} is let in`, subject, (reply) => ({ ...reply, origins: [FOREIGN[subject] ?? ''] }));
const onListed = (name: string, hits: string, facts: Partial<CorsReply>) => ({
  name,
  from: 'an exact list',
  apply: replace(listed(facts)),
  hits,
});

export const corsFixtures: Fixtures = {
  good: [
    { name: 'an exact list', evidence: withList },
    { name: 'no other origin', evidence: withoutList },
    {
      name: 'an answer that names the listed origin to everybody',
      evidence: withList.map((each) =>
        each.subject === 'a stranger' ? foreign(true, each.subject, repliesOf({ origins: [LISTED] })) : each,
      ),
    },
  ],
  mutants: [
    reflected('a stranger'),
    reflected('a page without an origin'),
    reflected('the same beginning'),
    reflected('the other scheme'),
    onForeign('every origin', 'a stranger', (reply) => ({ ...reply, origins: ['*'] })),
    onForeign('every origin, with credentials', 'a stranger', (reply) => ({
      ...reply,
      origins: ['*'],
      credentials: ['true'],
    })),
    onForeign('pages without an origin, to a stranger', 'a stranger', (reply) => ({ ...reply, origins: ['null'] })),
    onForeign('only the preflight is right', 'a stranger', (reply) =>
      reply.name === 'preflight' ? reply : { ...reply, origins: [FOREIGN['a stranger'] ?? ''] },
    ),
    onForeign('only refusals reflect', 'a stranger', (reply) =>
      reply.name === 'refusal' ? { ...reply, origins: ['https://evil.example'] } : reply,
    ),
    onForeign('two origins in one line', 'a stranger', (reply) => ({
      ...reply,
      origins: [`${LISTED}, https://evil.example`],
    })),
    onForeign('two lines', 'a stranger', (reply) => ({ ...reply, origins: [LISTED, 'https://evil.example'] })),
    onForeign('reflected in another case', 'a stranger', (reply) => ({ ...reply, origins: ['HTTPS://EVIL.EXAMPLE'] })),
    onListed('no Vary', VARY, { vary: [] }),
    onListed('a Vary for something else', VARY, { vary: ['Accept-Encoding'] }),
    onListed('credentials for another origin', CREDENTIALS, { credentials: ['true'] }),
    onListed('X-Request-ID is not allowed', HEADERS, { headers: ['content-type'] }),
  ],
  notApplicable: [],
  blind: [
    { name: 'strangers alone', evidence: strangers(true) },
    { name: 'no likeness', evidence: withList.slice(0, 4) },
    {
      name: 'a server that answers everything alike',
      evidence: [own(false, repliesOf({ status: 200 })), ...strangers(false)],
    },
    {
      name: 'a server that is down',
      evidence: [own(false, repliesOf({ status: 503 })), ...strangers(false)],
    },
    {
      name: 'a server that limits strangers',
      evidence: [own(false), ...Object.keys(FOREIGN).map((name) => foreign(false, name, repliesOf({ status: 429 })))],
    },
    {
      name: 'a listed origin that is not served',
      evidence: [own(true), listed({ origins: [] }), ...strangers(true)],
    },
  ],
  same: [
    {
      name: 'Vary in another case, among others',
      as: 'an exact list',
      evidence: replace(listed({ vary: ['Accept-Encoding', 'accept, ORIGIN'] }))(withList),
    },
  ],
};
