// RB2: where other machines reach the server, no organization rests on a single person, and the last owner cannot be taken away.
import type { Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Database } from '#verification/instance.ts';
import { type Owners, readOwners } from './owner-queries.ts';
import { fixtures } from './rb2-fixtures.ts';
import { decideExposure, judgeOwners, KINDS, PLACES } from './rb2-judge.ts';

type Target = {
  readonly database?: Pick<Database, 'query'>;
  readonly config?: { readonly exposed: boolean };
};

export const twoOwnersControl = defineControl<Target>({
  id: 'RB2',
  title: 'Every organization of an exposed installation has two owners, and the last one stays',
  severity: 'medium',
  waivable: true,
  needs: [{ kind: KINDS.owners, vantage: ['inside'] }],
  applies: { needs: [{ kind: KINDS.exposure, vantage: ['host'] }], decide: decideExposure },
  judge: judgeOwners,
  remedy:
    'Make somebody else an owner too (Members, Manage, Offer the ownership, and stay one). Let `holdfast migrate` alone change the schema.',
  maps: { nist80053: ['AC-2', 'AC-5'] },
  probe: async (target, tools) => {
    const { config } = target;
    if (config === undefined) return [];
    const exposure = tools.evidence({
      kind: KINDS.exposure,
      subject: 'the configuration',
      at: PLACES.exposure,
      data: { exposed: config.exposed },
      vantage: 'host',
      ttlSeconds: 3_600,
    });
    // Nothing else is asked for where it does not matter.
    if (!config.exposed) return [exposure];
    const { database } = target;
    if (database === undefined) return [exposure];
    const owners = await readOwners(database, tools.signal);
    if (owners === undefined) return [exposure];
    const { organizations, withNone, withOne, isKept } = owners;
    const counted = tools.evidence({
      kind: KINDS.owners,
      subject: 'organizations of people',
      at: PLACES.owners,
      data: { organizations, withNone, withOne, isKept },
      volatile: ['organizations'],
      vantage: 'inside',
      ttlSeconds: 300,
      reproduce: 'psql -U holdfast_runtime -c "select * from holdfast.look_at_owners()"',
    });
    return [exposure, counted];
  },
  twins: [
    twin('an installation with a single owner', PLACES.owners, { withOne: 1 }),
    twin('an installation with an organization of nobody', PLACES.owners, { withNone: 1 }),
    twin('a database that lets the last owner go', PLACES.kept, { isKept: false }),
  ],
  fixtures,
});

function twin(name: string, hits: string, fault: Partial<Owners>): Twin<Target> {
  const found: Owners = { organizations: 3, withNone: 0, withOne: 0, isKept: true, ...fault };
  const target: Target = { config: { exposed: true }, database: { query: async () => [found] } };
  return { name, hits, start: async () => ({ target, [Symbol.asyncDispose]: async () => {} }) };
}
