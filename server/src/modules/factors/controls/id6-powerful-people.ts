// ID6: where other machines reach the server, nobody as powerful as an admin rests on a password alone.
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import {
  type AccountTarget,
  type Acting,
  enrollApp,
  SESSION,
  SESSIONS,
  statusOf,
  trySignIn,
} from '#verification/account-asking.ts';
import { type AccountFault, accountTwin } from '#verification/account-twin.ts';
import { ATTEMPT, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Database } from '#verification/instance.ts';
import { type PowerfulPeople, readPowerfulPeople } from './factor-queries.ts';
import { fixtures } from './id6-fixtures.ts';
import { decideExposure, FAMILIES, judgePowerful, KINDS, PLACES } from './id6-judge.ts';

type Target = AccountTarget & {
  readonly database?: Pick<Database, 'query'>;
  readonly config?: { readonly exposed: boolean };
  readonly powers?: readonly string[];
};

export const powerfulPeopleControl = defineControl<Target>({
  id: 'ID6',
  title: 'Nobody as powerful as an admin rests on a password alone on an exposed installation',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'] },
    { kind: KINDS.people, vantage: ['inside'] },
  ],
  applies: { needs: [{ kind: KINDS.exposure, vantage: ['host'] }], decide: decideExposure },
  judge: judgePowerful,
  remedy:
    'Have every owner, admin and whoever holds as much by a role enroll a second factor (Account, Second factors); signing in lets them do nothing else before.',
  maps: { asvs: ['6.3.3'], cwe: ['308', '1390'], nist80053: ['IA-2'] },
  probe: async (target, tools) => {
    const { config } = target;
    if (config === undefined) return [];
    const exposure = sealExposure(config.exposed, tools);
    // Nothing else is asked for where it does not matter.
    if (!config.exposed) return [exposure];
    const { web, accounts, database, powers } = target;
    if (web === undefined || accounts === undefined || database === undefined || powers === undefined)
      return [exposure];
    const { signal } = tools;
    const people = await readPowerfulPeople(database, powers, signal);
    const tried = await accounts.borrow((account) => tryGuarded({ web, account, signal }, tools), signal);
    return [exposure, tried, ...(people === undefined ? [] : [sealPeople(people, powers, tools)])];
  },
  twins: [
    twin('a server to whose owners a password is enough', PLACES.tried, 'unguarded', { powerful: 2, withoutFactor: 0 }),
    twin('an installation with an owner without a factor', PLACES.people, undefined, { powerful: 2, withoutFactor: 1 }),
  ],
  fixtures,
});

const MEMBERS = '/api/v1/members';
const WAYS: Readonly<Record<string, string>> = {
  'sees members': MEMBERS,
  'sees keys': '/api/v1/api-keys',
  'sees sessions': SESSIONS,
  'sees the policy': '/api/v1/organization/sign-in-policy',
};

/** An organization that no exemption of the probe concerns: the account is its owner. */
async function tryGuarded(acting: Acting, tools: ProbeTools): Promise<Evidence> {
  const { web, account } = acting;
  const { cookie } = await trySignIn(acting, { organization: account.guarded });
  const statuses: Record<string, number> = {};
  for (const [name, path] of Object.entries(WAYS)) statuses[name] = await statusOf(acting, { path, cookie });
  statuses['sees who they are'] = await statusOf(acting, { path: SESSION, cookie });
  await enrollApp(acting, cookie, tools.unixMs());
  statuses['sees members with a factor'] = await statusOf(acting, { path: MEMBERS, cookie });
  const family = FAMILIES[PLACES.tried];
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(web, { subject: PLACES.tried, at: PLACES.tried, facts: { tries } }, tools);
}

function sealExposure(exposed: boolean, tools: ProbeTools): Evidence {
  return tools.evidence({
    kind: KINDS.exposure,
    subject: 'the configuration',
    at: PLACES.exposure,
    data: { exposed },
    vantage: 'host',
    ttlSeconds: 3_600,
  });
}

function sealPeople(
  { powerful, withoutFactor }: PowerfulPeople,
  powers: readonly string[],
  tools: ProbeTools,
): Evidence {
  return tools.evidence({
    kind: KINDS.people,
    subject: 'people of every organization, those aside that exist to be probed',
    at: PLACES.people,
    data: { powerful, withoutFactor },
    vantage: 'inside',
    ttlSeconds: 300,
    reproduce: `psql -U holdfast_runtime -c "select * from holdfast.look_at_factors('{${powers.join()}}')"`,
  });
}

function twin(name: string, hits: string, fault: AccountFault | undefined, people: PowerfulPeople): Twin<Target> {
  return accountTwin(name, hits, fault, {
    config: { exposed: true },
    powers: [],
    database: { query: async () => [people] },
  });
}
