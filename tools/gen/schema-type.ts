// A JSON schema as a TypeScript type: the few forms that the routes of the server use. Another form is a fault, not `any`.

type Json = Readonly<Record<string, unknown>>;

/** No route uses them yet; passed over they would make a type that is too wide. */
const FORMS_UNKNOWN = ['$ref', 'allOf', 'oneOf', 'not', 'prefixItems', 'patternProperties', 'if'] as const;

/** Undefined where there is no body. */
export function renderSchemaType(schema: Json | undefined): string {
  if (schema === undefined) return 'undefined';
  const unknown = FORMS_UNKNOWN.find((form) => form in schema);
  if (unknown !== undefined) throw new Error(`tools/gen/schema-type.ts does not know the form ${unknown}`);
  if ('const' in schema) return JSON.stringify(schema['const']);
  const options = schema['anyOf'] as readonly Json[] | undefined;
  if (options !== undefined) return options.map(renderSchemaType).join(' | ');
  const listed = schema['enum'] as readonly unknown[] | undefined;
  if (listed !== undefined) return listed.map((value) => JSON.stringify(value)).join(' | ');
  const { type } = schema;
  if (Array.isArray(type)) return type.map((one: unknown) => renderSchemaType({ ...schema, type: one })).join(' | ');
  return typeof type === 'string' ? renderType(type, schema) : 'unknown';
}

function renderType(type: string, schema: Json): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return `readonly (${renderSchemaType((schema['items'] ?? {}) as Json)})[]`;
    case 'object':
      return renderObject(schema);
    default:
      throw new Error(`tools/gen/schema-type.ts does not know the type ${type}`);
  }
}

function renderObject(schema: Json): string {
  const properties = schema['properties'] as Readonly<Record<string, Json>> | undefined;
  const more = schema['additionalProperties'];
  if (properties === undefined) {
    return `Readonly<Record<string, ${typeof more === 'object' && more !== null ? renderSchemaType(more as Json) : 'unknown'}>>`;
  }
  const required = (schema['required'] ?? []) as readonly string[];
  const fields = Object.entries(properties).map(
    ([name, property]) =>
      `readonly ${/^\w+$/.test(name) ? name : `'${name}'`}${required.includes(name) ? '' : '?'}: ${renderSchemaType(property)}`,
  );
  return fields.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${fields.join('; ')} }`;
}
