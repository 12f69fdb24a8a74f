// One route or stream as an operation of OpenAPI 3.1, with what OpenAPI has no word for in `x-` fields.
import type { ErrorSpec } from '#kernel/errors.ts';
import type { ProtocolFace } from '#kernel/protocol-route.ts';
import type { AnyRoute } from '#kernel/route.ts';
import type { AnyStream } from '#kernel/stream.ts';
import { credentialsFor, grantLevelOf, permissionText, publicReasonOf } from './access.ts';
import { errorCodesOf } from './error-codes.ts';
import { type JsonSchema, propertiesOf, toJsonSchema } from './json-schema.ts';

export type Media = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>;
export type Response = {
  readonly description: string;
  readonly headers?: Readonly<Record<string, JsonSchema>>;
  readonly content?: Media;
};
export type Responses = Readonly<Record<string, Response | { readonly $ref: string }>>;
export type Parameter =
  | { readonly $ref: string }
  | {
      readonly name: string;
      readonly in: 'path' | 'query';
      readonly required: boolean;
      readonly description?: string;
      readonly schema: JsonSchema;
    };

export type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly [string];
  readonly security: readonly Readonly<Record<string, readonly []>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Media };
  readonly responses: Responses;
  /** `a`, `a or b`, `a and b`: what the caller must hold. */
  readonly 'x-permission'?: string;
  /** The level of a grant on the very object that is enough instead. */
  readonly 'x-granted'?: string;
  /** Why nobody is asked who they are. */
  readonly 'x-public'?: string;
  readonly 'x-rate': { readonly class: string; readonly keyedByInput: boolean };
  readonly 'x-audit': { readonly action: string } | { readonly none: string };
  readonly 'x-step-up'?: true;
  /** stored: the reply is kept for the same request · sealed: the same, encrypted and for minutes, as it holds a secret. */
  readonly 'x-idempotency'?: 'stored' | 'sealed';
  /** Bytes are passed on as they come, in both directions. */
  readonly 'x-stream'?: true;
};

/** Takes a reply that many operations share, and gives the reference to stand in its place. */
export type Share = (name: string, response: Response) => { readonly $ref: string };
export type Surroundings = {
  readonly tag: string;
  readonly errors: Readonly<Record<string, ErrorSpec>>;
  readonly share: Share;
};

export function operationOf(operation: AnyRoute | AnyStream, { tag, errors, share }: Surroundings): Operation {
  const permission = permissionText(operation);
  const level = grantLevelOf(operation);
  const reason = publicReasonOf(operation);
  const parameters = parametersOf(operation);
  const body = bodyOf(operation);
  const idempotency = idempotencyOf(operation);
  return {
    operationId: operation.id,
    summary: operation.summary,
    tags: [tag],
    security: reason === undefined ? credentialsFor(operation).map((name) => ({ [name]: [] as const })) : [],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: { ...successOf(operation), ...failuresOf(operation, errors, share) },
    ...(permission === undefined ? {} : { 'x-permission': permission }),
    ...(level === undefined ? {} : { 'x-granted': level }),
    ...(reason === undefined ? {} : { 'x-public': reason }),
    'x-rate': rateOf(operation),
    'x-audit': operation.audit,
    ...(operation.kind === 'route' && operation.stepUp === true ? { 'x-step-up': true as const } : {}),
    ...(idempotency === undefined ? {} : { 'x-idempotency': idempotency }),
    ...(operation.kind === 'stream' ? { 'x-stream': true as const } : {}),
  };
}

export function rateOf({ rate }: AnyRoute | AnyStream): Operation['x-rate'] {
  return typeof rate === 'string' ? { class: rate, keyedByInput: false } : { class: rate.class, keyedByInput: true };
}

/** Replies are kept for mutations by somebody identified; elsewhere the key is ignored. */
export function idempotencyOf(operation: AnyRoute | AnyStream): Operation['x-idempotency'] {
  if (operation.kind === 'stream' || operation.method === 'GET' || 'public' in operation.access) return undefined;
  return operation.secretReply === true ? 'sealed' : 'stored';
}

function parametersOf(operation: AnyRoute | AnyStream): readonly Parameter[] {
  const inHead = ['Organization', ...(idempotencyOf(operation) === undefined ? [] : ['IdempotencyKey', 'IfMatch'])];
  return [
    ...(operation.kind === 'stream'
      ? pathNames(operation.path).map(plainPathParameter)
      : [
          ...parametersIn('path', toJsonSchema(operation.params, 'input')),
          ...parametersIn('query', toJsonSchema(operation.query, 'input')),
        ]),
    ...inHead.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ];
}

function parametersIn(place: 'path' | 'query', schema: JsonSchema): readonly Parameter[] {
  return propertiesOf(schema).map(({ name, schema: { description, ...rest }, isRequired }) => ({
    name,
    in: place,
    required: isRequired,
    ...(typeof description === 'string' ? { description } : {}),
    schema: rest,
  }));
}

function plainPathParameter(name: string): Parameter {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

function pathNames(path: string): readonly string[] {
  return [...path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] ?? '');
}

function bodyOf(operation: AnyRoute | AnyStream): Operation['requestBody'] {
  if (operation.method === 'GET') return undefined;
  const schema = toJsonSchema(operation.body, 'input');
  const properties = propertiesOf(schema);
  if (operation.kind === 'route' && properties.length === 0) return undefined;
  return { required: properties.some(({ isRequired }) => isRequired), content: { 'application/json': { schema } } };
}

function successOf(operation: AnyRoute | AnyStream): Responses {
  // What passes through may hold more than is documented.
  const schema = toJsonSchema(operation.output, operation.kind === 'stream' ? 'input' : 'output');
  const headers = { RateLimit: rateHeader, 'RateLimit-Policy': policyHeader, 'X-Request-ID': requestIdHeader };
  if (operation.kind === 'stream') {
    const media: Media = { 'application/json': { schema }, 'text/event-stream': { schema: { type: 'string' } } };
    return { '200': { description: 'The reply of the provider, as it comes', headers, content: media } };
  }
  const isEmpty = operation.status === 204;
  const isVersioned = propertiesOf(schema).some(({ name }) => name === 'version');
  const response: Response = {
    description: isEmpty ? 'Done' : operation.summary,
    headers: { ...headers, ...(isVersioned ? { ETag: etagHeader } : {}) },
    ...(isEmpty ? {} : { content: { 'application/json': { schema } } }),
  };
  return { [String(operation.status)]: response };
}

const rateHeader = { $ref: '#/components/headers/RateLimit' };
const policyHeader = { $ref: '#/components/headers/RateLimitPolicy' };
const requestIdHeader = { $ref: '#/components/headers/RequestId' };
const etagHeader = { $ref: '#/components/headers/ETag' };

/** One response a status, with the codes that it may carry. */
function failuresOf(operation: AnyRoute | AnyStream, errors: Surroundings['errors'], share: Share): Responses {
  const face = faceOf(operation);
  const specs = errorCodesOf(operation).flatMap((code) => {
    const spec = errors[code];
    return spec === undefined ? [] : [{ code, spec }];
  });
  const byStatus = [...Map.groupBy(specs, ({ spec }) => spec.status)].toSorted(([one], [other]) => one - other);
  return Object.fromEntries(
    byStatus.map(([status, group]) => {
      const name = [status, ...group.map(({ code }) => code)].join('-');
      const response = face === undefined ? problemOf(group) : faceResponse(group, status, face);
      return [String(status), face === undefined ? share(name, response) : response] as const;
    }),
  );
}

type Coded = { readonly code: string; readonly spec: ErrorSpec };

function problemOf(group: readonly Coded[]): Response {
  const schema = {
    $ref: '#/components/schemas/Problem',
    properties: { code: { enum: group.map(({ code }) => code) } },
  };
  return { ...failureHead(group), content: { 'application/problem+json': { schema } } };
}

function faceResponse(group: readonly Coded[], status: number, face: ProtocolFace): Response {
  const { code, spec } = group[0] ?? { code: '', spec: { title: '' } };
  const { body } = face.renderError({ type: 'about:blank', title: spec.title, status, code, requestId: 'req_1' });
  return { ...failureHead(group), content: { 'application/json': { schema: { type: 'object' }, example: body } } };
}

function failureHead(group: readonly Coded[]) {
  const description = group.map(({ code, spec }) => `\`${code}\`: ${spec.title}`).join('\n\n');
  return { description, headers: { 'X-Request-ID': requestIdHeader } };
}

/** The protocol whose form of an error the operation answers with; undefined for problems. */
function faceOf(operation: AnyRoute | AnyStream): ProtocolFace | undefined {
  if (operation.kind === 'stream') return operation;
  return 'protocol' in operation ? (operation.protocol as ProtocolFace) : undefined;
}
