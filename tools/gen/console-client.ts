// The console's client: every operation of the API with its types and the permission it needs, from the OpenAPI document.
import { renderSchemaType } from './schema-type.ts';

type Json = Readonly<Record<string, unknown>>;

type Operation = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly permissions: readonly (readonly string[])[];
  /** The level of a grant that opens it for one object. */
  readonly granted: string | undefined;
  readonly params: string;
  readonly query: string;
  readonly body: string;
  readonly reply: string;
};

/** Model calls are for programs with keys; no page makes them. */
const API = '/api/';

export function renderConsoleClient(document: object): string {
  const paths = (document as { readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>> }).paths;
  const found = Object.entries(paths)
    .filter(([path]) => path.startsWith(API))
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => readOperation(path, method, one)))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return [
    '// Generated from the routes of the server by `npm run gen`; do not edit.',
    '',
    '/** What each operation takes and answers. */',
    'export type Operations = {',
    ...found.flatMap((one) => [
      `  readonly '${one.id}': {`,
      `    readonly params: ${one.params};`,
      `    readonly query: ${one.query};`,
      `    readonly body: ${one.body};`,
      `    readonly reply: ${one.reply};`,
      '  };',
    ]),
    '};',
    '',
    'export type OperationId = keyof Operations;',
    '',
    '/** Where an operation is, and who may use it: of each group of permissions one is enough; and the level of a grant that is. */',
    'export type Place = { readonly method: string; readonly path: string; readonly permissions: readonly (readonly string[])[]; readonly granted?: "viewer" | "editor" | "manager" };',
    '',
    'export const places: Readonly<Record<OperationId, Place>> = {',
    ...found.map(({ id, method, path, permissions, granted }) => {
      const groups = permissions.map((names) => `[${names.map((name) => `'${name}'`).join(', ')}]`).join(', ');
      return `  '${id}': { method: '${method}', path: '${path}', permissions: [${groups}]${granted === undefined ? '' : `, granted: '${granted}'`} },`;
    }),
    '};',
    '',
  ].join('\n');
}

function readOperation(path: string, method: string, operation: Json): Operation {
  const parameters = ((operation['parameters'] ?? []) as readonly Json[]).filter((one) => !('$ref' in one));
  const permission = operation['x-permission'];
  return {
    id: String(operation['operationId']),
    method: method.toUpperCase(),
    path,
    permissions:
      typeof permission === 'string' ? [...new Set(permission.split(' and '))].map((group) => group.split(' or ')) : [],
    granted: typeof operation['x-granted'] === 'string' ? operation['x-granted'] : undefined,
    params: renderParameters(parameters, 'path'),
    query: renderParameters(parameters, 'query'),
    body: renderSchemaType(schemaOf(operation['requestBody'])),
    reply: renderSchemaType(replySchema(operation)),
  };
}

function renderParameters(parameters: readonly Json[], place: string): string {
  const fields = parameters
    .filter((one) => one['in'] === place)
    .map((one) => {
      const type = renderSchemaType(one['schema'] as Json);
      return `readonly ${String(one['name'])}${one['required'] === true ? '' : '?'}: ${type}`;
    });
  return fields.length === 0 ? 'undefined' : `{ ${fields.join('; ')} }`;
}

function replySchema(operation: Json): Json | undefined {
  const responses = operation['responses'] as Readonly<Record<string, Json>>;
  const good = Object.entries(responses).find(([status]) => status.startsWith('2'));
  return schemaOf(good?.[1]);
}

function schemaOf(part: unknown): Json | undefined {
  const content = (part as Json | undefined)?.['content'] as Readonly<Record<string, Json>> | undefined;
  return content?.['application/json']?.['schema'] as Json | undefined;
}
