// What a key may do is never more than its scopes, than the person it acts for, or than its maker: over all there is to combine.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { modules } from '../../modules.ts';
import {
  BUILT_IN_ROLES,
  bitsOf,
  hasBit,
  NO_PERMISSIONS,
  NO_REACH,
  type Permission,
  type Reach,
  reachCovers,
  uniteReach,
} from '#kernel/permissions.ts';
import { buildRegistry } from '#kernel/registry.ts';
import { exceedsMaker, reachOfKey, refusedScopes } from './reach.ts';

const { roles } = buildRegistry(modules);
const scope = fc.constantFrom(...roles.permissions.map(({ name }) => name), 'unknown:scope');
const scopes = fc.uniqueArray(scope, { maxLength: 12 });
const role = fc.constantFrom(...BUILT_IN_ROLES);
const some = fc.subarray([...roles.permissions]);
/** Of anybody: a role, and whatever a custom role may give beside it. */
const reach = fc
  .tuple(role, some, some)
  .map(([base, all, own]): Reach =>
    uniteReach(roles.reachOf(base), { ...NO_REACH, all: bitsOf(all), own: bitsOf(own) }),
  );

const isIn = (list: readonly string[], { name, keyScope }: Permission): boolean => keyScope && list.includes(name);

test('a key that acts for a person may do exactly what its scopes and that person’s rights have in common', () => {
  fc.assert(
    fc.property(scopes, role, (list, of) => {
      for (const kind of ['personal', 'service'] as const) {
        const effective = reachOfKey(roles, { kind, scopes: list, role: of });
        for (const permission of roles.permissions) {
          const [mine, theirs] = [effective, roles.reachOf(of)];
          assert.equal(hasBit(mine.all, permission), isIn(list, permission) && hasBit(theirs.all, permission));
          assert.equal(hasBit(mine.own, permission), isIn(list, permission) && hasBit(theirs.own, permission));
          // Of the organization's keys none has what was granted to somebody: its maker might not.
          const isGranted = kind === 'personal' && hasBit(theirs.granted, permission);
          assert.equal(hasBit(mine.granted, permission), isIn(list, permission) && isGranted);
        }
      }
    }),
  );
});

test('a key that acts for nobody owns nothing, and has no more than its scopes and owners have', () => {
  fc.assert(
    fc.property(scopes, (list) => {
      const service = reachOfKey(roles, { kind: 'service', scopes: list });
      const publishable = reachOfKey(roles, { kind: 'publishable', scopes: list });
      for (const permission of roles.permissions) {
        const isOwners = hasBit(roles.reachOf('owner').all, permission);
        assert.equal(hasBit(service.all, permission), isIn(list, permission) && isOwners);
        assert.equal(hasBit(publishable.all, permission), isIn(list, permission) && isOwners && permission.publishable);
      }
      for (const { own, granted } of [service, publishable])
        assert.deepEqual([own, granted], [NO_PERMISSIONS, NO_PERMISSIONS]);
    }),
  );
});

test('what a maker is not refused, they hold themselves', () => {
  fc.assert(
    fc.property(scopes, reach, (list, maker) => {
      for (const kind of ['service', 'publishable'] as const) {
        const refused = refusedScopes(roles, maker, { kind, scopes: list, actsForPeople: false });
        const given = list.filter((one) => !refused.includes(one));
        assert.ok(reachCovers(maker, reachOfKey(roles, { kind, scopes: given })));
      }
      const personal = refusedScopes(roles, maker, { kind: 'personal', scopes: list, actsForPeople: false });
      for (const name of list) {
        const permission = roles.findPermission(name);
        const mayGive =
          permission?.keyScope === true &&
          [maker.all, maker.own, maker.granted].some((bits) => hasBit(bits, permission));
        assert.equal(personal.includes(name), !mayGive, name);
      }
    }),
  );
});

test('a key acts for nobody with whose rights it would do what its maker may not', () => {
  fc.assert(
    fc.property(scopes, reach, role, scopes, (list, maker, of, granted) => {
      const given = reachOfKey(roles, { kind: 'service', scopes: list, role: of, granted });
      const tooMuch = roles.permissions.filter(
        (one) =>
          (hasBit(given.all, one) && !hasBit(maker.all, one)) ||
          (hasBit(given.own, one) && !hasBit(maker.all, one) && !hasBit(maker.own, one)),
      );
      assert.equal(exceedsMaker(roles, maker, list, { role: of, granted }), tooMuch.length > 0);
    }),
  );
});

test('what pages may have only reads, and there is something', () => {
  assert.deepEqual(
    roles.permissions.filter(({ publishable }) => publishable).map(({ name }) => name),
    ['models:read'],
  );
});

test('no key can be given what a grant gives, so that what a key may do is told without a word of grants', () => {
  const granted = roles.permissions.filter((permission) => permission.granted !== undefined);
  assert.ok(granted.length > 0);
  assert.deepEqual(
    granted.filter(({ keyScope }) => keyScope).map(({ name }) => name),
    [],
  );
});
