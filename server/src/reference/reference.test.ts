// What is told about the API is what the API is: complete, resolvable, stable, and harmless to look at.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { modules } from '../modules.ts';
import { sha256 } from '#crypto/hash.ts';
import { Nothing } from '#kernel/fields.ts';
import { defineModule } from '#kernel/module.ts';
import { definePermissions } from '#kernel/permissions.ts';
import { buildRegistry } from '#kernel/registry.ts';
import { defineRoute } from '#kernel/route.ts';
import { errorCodesOf } from './error-codes.ts';
import { listOperations, renderOpenApi, resolveResponses } from './openapi.ts';
import { referencePages } from './pages.ts';

const registry = buildRegistry(modules);
const document = renderOpenApi(registry, { version: '1.2.3' });

test('every route and stream is an operation under its own id, and nothing else is', () => {
  const told = listOperations(document).map(
    ({ path, method, operation }) => `${operation.operationId} ${method} ${path}`,
  );
  const declared = [...registry.routes, ...registry.streams].map(
    ({ id, method, path }) => `${id} ${method} ${path.replaceAll(/:([A-Za-z]+)/g, '{$1}')}`,
  );
  assert.deepEqual(told.toSorted(), declared.toSorted());
});

test('every reference in the document leads somewhere, and every component is referred to', () => {
  const refs = new Set(
    [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map((match) => match[1]),
  );
  const names = Object.entries(document.components)
    .filter(([kind]) => kind !== 'securitySchemes')
    .flatMap(([kind, components]) => Object.keys(components).map((name) => `${kind}/${name}`));
  assert.deepEqual(refs, new Set(names));
});

test('an operation names each of its path parameters, and only schemes that exist', () => {
  for (const { path, operation } of listOperations(document)) {
    const inPath = [...path.matchAll(/\{([A-Za-z]+)\}/g)].map((match) => match[1]);
    const told = (operation.parameters ?? []).flatMap((one) => ('in' in one && one.in === 'path' ? [one.name] : []));
    assert.deepEqual(told, inPath, operation.operationId);
    const schemes = operation.security.flatMap((one) => Object.keys(one));
    assert.ok(schemes.every((name) => name in document.components.securitySchemes));
    assert.equal(schemes.length === 0, operation['x-public'] !== undefined, operation.operationId);
    assert.equal(operation['x-permission'] === undefined, operation['x-public'] !== undefined, operation.operationId);
  }
});

test('an operation lists every code it may answer with, under the status of the code', () => {
  const declared = new Map([...registry.routes, ...registry.streams].map((one) => [one.id, one]));
  for (const { operation } of listOperations(document)) {
    const route = declared.get(operation.operationId);
    assert.ok(route !== undefined);
    const told = resolveResponses(document, operation.responses).flatMap(([status, { description }]) =>
      [...description.matchAll(/`([a-z_]+\.[a-z_]+)`: /g)].map((match) => `${match[1] ?? ''} ${status}`),
    );
    const codes = errorCodesOf(route).map((code) => `${code} ${String(registry.errors[code]?.status)}`);
    assert.deepEqual(told.toSorted(), codes.toSorted(), operation.operationId);
    for (const code of route.errors) assert.ok(errorCodesOf(route).includes(code));
  }
});

test('the same registry gives the same bytes, and an origin becomes the server', () => {
  const again = renderOpenApi(buildRegistry(modules), { version: '1.2.3' });
  assert.equal(JSON.stringify(again), JSON.stringify(document));
  const elsewhere = renderOpenApi(registry, { version: '1.2.3', origin: 'https://holdfast.example' });
  assert.deepEqual(elsewhere.servers, [{ url: 'https://holdfast.example' }]);
});

const permissions = definePermissions('thing', {
  read: { describe: 'See things', all: ['owner'], keyScope: true },
  peek: { describe: 'See that things are there', all: ['owner'], keyScope: true },
  make: { describe: 'Make things', all: ['owner'] },
});
const hostile = defineModule({
  name: 'things',
  permissions,
  routes: [
    defineRoute({
      id: 'thing.make',
      method: 'POST',
      path: '/api/v1/things/:thingId',
      summary: '</p><script>alert("1")</script>',
      scope: 'org',
      access: [
        { permission: permissions.read, orPermission: permissions.peek, target: async () => ({}) },
        { permission: permissions.make, target: async () => ({}) },
      ],
      stepUp: true,
      rate: { class: 'write', key: () => 'one' },
      audit: { action: 'thing.made' },
      params: z.strictObject({ thingId: z.string().describe('<img src=x>') }),
      query: Nothing,
      body: z.strictObject({ size: z.int().min(1).describe('How large & how "odd"') }),
      output: z.object({ secret: z.string(), version: z.int() }),
      secretReply: true,
      status: 201,
      errors: [],
      handle: async () => ({ secret: 's', version: 1 }),
    }),
  ],
});

test('what a route declares is told in x- fields', () => {
  const [listed] = listOperations(renderOpenApi(buildRegistry([hostile]), { version: '1' }));
  assert.ok(listed !== undefined);
  const { operation } = listed;
  assert.equal(operation['x-permission'], 'thing:read or thing:peek and thing:make');
  assert.deepEqual(operation.security, [{ session: [] }], 'a key cannot be given thing:make');
  assert.deepEqual(operation['x-rate'], { class: 'write', keyedByInput: true });
  assert.deepEqual(operation['x-audit'], { action: 'thing.made' });
  assert.deepEqual([operation['x-step-up'], operation['x-idempotency']], [true, 'sealed']);
  assert.deepEqual(Object.keys(operation.responses).includes('412'), true);
  const { headers } = operation.responses['201'] as { headers: object };
  assert.ok('ETag' in headers);
});

function pageAt(path: string, params: Readonly<Record<string, string>> = {}, of = registry) {
  return referencePages(of, { version: '1' })
    .find((page) => page.path === path)
    ?.respond({ params });
}

test('text of a route stands in the page as text, whatever it says', () => {
  const page = pageAt('/api/docs', {}, buildRegistry([hostile]));
  assert.ok(page !== undefined);
  assert.doesNotMatch(page.body, /<script|<img/);
  assert.match(page.body, /&lt;\/p&gt;&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;/);
  assert.match(page.body, /How large &amp; how &quot;odd&quot;/);
});

test('the page on weaknesses says whom to tell, how soon an answer comes, and nothing but text of the operator', () => {
  const pageFor = (contact?: string, keyUrl?: string): string =>
    referencePages(registry, { version: '1', security: { contact, keyUrl } })
      .find(({ path }) => path === '/security')
      ?.respond({ params: {} })?.body ?? '';
  const named = pageFor('mailto:a"><script>@example.org', 'https://example.org/key.asc');
  assert.match(named, /<a href="mailto:a&quot;&gt;&lt;script&gt;@example\.org">/);
  assert.match(named, /<a href="https:\/\/example\.org\/key\.asc">OpenPGP key<\/a>/);
  const unnamed = pageFor();
  assert.doesNotMatch(unnamed, /OpenPGP|mailto:/);
  assert.match(unnamed, /whoever gave you its address/);
  for (const page of [named, unnamed]) assert.match(page, /SECURITY\.md[\s\S]*within\s+72 hours/);
});

test('pages run nothing and load nothing: their policy allows their one style sheet by its hash', () => {
  for (const page of [
    pageAt('/api/docs'),
    pageAt('/problems'),
    pageAt('/security'),
    pageAt('/problems/:code', { code: 'auth.forbidden' }),
  ]) {
    assert.ok(page !== undefined);
    const styles = [...page.body.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1] ?? '');
    assert.equal(styles.length, 1);
    const policy = page.headers['content-security-policy'] ?? '';
    assert.match(policy, /^default-src 'none'; style-src 'sha256-/);
    assert.ok(policy.includes(`'sha256-${sha256(styles[0] ?? '').toString('base64')}'`));
    assert.doesNotMatch(policy, /script-src|unsafe/);
    assert.doesNotMatch(page.body, / style="| on[a-z]+="|<script|<link|<img/);
  }
});

test('the reference page shows every operation with its access, and every link on it leads to a part of it', () => {
  const { body } = pageAt('/api/docs') ?? { body: '' };
  const ids = new Set([...body.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
  for (const { id } of [...registry.routes, ...registry.streams]) assert.ok(ids.has(id), id);
  for (const [, target = ''] of body.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(target), target);
  for (const { name } of registry.roles.permissions) assert.ok(body.includes(name), name);
});

test('each problem has a page with its help, and anything else has none', () => {
  for (const [code, { help }] of Object.entries(registry.errors)) {
    const page = pageAt('/problems/:code', { code });
    assert.ok(
      page?.body.includes(
        help
          .replaceAll('`', '`')
          .replaceAll('&', '&amp;')
          .split(/['"<>]/)[0] ?? '',
      ),
      code,
    );
  }
  for (const code of ['nothing.such', '', '__proto__', 'constructor', 'toString'])
    assert.equal(pageAt('/problems/:code', { code }), undefined);
});
