// Tests the types that the console's client gets from the schemas of routes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSchemaType } from './schema-type.ts';

test('the forms that routes use become types', () => {
  assert.equal(renderSchemaType(undefined), 'undefined');
  assert.equal(renderSchemaType({ type: 'integer' }), 'number');
  assert.equal(renderSchemaType({ type: ['string', 'null'] }), 'string | null');
  assert.equal(renderSchemaType({ enum: ['a', 1, null] }), '"a" | 1 | null');
  assert.equal(renderSchemaType({ const: 'only' }), '"only"');
  assert.equal(renderSchemaType({ anyOf: [{ type: 'string' }, { type: 'null' }] }), 'string | null');
  assert.equal(renderSchemaType({ type: 'array', items: { type: 'boolean' } }), 'readonly (boolean)[]');
  assert.equal(renderSchemaType({}), 'unknown');
});

test('of an object what is not required may be left out, and names that are no words are quoted', () => {
  const properties = { id: { type: 'string' }, 'x-y': { type: 'null' } };
  assert.equal(
    renderSchemaType({ type: 'object', properties, required: ['id'] }),
    "{ readonly id: string; readonly 'x-y'?: null }",
  );
  assert.equal(renderSchemaType({ type: 'object', properties: {} }), 'Readonly<Record<string, never>>');
  assert.equal(
    renderSchemaType({ type: 'object', additionalProperties: { type: 'number' } }),
    'Readonly<Record<string, number>>',
  );
});

test('a form that is not known is a fault, also deep inside, and never any type at all', () => {
  const unknown = [
    { type: 'tuple' },
    { allOf: [{ type: 'string' }] },
    { oneOf: [{ type: 'string' }] },
    { $ref: '#/components/schemas/Thing' },
    { not: { type: 'string' } },
    { type: 'array', prefixItems: [{ type: 'string' }] },
  ];
  for (const schema of unknown) {
    assert.throws(() => renderSchemaType(schema), /does not know/, JSON.stringify(schema));
    assert.throws(() => renderSchemaType({ type: 'object', properties: { deep: schema } }), /does not know/);
  }
});
