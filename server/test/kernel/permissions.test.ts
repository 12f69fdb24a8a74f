// The rules of authority as a pure grid: roles, reaches, keys and objects, without a database.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { may, mayEver } from '#kernel/authorize.ts';
import {
  BUILT_IN_ROLES,
  bitsOf,
  buildRoles,
  definePermissions,
  hasBit,
  type Holder,
  intersectBits,
  narrowReach,
  NO_REACH,
  type Reach,
  reachCovers,
  uniteReach,
} from '#kernel/permissions.ts';
import { ANONYMOUS, type Principal } from '#kernel/principal.ts';
import { modules } from '../../src/modules.ts';

const HOLDERS: readonly Holder[] = [...BUILT_IN_ROLES, 'operator'];
const declared = modules.flatMap((module) => Object.values(module.permissions ?? {}));
// Enough of them to fill several words of bits.
const many = Object.values(
  definePermissions(
    'grid',
    Object.fromEntries(
      Array.from({ length: 80 }, (_, n) => [
        `action${String(n)}`,
        { describe: 'x', ...(n % 3 === 0 ? {} : { keyScope: true as const }) },
      ]),
    ),
  ),
);

const [ME, OTHER] = ['me', 'other'] as const;

function principalOf(kind: 'user' | 'api_key' | 'operator', reach: Reach): Principal {
  if (kind === 'operator') return { kind, uid: 0, reach };
  const common = {
    userId: ME,
    orgId: 'org',
    memberId: 'member',
    role: 'member',
    reach,
    epoch: '',
    networks: [],
  } as const;
  return kind === 'user'
    ? {
        kind,
        sessionId: 's',
        provenAt: new Date(0),
        provenBy: 'password' as const,
        factorKinds: [],
        isUnproven: false,
        ...common,
      }
    : {
        kind,
        keyKind: 'personal' as const,
        keyId: 'k',
        standing: { keyId: 'k', onBehalfOf: null, digest: '' },
        ...common,
      };
}

test('a role holds exactly what is declared for it, for all objects or for its own', () => {
  const roles = buildRoles(declared);
  for (const holder of HOLDERS) {
    for (const permission of declared) {
      const reach = roles.reachOf(holder);
      assert.equal(hasBit(reach.all, permission), permission.all.includes(holder), `${holder} ${permission.name}`);
      assert.equal(hasBit(reach.own, permission), permission.own.includes(holder), `${holder} ${permission.name}`);
    }
  }
});

test('no role below another holds what the other does not', () => {
  const roles = buildRoles(declared);
  const pairs = [
    ['viewer', 'member'],
    ['member', 'admin'],
    ['admin', 'owner'],
  ] as const;
  for (const [lower, upper] of pairs) {
    for (const permission of declared) {
      const [low, high] = [roles.reachOf(lower), roles.reachOf(upper)];
      if (hasBit(low.all, permission)) assert.ok(hasBit(high.all, permission), permission.name);
      if (hasBit(low.own, permission))
        assert.ok(hasBit(high.own, permission) || hasBit(high.all, permission), permission.name);
    }
  }
});

const subsets = fc.subarray(many);
const objects = [{}, { owner_user_id: null }, { owner_user_id: ME }, { owner_user_id: OTHER }];

test('may: for all objects with the permission for all, for one’s own with the permission for own, else never', () => {
  fc.assert(
    fc.property(subsets, subsets, fc.constantFrom('user', 'api_key', 'operator'), (all, own, kind) => {
      const principal = principalOf(kind, { ...NO_REACH, all: bitsOf(all), own: bitsOf(own) });
      for (const permission of many) {
        for (const object of objects) {
          const isMine = kind !== 'operator' && object.owner_user_id === ME;
          const expected = all.includes(permission) || (own.includes(permission) && isMine);
          assert.equal(may(principal, permission, object), expected);
          if (expected) assert.ok(mayEver(principal, permission));
        }
        assert.equal(mayEver(principal, permission), all.includes(permission) || own.includes(permission));
      }
    }),
    { numRuns: 60 },
  );
});

test('nobody may do anything', () => {
  for (const principal of [ANONYMOUS, principalOf('user', NO_REACH)])
    for (const permission of [...declared, ...many])
      for (const object of objects) {
        assert.equal(may(principal, permission, object), false);
        assert.equal(mayEver(principal, permission), false);
      }
});

test('a key reaches what its scopes and its person’s role both reach, and neither an unknown scope nor one that keys may not hold reaches anything', () => {
  const roles = buildRoles(many);
  fc.assert(
    fc.property(
      subsets,
      subsets,
      subsets,
      fc.array(fc.constantFrom('grid:none', '', '*', 'grid:*', 'other:action1')),
      (all, own, scopes, junk) => {
        const names = [...junk, ...scopes.map(({ name }) => name)];
        const reach = narrowReach({ ...NO_REACH, all: bitsOf(all), own: bitsOf(own) }, names, roles);
        for (const permission of many) {
          assert.equal(
            hasBit(reach.all, permission),
            all.includes(permission) && scopes.includes(permission) && permission.keyScope,
          );
          assert.equal(
            hasBit(reach.own, permission),
            own.includes(permission) && scopes.includes(permission) && permission.keyScope,
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('sets of permissions are sets, however many words they take', () => {
  fc.assert(
    fc.property(subsets, subsets, (one, other) => {
      const both = intersectBits(bitsOf(one), bitsOf(other));
      for (const permission of many) {
        assert.equal(hasBit(bitsOf(one), permission), one.includes(permission));
        assert.equal(hasBit(both, permission), one.includes(permission) && other.includes(permission));
      }
    }),
    { numRuns: 60 },
  );
});

test('rights are handed on by whoever holds each of them, for all objects or at least as widely as they are given', () => {
  fc.assert(
    fc.property(subsets, subsets, subsets, subsets, (all, own, givenAll, givenOwn) => {
      const giver = { ...NO_REACH, all: bitsOf(all), own: bitsOf(own) };
      const given = { ...NO_REACH, all: bitsOf(givenAll), own: bitsOf(givenOwn) };
      const holdsEach =
        givenAll.every((one) => all.includes(one)) && givenOwn.every((one) => all.includes(one) || own.includes(one));
      assert.equal(reachCovers(giver, given), holdsEach);
      const united = uniteReach(giver, given);
      assert.ok(reachCovers(united, giver) && reachCovers(united, given));
      assert.equal(reachCovers(giver, united), holdsEach);
    }),
    { numRuns: 100 },
  );
});

test('a permission with another’s name is not the other', () => {
  const twin = definePermissions('grid', { action0: { describe: 'the same name' } }).action0;
  const original = many.find(({ name }) => name === twin.name);
  assert.ok(original !== undefined);
  assert.equal(hasBit(bitsOf([original]), twin), false);
});
