// The whole API as one OpenAPI 3.1 document, made from the registry alone: what is not declared is not in it, and the reverse.
import { problemMediaType } from '@holdfast/protocol/problem.ts';
import type { Registry } from '#kernel/registry.ts';
import { type Operation, operationOf, type Parameter, type Response, type Responses, type Share } from './operation.ts';
import type { JsonSchema } from './json-schema.ts';

export type OpenApiDocument = {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
    readonly parameters: Readonly<Record<string, JsonSchema>>;
    readonly headers: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
};

export type OpenApiOptions = {
  readonly version: string;
  /** Where this API is reached, `https://host`; without it addresses are relative to the document. */
  readonly origin?: string;
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Every route and stream, by path and method in one fixed order; the same registry gives the same bytes. */
export function renderOpenApi(registry: Registry, { version, origin }: OpenApiOptions): OpenApiDocument {
  const shared = new Map<string, Response>();
  const share: Share = (name, response) => {
    shared.set(name, response);
    return { $ref: `#/components/responses/${name}` };
  };
  const { errors } = registry;
  const listed = registry.modules.flatMap((module) =>
    [...(module.routes ?? []), ...(module.streams ?? [])].map((declared) => ({
      path: declared.path.replaceAll(/:([A-Za-z]+)/g, '{$1}'),
      method: declared.method.toLowerCase(),
      operation: operationOf(declared, { tag: module.name, errors, share }),
    })),
  );
  const byPath = [...Map.groupBy(listed, ({ path }) => path)].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const paths = byPath.map(([path, group]) => {
    const operations = METHODS.flatMap((method) => group.filter((one) => one.method === method));
    return [path, Object.fromEntries(operations.map(({ method, operation }) => [method, operation]))] as const;
  });
  const tags = registry.modules.filter(({ routes, streams }) => (routes ?? streams ?? []).length > 0);
  return {
    openapi: '3.1.1',
    info: { title: 'Holdfast', version, description: DESCRIPTION },
    servers: [{ url: origin ?? '/' }],
    tags: tags.map(({ name }) => ({ name })),
    paths: Object.fromEntries(paths),
    components: { securitySchemes, parameters, headers, responses: inOrder(shared), schemas: { Problem } },
  };
}

/** Operations in the order of the document. */
export function listOperations(
  document: OpenApiDocument,
): readonly { readonly path: string; readonly method: string; readonly operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
}

function inOrder<T>(entries: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...entries].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The replies of an operation by status, with what they refer to. */
export function resolveResponses(
  document: OpenApiDocument,
  responses: Responses,
): readonly (readonly [status: string, response: Response])[] {
  return Object.entries(responses).flatMap(([status, one]) => {
    if (!('$ref' in one)) return [[status, one] as const];
    const found = document.components.responses[one.$ref.split('/').at(-1) ?? ''];
    return found === undefined ? [] : [[status, found] as const];
  });
}

/** A parameter of an operation, with what it refers to. */
export function resolveParameter(document: OpenApiDocument, parameter: Parameter): JsonSchema {
  if (!('$ref' in parameter)) return parameter;
  return document.components.parameters[parameter.$ref.split('/').at(-1) ?? ''] ?? {};
}

const DESCRIPTION = `Made from the routes themselves. What OpenAPI has no word for: \`x-permission\` is what the caller must hold
(\`a or b\`: one of them; \`a and b\`: both), \`x-granted\` the level of a grant on the object that is enough instead, \`x-public\` why nobody is asked, \`x-rate\` the class of the rate limit,
\`x-audit\` the event a call leaves or why it leaves none, \`x-step-up\` that people must have proven who they are within 15
minutes, \`x-idempotency\` that \`Idempotency-Key\` is honored. Errors are problems (RFC 9457) with a stable \`code\`.`;

const securitySchemes = {
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-holdfast-7420',
    description: 'Set by POST /api/v1/session; the port at the end of the name is the server’s own',
  },
  apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'hf_live_…', description: 'Made by POST /api/v1/api-keys' },
  operator: {
    type: 'http',
    scheme: 'peer',
    description: 'The admin socket on the host, open to the user that runs the server alone; no header',
  },
} as const;

const text = { type: 'string' } as const;

const parameters = {
  Organization: {
    name: 'Holdfast-Organization',
    in: 'header',
    required: false,
    description:
      'The organization the caller believes to be in; another one than the credential’s is a 409, never a switch',
    schema: text,
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'The same key with the same request gets the stored reply; with another request, or while in flight, 409',
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag that was read; 412 when the object has changed since',
    schema: text,
  },
} as const;

const headers = {
  RateLimit: { description: 'What is left and for how long (draft-ietf-httpapi-ratelimit-headers)', schema: text },
  RateLimitPolicy: { description: 'The limit itself: `q` calls in `w` seconds', schema: text },
  RequestId: { description: 'Names this request in the log and the audit log', schema: text },
  ETag: { description: 'The version of the object, for If-Match', schema: text },
} as const;

const Problem = {
  type: 'object',
  description: `What went wrong (RFC 9457), sent as ${problemMediaType}. Members may be added.`,
  required: ['type', 'title', 'status', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'A page about this code' },
    title: { type: 'string', description: 'Constant for the code' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; for programs' },
    detail: { type: 'string', description: 'More about this occurrence; never on 5xx' },
    help: { type: 'string', description: 'What to do about it; constant for the code' },
    instance: { type: 'string', description: 'The path that was asked' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      description: 'Each points at one field',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        properties: { pointer: { type: 'string', description: 'JSON pointer such as /body/name' }, message: text },
      },
    },
  },
} as const;
