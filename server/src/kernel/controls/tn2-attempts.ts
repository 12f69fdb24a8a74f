// Every way in which a request may name an organization beside its credential, with what has to come of it.
import type { Tenant } from '#verification/instance.ts';
import type { Asked } from './asking.ts';

/**
 * one, other: accepted, and about that organization · accepted: 2xx · unmoved: about the caller's own, or refused ·
 * conflict: 409 · unauthenticated: 401.
 */
export type Rule = 'one' | 'other' | 'accepted' | 'unmoved' | 'conflict' | 'unauthenticated';

export type Attempt = Omit<Asked, 'method' | 'body' | 'from'> & {
  readonly subject: string;
  readonly at: string;
  readonly rule: Rule;
  readonly as: 'one' | 'other' | undefined;
  readonly by: 'session' | 'key';
};

export const PLACES = {
  credential: 'credential',
  headers: 'tenant headers',
  query: 'tenant in the query',
  cookie: 'tenant cookie',
  assertion: 'Holdfast-Organization',
  nobody: 'no credential',
} as const;

/** Names under which gateways and frameworks hand on a tenant. */
const HINTS = [
  'X-Org-Id',
  'X-Org',
  'X-Organization',
  'X-Organization-Id',
  'X-Tenant',
  'X-Tenant-Id',
  'X-Scope-OrgID',
  'X-Account-Id',
  'X-Workspace-Id',
  'X-Project-Id',
  'X-Holdfast-Organization',
  'OpenAI-Organization',
];
const QUERIES = ['organization', 'organization_id', 'organizationId', 'org', 'org_id', 'tenant', 'tenant_id'];

const OWN = '/api/v1/organization';
/** Anything a key may ask. */
const BY_KEY = '/v1/models';

type Both = { readonly one: Pick<Tenant, 'organizationId' | 'cookie'>; readonly other: Pick<Tenant, 'organizationId'> };

export function attemptsOf({ one, other }: Both): readonly Attempt[] {
  const hints = HINTS.map((name) => [name, other.organizationId] as const);
  const query = QUERIES.map((name) => `${name}=${other.organizationId}`);
  const asserting = ({ organizationId }: Pick<Tenant, 'organizationId'>) =>
    [['Holdfast-Organization', organizationId]] as const;
  const session = { path: OWN, as: 'one', by: 'session' } as const;
  const key = { path: BY_KEY, as: 'one', by: 'key' } as const;
  const nobody = { as: undefined, by: 'session', at: PLACES.nobody, rule: 'unauthenticated' } as const;
  return [
    { ...session, subject: 'session of one', at: PLACES.credential, rule: 'one' },
    { ...session, subject: 'session of the other', as: 'other', at: PLACES.credential, rule: 'other' },
    { ...session, subject: 'session, headers of the other', headers: hints, at: PLACES.headers, rule: 'unmoved' },
    ...query.map((pair): Attempt => {
      const subject = `session, ?${pair.split('=')[0] ?? ''} of the other`;
      return { ...session, subject, path: `${OWN}?${pair}`, at: PLACES.query, rule: 'unmoved' };
    }),
    {
      ...session,
      subject: 'session, cookies of the other',
      headers: [['Cookie', `${one.cookie}; org=${other.organizationId}; tenant=${other.organizationId}`]],
      as: undefined,
      at: PLACES.cookie,
      rule: 'unmoved',
    },
    { ...session, subject: 'session, says one', headers: asserting(one), at: PLACES.assertion, rule: 'one' },
    {
      ...session,
      subject: 'session, says the other',
      headers: asserting(other),
      at: PLACES.assertion,
      rule: 'conflict',
    },
    {
      ...key,
      subject: 'key, headers of the other',
      headers: [...hints, ...asserting(one)],
      at: PLACES.headers,
      rule: 'accepted',
    },
    {
      ...key,
      subject: 'key, says the other',
      headers: [...hints, ...asserting(other)],
      at: PLACES.assertion,
      rule: 'conflict',
    },
    { ...nobody, subject: 'nobody, headers of the other', path: OWN, headers: hints },
    { ...nobody, subject: 'nobody, says one', path: OWN, headers: asserting(one) },
    { ...nobody, subject: 'nobody', path: OWN },
  ];
}

/** How many there are, whoever the two organizations are. */
export const ATTEMPTS = attemptsOf({ one: { organizationId: '', cookie: '' }, other: { organizationId: '' } }).length;
