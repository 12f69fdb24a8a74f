// Broken twins of ID3: a door that counts wrong passwords, right in everything but one thing.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import type { Config } from '#config.ts';
import type { Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { BAR, PLACES } from './id3-judge.ts';

/** What the control looks at; without the configuration it knows of no lower limits. */
export type Target = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly config?: { readonly limits: Pick<Config['limits'], 'ratesPerMinute'> };
};

type Fault =
  | 'forgets_accounts'
  | 'forgets_strangers'
  | 'forgets_addresses'
  | 'tells_strangers'
  | 'lets_right_ones_in'
  | 'locks_everybody_out';

type Door = { readonly failures: Map<string, number>; total: number; rightOnes: number };

const WRONG: TwinAnswer = { status: 401, body: '{"code":"session.wrong_credentials"}' };
const THROTTLED: TwinAnswer = { status: 429, headers: { 'retry-after': '12' }, body: '{"code":"rate.exceeded"}' };
const OPEN: TwinAnswer = { status: 201, headers: { 'set-cookie': 'twin=opened; Path=/' } };

export const twins: readonly [Twin<Target>, ...Twin<Target>[]] = [
  twin('a door that counts for no account', PLACES.known, 'forgets_accounts'),
  twin('a door that counts for known accounts alone', PLACES.unknown, 'forgets_strangers'),
  twin('a door that counts for no address', PLACES.address, 'forgets_addresses'),
  twin('a door that tells who has no account', PLACES.answer, 'tells_strangers'),
  twin('a door that lets the right guess in', PLACES.inside, 'lets_right_ones_in'),
  twin('a door that anybody can lock', PLACES.elsewhere, 'locks_everybody_out'),
];

function twin(name: string, hits: string, fault: Fault): Twin<Target> {
  return {
    name,
    hits,
    start: () => {
      const door: Door = { failures: new Map(), total: 0, rightOnes: 0 };
      return startTenantTwin({ '*': (request) => answer(door, fault, request) }, {});
    },
  };
}

function answer(door: Door, fault: Fault, { method, body }: TwinRequest): TwinAnswer {
  if (method !== 'POST') return { status: 204 };
  const { email, password } = JSON.parse(body) as { readonly email: string; readonly password: string };
  const { one } = twinTenants;
  if (password === one.password) return answerRight(door, fault);
  const isKnown = email === one.email;
  const count = door.failures.get(email) ?? 0;
  const isCounted = fault !== 'forgets_accounts' && (isKnown || fault !== 'forgets_strangers');
  if (isCounted && count >= BAR.account) return THROTTLED;
  if (fault !== 'forgets_addresses' && door.total >= BAR.address) return THROTTLED;
  door.failures.set(email, count + 1);
  door.total += 1;
  return !isKnown && fault === 'tells_strangers' ? { status: 404, body: '{"code":"not_found"}' } : WRONG;
}

/** It sees no addresses; the throttled one comes first. */
function answerRight(door: Door, fault: Fault): TwinAnswer {
  door.rightOnes += 1;
  if (door.rightOnes === 1) return fault === 'lets_right_ones_in' ? OPEN : THROTTLED;
  return fault === 'locks_everybody_out' ? THROTTLED : OPEN;
}
