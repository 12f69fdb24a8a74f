// A registry with a fault does not come into being, and tells every fault it has at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { modules } from '../../src/modules.ts';
import { defineErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import { defineJob } from '#kernel/job.ts';
import { defineModule, type Module } from '#kernel/module.ts';
import { definePermissions } from '#kernel/permissions.ts';
import { buildRegistry, findFaults } from '#kernel/registry.ts';
import type { AnyRoute } from '#kernel/route.ts';

const permissions = definePermissions('part', { read: { describe: 'See parts', all: ['owner'] } });

const sound: AnyRoute = {
  kind: 'route',
  id: 'part.get',
  method: 'GET',
  path: '/api/v1/parts/:partId',
  summary: 'One part',
  scope: 'org',
  access: [{ permission: permissions.read, target: async () => ({}) }],
  rate: 'read',
  audit: { none: 'a part is no secret' },
  params: z.strictObject({ partId: z.string() }),
  query: Nothing,
  body: Nothing,
  output: z.object({ name: z.string() }),
  status: 200,
  errors: [],
  handle: async () => ({ name: 'x' }),
};

function moduleOf(route: Partial<AnyRoute>, more: Partial<Module> = {}): Module {
  return defineModule({ name: 'parts', permissions, routes: [{ ...sound, ...route }], ...more });
}

test('the product’s registry has no fault', () => {
  assert.deepEqual(findFaults(modules), []);
  assert.deepEqual(findFaults([moduleOf({})]), []);
});

const job = defineJob({
  id: 'part.sweep',
  summary: 'Sweeps',
  scope: 'org',
  tables: ['part'],
  audit: { none: 'nothing to tell' },
  timeoutMs: 1,
  attempts: 1,
  concurrency: 1,
  everySeconds: 5,
  payload: Nothing,
  run: async () => undefined,
});
const unknown = definePermissions('part', { secret: { describe: 'Not exported' } });
const twins = defineErrors({ 'part.odd': { status: 409, title: 'Odd', help: 'Make it even.' } });
const kernelTwin = defineErrors({ 'auth.invalid': { status: 409, title: 'Odd', help: 'Make it even.' } });

const inProject = { scope: 'project', params: z.strictObject({ projectId: z.string() }) } as const;

const faults: Readonly<Record<string, readonly [modules: readonly Module[], told: string]>> = {
  'a module twice': [[moduleOf({}), defineModule({ name: 'parts' })], 'module parts is listed twice'],
  'an id twice': [
    [moduleOf({}, { routes: [sound, { ...sound, path: '/api/v1/other/:partId' }] })],
    'id part.get is declared twice',
  ],
  'one address under two names of a parameter': [
    [
      moduleOf(
        {},
        {
          routes: [
            sound,
            {
              ...sound,
              id: 'part.see',
              path: '/api/v1/parts/:otherId',
              params: z.strictObject({ otherId: z.string() }),
            },
          ],
        },
      ),
    ],
    'GET /api/v1/parts/: is declared twice',
  ],
  'a job with the id of a route': [
    [moduleOf({}, { jobs: [{ ...job, id: 'part.get', scope: 'system' }] })],
    'id part.get is declared twice',
  ],
  'an error twice': [
    [moduleOf({ errors: ['part.odd'] }, { errors: twins }), defineModule({ name: 'more', errors: twins })],
    'error part.odd is declared twice',
  ],
  'an error of the kernel': [
    [moduleOf({ errors: ['auth.invalid'] }, { errors: kernelTwin })],
    'error auth.invalid is declared twice',
  ],
  'an error that no route lists': [
    [moduleOf({}, { errors: twins })],
    'error part.odd is declared but no route lists it',
  ],
  'a project that its path does not name': [
    [moduleOf({ scope: 'project' })],
    'part.get is in a project that its path does not name',
  ],
  'a project that is public': [
    [moduleOf({ ...inProject, path: '/api/v1/projects/:projectId', access: { public: 'everybody may look' } })],
    'part.get is public but its scope is a project',
  ],
  'an unknown error': [[moduleOf({ errors: ['part.missing'] })], 'part.get names unknown error part.missing'],
  'a permission that guards nothing': [
    [moduleOf({}, { permissions: { ...permissions, ...unknown } })],
    'permission part:secret guards no route',
  ],
  'a permission that no module exports': [
    [moduleOf({ access: [{ permission: permissions.read, orPermission: unknown.secret, target: async () => ({}) }] })],
    'permission part:secret is used by a route but exported by no module',
  ],
  'a permission twice': [
    [moduleOf({}), defineModule({ name: 'more', permissions })],
    'permission part:read is declared twice',
  ],
  'an empty access list': [[moduleOf({ access: [] })], 'part.get has an empty access list'],
  'public without a reason': [
    [moduleOf({ access: { public: ' because ' }, scope: 'system' })],
    'part.get is public without a reason',
  ],
  'public in an organization': [
    [moduleOf({ access: { public: 'everybody may see parts' } })],
    'part.get is public but its scope is an organization',
  ],
  'a mutation without an event': [[moduleOf({ method: 'POST' })], 'part.get is a mutation without an audit event'],
  'a parameter that is not in the path': [
    [moduleOf({ path: '/api/v1/parts' })],
    'part.get declares parameters partId but its path names ',
  ],
  'a parameter of the path that is not declared': [
    [moduleOf({ params: Nothing })],
    'part.get declares parameters  but its path names partId',
  ],
  'a GET with a body': [[moduleOf({ body: z.strictObject({ a: z.string() }) })], 'part.get is a GET with a body'],
  'a body with 204': [[moduleOf({ status: 204 })], 'part.get answers 204 with a body'],
  'a path that is not absolute': [[moduleOf({ path: '//parts/:partId' })], 'part.get has a path that is not absolute'],
  'a schedule outside the system': [
    [moduleOf({}, { jobs: [job] })],
    'job part.sweep is scheduled but not of system scope',
  ],
};

for (const [what, [given, told]] of Object.entries(faults)) {
  test(`a registry with ${what} is refused`, () => {
    assert.ok(findFaults(given).includes(told), findFaults(given).join('\n'));
    assert.throws(
      () => buildRegistry(given),
      (error: Error) => error.message.includes(told),
    );
  });
}

test('all faults are told at once', () => {
  const broken = moduleOf({ access: [], method: 'POST', path: '/api/v1/parts', errors: ['part.missing'] });
  const told = findFaults([broken]);
  assert.equal(told.length, 5, told.join('\n'));
  assert.throws(
    () => buildRegistry([broken]),
    (error: Error) => told.every((fault) => error.message.includes(fault)),
  );
});

test('what the registry gives is what the modules declare', () => {
  const registry = buildRegistry(modules);
  assert.deepEqual(
    registry.routes.map(({ id }) => id),
    modules.flatMap((one) => one.routes ?? []).map(({ id }) => id),
  );
  assert.ok(Object.isFrozen(registry));
  for (const permission of registry.roles.permissions)
    assert.equal(registry.roles.findPermission(permission.name), permission);
  assert.equal(registry.roles.findPermission('nothing:such'), undefined);
});
