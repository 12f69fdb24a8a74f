// A route is data. It can't be built without saying who may call it, how often, and what it leaves in the audit log:
// those keys are required by its type.
import type { z } from 'zod';
import type { OrgTx, PersonTx, ProjectTx, Scope, SystemTx } from '#db/scope.ts';
import type { Ownable, RowFilter, Rows } from './authorize.ts';
import type { CallerFacts, Context } from './context.ts';
import type { PageResult, PageSchema } from './page.ts';
import type { Permission } from './permissions.ts';
import type { Principal } from './principal.ts';
import type { Tools } from './tools.ts';

export type RateClass = 'read' | 'write' | 'sign_in' | 'model' | 'expensive';
export type Mutation = 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Method = Mutation | 'GET';
export type Schema = z.ZodObject;

type TableKind = 'org' | 'person' | 'system';
/** org: the credential's organization · project: the one that the path names, inside the credential's organization · person: the credential's person · system: the installation · resolve: worked out from the call. */
export type ScopeSpec =
  | 'org'
  | 'project'
  | 'person'
  | 'system'
  | { readonly tables: readonly [TableKind, ...TableKind[]]; readonly resolve: (call: Resolvable) => Scope };
export type Resolvable = { readonly principal: Principal; readonly prepared: unknown };

type TxOfKind<K> = K extends 'org'
  ? OrgTx
  : K extends 'project'
    ? OrgTx & ProjectTx
    : K extends 'person'
      ? PersonTx
      : SystemTx;
type Intersect<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
/** The transaction a scope gives: it names only the tables of its kinds. */
export type TxOf<S> = S extends { readonly tables: readonly (infer K)[] } ? Intersect<TxOfKind<K>> : TxOfKind<S>;

export type Input<P extends Schema, Q extends Schema, B extends Schema> = {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
};

/** One thing the caller must be allowed to do. The target is loaded under row security; undefined is a 404. */
export type Check<Ctx, In, T> = {
  readonly permission: Permission;
  /** Holding this one instead is enough. What a list shows still follows the permission of its rows. */
  readonly orPermission?: Permission;
  readonly target: (ctx: Ctx, input: In) => Promise<(T & Ownable) | undefined>;
};
/** Every object a call touches is named by a check; or the route is public, for a stated reason. */
export type Access<Ctx, In, Ts extends readonly unknown[]> =
  | { readonly [I in keyof Ts]: Check<Ctx, In, Ts[I]> }
  | { readonly public: string };

export type AuditSpec<M> = M extends Mutation
  ? { readonly action: string }
  : { readonly action: string } | { readonly none: string };

/** A list reply names its kind of rows and only filtered pages fit it; any other reply is plain. */
type RowsOf<O, K extends string> =
  O extends PageSchema<z.ZodObject> ? { readonly rows: Rows<K> } : { readonly rows?: never };
type ResultOf<O extends Schema> =
  O extends PageSchema<infer I> ? PageResult<z.input<I>> & Omit<z.input<O>, 'items' | 'nextCursor'> : z.input<O>;

export type PrepareInput<In> = { readonly principal: Principal; readonly input: In; readonly caller: CallerFacts };

export type Handled<O extends Schema> = ResultOf<O>;
export type HandlerContext<S, Prep, O, K extends string> = Context<TxOf<S>, Prep> &
  (O extends PageSchema<z.ZodObject> ? { readonly rows: RowFilter<K> } : unknown);

export type RouteSpec<
  M extends Method,
  S extends ScopeSpec,
  P extends Schema,
  Q extends Schema,
  B extends Schema,
  O extends Schema,
  Ts extends readonly unknown[],
  Prep,
  K extends string,
> = {
  /** `resource.verb`, unique. */
  readonly id: string;
  readonly method: M;
  readonly path: `/${string}`;
  readonly summary: string;
  readonly scope: S;
  readonly access: Access<Context<TxOf<S>, unknown>, Input<P, Q, B>, Ts>;
  /** It is not there at all on a server that other machines are meant to reach: no route, as if it had never been declared. */
  readonly unexposedOnly?: true;
  /** Demands a proof of identity no older than 15 minutes from people (SE5). */
  readonly stepUp?: true;
  /** Demands the version that the caller has read (If-Match), so that of many at once one takes effect. */
  readonly demandsVersion?: true;
  readonly rate: RateClass | { readonly class: RateClass; readonly key: (input: Input<P, Q, B>) => string };
  readonly audit: AuditSpec<M>;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly output: O;
  readonly status: 200 | 201 | 202 | 204;
  /** Codes beside the ones every route may answer with. */
  readonly errors: readonly string[];
  /** The reply holds a secret shown once: a stored reply is sealed, kept 10 minutes, never cached. */
  readonly secretReply?: true;
  /** What must not hold a connection: password hashing, key unwrapping, DNS. */
  readonly prepare?: (tools: Tools, call: PrepareInput<Input<P, Q, B>>) => Promise<Prep>;
  /** Headers beside the body, such as cookies; pure. */
  readonly replyHeaders?: (result: z.output<O>, prepared: Prep) => Readonly<Record<string, string>>;
  /** Cookies beside one among the headers; pure. */
  readonly replyCookies?: (prepared: Prep) => readonly string[];
  readonly handle: (ctx: HandlerContext<S, Prep, O, K>, input: Input<P, Q, B>, targets: Ts) => Promise<Handled<O>>;
} & RowsOf<O, K>;

export type Route<
  M extends Method,
  S extends ScopeSpec,
  P extends Schema,
  Q extends Schema,
  B extends Schema,
  O extends Schema,
  Ts extends readonly unknown[],
  Prep,
  K extends string,
> = RouteSpec<M, S, P, Q, B, O, Ts, Prep, K> & { readonly kind: 'route' };

// The registry holds routes of every shape; only the pipeline opens this type.
/* oxlint-disable typescript/no-explicit-any -- the variance of handlers over their own inputs */
export type AnyRoute = Omit<
  RouteSpec<
    Method,
    ScopeSpec,
    Schema,
    Schema,
    Schema,
    z.ZodObject<Record<string, z.ZodType>>,
    readonly unknown[],
    unknown,
    string
  >,
  'access' | 'audit' | 'rate' | 'prepare' | 'replyHeaders' | 'replyCookies' | 'handle' | 'rows'
> & {
  readonly kind: 'route';
  readonly access: readonly Check<any, any, any>[] | { readonly public: string };
  readonly audit: { readonly action: string } | { readonly none: string };
  readonly rate: RateClass | { readonly class: RateClass; readonly key: (input: any) => string };
  readonly rows?: Rows<any> | undefined;
  readonly prepare?: ((tools: Tools, call: PrepareInput<any>) => Promise<unknown>) | undefined;
  readonly replyHeaders?: ((result: any, prepared: any) => Readonly<Record<string, string>>) | undefined;
  // A method, since a route takes what it prepared itself.
  replyCookies?(prepared: unknown): readonly string[];
  readonly handle: (ctx: any, input: any, targets: any) => Promise<unknown>;
};
/* oxlint-enable typescript/no-explicit-any */

export function defineRoute<
  const M extends Method,
  const S extends ScopeSpec,
  P extends Schema,
  Q extends Schema,
  B extends Schema,
  O extends Schema,
  const Ts extends readonly [unknown, ...unknown[]],
  Prep = undefined,
  const K extends string = string,
>(route: RouteSpec<M, S, P, Q, B, O, Ts, Prep, K>): Route<M, S, P, Q, B, O, Ts, Prep, K> {
  // Spreading a generic intersection loses its optional keys' types; nothing but `kind` is added.
  return Object.freeze({ ...route, kind: 'route' }) as Route<M, S, P, Q, B, O, Ts, Prep, K>;
}
