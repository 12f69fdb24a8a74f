// A JSON Schema as nested lists that a person can read and a browser can search.
import { markup, type Markup, type Part } from './markup.ts';
import { type JsonSchema, propertiesOf } from './json-schema.ts';

const NOTHING = markup``;
const BOUNDS = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern', 'default'] as const;

/** The fields of an object schema as a list; what is no object, as one line. */
export function schemaMarkup(schema: JsonSchema): Markup {
  const properties = propertiesOf(schema);
  if (properties.length === 0) return markup`<span class="quiet">${typeText(schema)}</span>`;
  const items = properties.map(
    ({ name, schema: property, isRequired }): Markup =>
      markup`<li>
        <code>${name}</code>
        ${lineOf(property)}${isRequired ? '' : ', optional'}${describe(property)}${nested(property)}
      </li>`,
  );
  return markup`<ul class="fields">
    ${items}
  </ul>`;
}

/** The type of a schema and its bounds, in one line. */
export function lineOf(schema: JsonSchema): Part {
  const bounds = BOUNDS.filter((name) => schema[name] !== undefined).map(
    (name) => `${name} ${typeof schema[name] === 'string' ? schema[name] : JSON.stringify(schema[name])}`,
  );
  return markup`<span class="quiet">${[typeText(schema), ...bounds].join(', ')}</span>`;
}

export function describe(schema: JsonSchema): Markup {
  return typeof schema['description'] === 'string' ? markup`: ${schema['description']}` : NOTHING;
}

function nested(schema: JsonSchema): Markup {
  const inner = [schema, schema['items'], ...alternativesOf(schema)].find(
    (one): one is JsonSchema => isSchema(one) && propertiesOf(one).length > 0,
  );
  return inner === undefined ? NOTHING : schemaMarkup(inner);
}

function typeText(schema: JsonSchema): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ');
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 0) return alternatives.map(typeText).join(' | ');
  const type = Array.isArray(schema['type']) ? schema['type'].join(' | ') : schema['type'];
  if (type === 'array' && isSchema(schema['items'])) return `array of ${typeText(schema['items'])}`;
  const name = typeof type === 'string' ? type : 'any value';
  return typeof schema['format'] === 'string' ? `${name} (${schema['format']})` : name;
}

function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  const found = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(found) ? found.filter(isSchema) : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
