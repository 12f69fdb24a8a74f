// Routes that speak a protocol with a shape of its own (OpenAI's /v1, OAuth, SCIM): the same steps and nets as every route,
// another rendering of replies and errors.
import type { Problem } from '@holdfast/protocol/problem.ts';
import { defineRoute, type Method, type Route, type RouteSpec, type Schema, type ScopeSpec } from './route.ts';

export type ProtocolFace = {
  readonly renderError: (problem: Problem) => {
    readonly body: object;
    readonly headers?: Readonly<Record<string, string>>;
  };
};
export type ProtocolRoute<R> = R & { readonly protocol: ProtocolFace };

/** Like defineRoute; problems leave in the protocol's own form. */
export function defineProtocol<
  const M extends Method,
  const S extends ScopeSpec,
  P extends Schema,
  Q extends Schema,
  B extends Schema,
  O extends Schema,
  const Ts extends readonly [unknown, ...unknown[]],
  Prep = undefined,
  const K extends string = string,
>(
  protocol: ProtocolFace,
  route: RouteSpec<M, S, P, Q, B, O, Ts, Prep, K>,
): ProtocolRoute<Route<M, S, P, Q, B, O, Ts, Prep, K>> {
  // Spreading a generic intersection loses its optional keys' types; nothing but `protocol` is added.
  return Object.freeze({ ...defineRoute(route), protocol }) as unknown as ProtocolRoute<
    Route<M, S, P, Q, B, O, Ts, Prep, K>
  >;
}
