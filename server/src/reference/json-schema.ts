// Turns a wire schema into the JSON Schema that the reference shows: what may be sent, or what comes back.
import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Formats that say it already; the pattern that Zod adds would only be noise. */
const SPOKEN_FORMATS: ReadonlySet<unknown> = new Set(['date-time', 'date', 'time', 'uuid', 'email', 'uri']);

/** JSON Schema (2020-12) of what goes in or comes out. Throws for a schema that JSON can't express, such as a transform going out. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const rendered = z.toJSONSchema(schema, { io, override: ({ jsonSchema }) => simplify(jsonSchema) });
  return Object.fromEntries(Object.entries(rendered).filter(([name]) => name !== '$schema' && name !== '~standard'));
}

/** The properties of an object schema, each with whether it must be there. */
export function propertiesOf(schema: JsonSchema): readonly {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}[] {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const properties = schema['properties'] ?? {};
  return Object.entries(properties as Readonly<Record<string, JsonSchema>>).map(([name, property]) => ({
    name,
    schema: property,
    isRequired: required.has(name),
  }));
}

function simplify(schema: Record<string, unknown>): void {
  if (SPOKEN_FORMATS.has(schema['format'])) delete schema['pattern'];
  if (schema['format'] === 'starts_with') delete schema['format'];
  // Every whole number is one that JavaScript can hold.
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (isTextOnly(schema['propertyNames'])) delete schema['propertyNames'];
}

/** Names in JSON are text anyway. */
function isTextOnly(schema: unknown): boolean {
  return JSON.stringify(schema) === '{"type":"string"}';
}
