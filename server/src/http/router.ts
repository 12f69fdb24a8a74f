// The only user of the HTTP framework: finds which route of the registry, or which page, a request is for.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { fastify } from 'fastify';
import type { Registry } from '#kernel/registry.ts';
import type { AnyRoute } from '#kernel/route.ts';
import type { AnyStream } from '#kernel/stream.ts';
import { type CheckedName, checkName } from '#telemetry/values.ts';
import type { OwnPage } from './pages.ts';

export type Endpoint = { readonly name: CheckedName } & (
  | { readonly kind: 'route'; readonly route: AnyRoute }
  | { readonly kind: 'stream'; readonly stream: AnyStream }
  | { readonly kind: 'page'; readonly page: OwnPage }
);

export type Found = {
  readonly endpoint: Endpoint | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
};

export type Router = {
  readonly find: (request: IncomingMessage, response: ServerResponse) => Found | Promise<Found>;
  /** The methods a path takes, in alphabetical order; empty for an unknown path. */
  readonly methodsOf: (path: string) => readonly string[];
};

declare module 'fastify' {
  interface FastifyContextConfig {
    endpoint?: Endpoint;
  }
}

const NONE = Object.freeze({});
const NOTHING: Found = { endpoint: undefined, params: NONE, query: NONE };

/**
 * Every route and stream of the registry, and the pages; there is no other way to add one. The framework only matches:
 * its hook takes each request away before a body is parsed or anything is written, so what is limited, refused and
 * replied stands in this folder alone. Throws when two of them claim one address.
 */
export async function createRouter(
  registry: Pick<Registry, 'routes' | 'streams'>,
  pages: readonly OwnPage[],
): Promise<Router> {
  const waiting = new WeakMap<IncomingMessage, (found: Found) => void>();
  const app = fastify({
    // It never listens: the servers around it are ours, and it matches for all of them.
    serverFactory: (handler) => createServer(handler),
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true, maxParamLength: 200 },
    // Percent signs that decode to nothing: no such path.
    frameworkErrors: (_error, request, reply) => {
      reply.hijack();
      waiting.get(request.raw)?.(NOTHING);
    },
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.hijack();
    const { endpoint } = request.routeOptions.config;
    waiting.get(request.raw)?.({
      endpoint,
      params: (request.params ?? {}) as Readonly<Record<string, string>>,
      query: (request.query ?? {}) as Readonly<Record<string, unknown>>,
    });
  });
  const endpoints = listEndpoints(registry, pages);
  for (const { methods, path, endpoint } of endpoints) {
    // The hook above has taken the request; a handler that is reached all the same fails closed.
    const handler = (): never => {
      throw new Error('a request passed the hook');
    };
    app.route({ method: [...methods], url: path, config: { endpoint }, handler });
  }
  await app.ready();
  const plain = createPlainTable(endpoints);
  return {
    find: (request, response) => {
      const found = plain.get(`${request.method} ${request.url}`);
      if (found !== undefined) return found;
      const { promise, resolve } = Promise.withResolvers<Found>();
      waiting.set(request, resolve);
      app.routing(request, response);
      return promise;
    },
    methodsOf: createMethodTable(endpoints),
  };
}

type Listed = { readonly methods: readonly string[]; readonly path: string; readonly endpoint: Endpoint };

function listEndpoints(registry: Pick<Registry, 'routes' | 'streams'>, pages: readonly OwnPage[]): readonly Listed[] {
  return [
    ...registry.routes.map((route): Listed => {
      const endpoint: Endpoint = { kind: 'route', route, name: checkName(route.id) };
      return { methods: withHead(route.method), path: route.path, endpoint };
    }),
    ...registry.streams.map((stream): Listed => {
      const endpoint: Endpoint = { kind: 'stream', stream, name: checkName(stream.id) };
      return { methods: [stream.method], path: stream.path, endpoint };
    }),
    ...pages.map((page): Listed => {
      const endpoint: Endpoint = { kind: 'page', page, name: checkName(page.path) };
      return { methods: withHead('GET'), path: page.path, endpoint };
    }),
  ];
}

/** Targets that are, letter by letter, a path without parameters: there is nothing to match. All others are the framework's. */
function createPlainTable(endpoints: readonly Listed[]): ReadonlyMap<string, Found> {
  return new Map(
    endpoints
      .filter(({ path }) => /^[a-z0-9/._-]+$/.test(path))
      .flatMap(({ methods, path, endpoint }) =>
        methods.map((method) => [`${method} ${path}`, { endpoint, params: NONE, query: NONE }]),
      ),
  );
}

/** RFC 9110 section 9.3.2: HEAD is GET without the content. */
function withHead(method: string): readonly string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}

/** Built for refusals, where the framework knows only that its method's tree has no such path. */
function createMethodTable(endpoints: readonly Listed[]): Router['methodsOf'] {
  const shapes = new Map<string, Set<string>>();
  for (const { path, methods } of endpoints) {
    const shape = path.replaceAll(/:[A-Za-z]+/g, ':');
    const known = shapes.get(shape) ?? new Set(['OPTIONS']);
    for (const method of methods) known.add(method);
    shapes.set(shape, known);
  }
  const table = [...shapes].map(([shape, methods]) => [patternOf(shape), methods] as const);
  return (path) => [...new Set(table.flatMap(([pattern, methods]) => (pattern.test(path) ? [...methods] : [])))].sort();
}

function patternOf(shape: string): RegExp {
  const parts = shape
    .split(/(:|\*)/)
    .map((part) => (part === ':' ? '[^/]+' : part === '*' ? '.*' : RegExp.escape(part)));
  return new RegExp(`^${parts.join('')}$`);
}
