// A request's way, in order: the only place where it is written down. Steps 1 to 5 are in gate.ts, shared with streams.
import { setTimeout as sleep } from 'node:timers/promises';
import { newUuid } from '#crypto/random.ts';
import { inScope, type Scope } from '#db/scope.ts';
import { auditAllowed, makeContext, type Trace } from './attempt.ts';
import type { Call, Reply } from './call.ts';
import { demandFreshProof, runChecks } from './checks.ts';
import { kernelErrors } from './errors.ts';
import {
  admit,
  holdToCeiling,
  holdToNetworks,
  identify,
  matchOrganization,
  noteUse,
  parseInput,
  throttle,
} from './gate.ts';
import { prepareGuard, remember, replay, type ReplyGuard } from './idempotency.ts';
import type { Kernel } from './kernel.ts';
import { orgOf, personOf, type Principal } from './principal.ts';
import type { AnyTx } from './queries.ts';
import { recordRefusal, toAppError } from './refusals.ts';
import { checkedPermissions } from './registry.ts';
import type { AnyRoute } from './route.ts';
import { streamOfScope } from './streams.ts';

type Input = Readonly<Record<'params' | 'query' | 'body', unknown>>;

/** Runs one call of a route to its reply; throws AppError (and nothing else) after recording what must be recorded. */
export async function runRoute(kernel: Kernel, route: AnyRoute, call: Call): Promise<Reply> {
  const trace: Trace = { principal: undefined };
  try {
    const isPublic = 'public' in route.access;
    await admit(kernel, call); //                                                    1
    const principal = await identify(kernel, call, { path: route.path, isPublic }); // 2
    trace.principal = principal;
    holdToNetworks(principal, call, route.path);
    call.onIdentified?.(principal);
    matchOrganization(principal, call.organization);
    holdToCeiling(principal, checkedPermissions(route), isPublic); //                3
    const input = parseInput(route, call); //                                        4
    const rateHeaders = await throttle(kernel, principal, call, throttleOf(route, input)); // 5
    const prepared = await route.prepare?.(kernel.tools, { principal, input, caller: call.caller }); // 6
    const scope = scopeOf(route, principal, { input, prepared });
    const guard = await guardOf(kernel, route, principal, scope, call, input);
    const reply = await transact(kernel, { route, call, principal, input, prepared, scope, guard }); // 7 to 12
    noteUse(kernel, call, principal, false);
    return { ...reply, headers: { ...rateHeaders, ...reply.headers } }; //           13
  } catch (error) {
    const failure = toAppError(error, (unexpected) =>
      kernel.onUnexpected(unexpected, { route: route.id, requestId: call.requestId }),
    );
    noteUse(kernel, call, trace.principal, true);
    await recordRefusal(kernel, route, call, trace.principal, failure);
    throw failure;
  }
}

type Attempt = {
  readonly route: AnyRoute;
  readonly call: Call;
  readonly principal: Principal;
  readonly input: Input;
  readonly prepared: unknown;
  readonly scope: Scope;
  readonly guard: ReplyGuard | undefined;
};

/** 7 begin · 8 replay · 9 checks · 10 handle · 11 shape · 12 audit and commit; run again as a whole on serialization failure. */
async function transact(kernel: Kernel, attempt: Attempt): Promise<Reply> {
  const { route, call, principal, input, prepared, scope, guard } = attempt;
  const eventId = newUuid();
  const hasEvent = 'action' in route.audit;
  return inScope<AnyTx, Reply>(
    kernel.lanes,
    scope,
    async ({ tx, now }) => {
      const made = makeContext({ kernel, route, call, principal, prepared, scope, tx, now });
      if (route.stepUp === true) demandFreshProof(principal, now);
      const stored = guard === undefined ? undefined : await replay(tx, guard, now); //  8
      if (stored !== undefined) {
        if (route.secretReply === true)
          await auditAllowed(made, { eventId, route, scope, targets: [], action: 'secret.shown_again' });
        return { status: stored.status, headers: { 'idempotency-replayed': 'true' }, body: stored.body };
      }
      const targets = await runChecks(kernel.registry.roles, made.context, route, call, input); // 9
      const result = await route.handle(made.context, input, targets); //                10
      const reply = shape(route, result, prepared); //                                   11
      await auditAllowed(made, { eventId, route, scope, targets }); //     12
      if (guard !== undefined) await remember(tx, guard, reply, now);
      return reply;
    },
    hasEvent ? { tookEffect: (backend) => tookEffect(kernel, eventId, backend) } : {},
  );
}

function throttleOf(route: AnyRoute, input: Input) {
  const { rate } = route;
  return typeof rate === 'string'
    ? { class: rate, route: route.id, inputKey: undefined }
    : { class: rate.class, route: route.id, inputKey: rate.key(input) };
}

type Known = { readonly input: Input; readonly prepared: unknown };

function scopeOf(route: AnyRoute, principal: Principal, { input, prepared }: Known): Scope {
  const orgId = orgOf(principal);
  const userId = personOf(principal);
  if (typeof route.scope === 'object') return route.scope.resolve({ principal, prepared });
  const person = userId === undefined ? {} : { userId };
  if (route.scope === 'org' && orgId !== undefined) return { orgId, ...person };
  // The path names it; whose it is the wall asks, together with the organization, so another one's shows nothing.
  if (route.scope === 'project' && orgId !== undefined)
    return { orgId, projectId: projectIdIn(input.params), ...person };
  if (route.scope === 'person' && userId !== undefined) return { userId };
  if (route.scope === 'system') return { system: true };
  throw kernelErrors['auth.forbidden']();
}

/** The registry demands the parameter of every route in a project. */
function projectIdIn(params: unknown): string {
  if (typeof params === 'object' && params !== null && 'projectId' in params && typeof params.projectId === 'string')
    return params.projectId;
  throw kernelErrors['resource.not_found']();
}

/** Idempotency holds for mutations by an identified principal; elsewhere the key is ignored. */
async function guardOf(kernel: Kernel, route: AnyRoute, principal: Principal, scope: Scope, call: Call, input: Input) {
  const isPublic = 'public' in route.access;
  if (call.idempotencyKey === undefined || route.method === 'GET' || isPublic || principal.kind === 'anonymous')
    return undefined;
  // Only an organization has keys to seal a secret reply with; elsewhere none is stored.
  if (route.secretReply === true && scope.orgId === undefined) return undefined;
  const request = { params: call.params, query: input.query, body: call.body };
  return prepareGuard({
    tools: kernel.tools,
    principal,
    route,
    stream: streamOfScope(scope),
    key: call.idempotencyKey,
    request,
  });
}

/** Only declared fields leave; a reply that does not fit its schema is our fault, found before anything leaves. */
function shape(route: AnyRoute, result: unknown, prepared: unknown): Reply {
  const output = route.output.parse(result);
  const headers = {
    ...route.replyHeaders?.(output, prepared),
    ...(typeof output['version'] === 'number' ? { etag: `"${output['version']}"` } : {}),
    ...(route.secretReply === true ? { 'cache-control': 'no-store' } : {}),
  };
  const reply = { status: route.status, headers, body: route.status === 204 ? undefined : output };
  const cookies = route.replyCookies?.(prepared) ?? [];
  return cookies.length === 0 ? reply : { ...reply, cookies };
}

const COMMIT_ENDS_MS = 3_000;
const ASK_AGAIN_MS = 200;

/**
 * Asked when the connection broke at COMMIT: the event was written in the same transaction, so it answers for all of it,
 * once the server process that was committing is gone. While that lives, nobody can tell.
 */
async function tookEffect(kernel: Kernel, eventId: string, backend: number): Promise<boolean | undefined> {
  const { lookup } = kernel.tools;
  for (let waitedMs = 0; waitedMs <= COMMIT_ENDS_MS; waitedMs += ASK_AGAIN_MS) {
    const [process] = await lookup<{ readonly alive: boolean }>('is_backend_alive', [backend]);
    const [event] = await lookup<{ readonly found: boolean }>('audit_event_exists', [eventId]);
    if (event?.found === true) return true;
    if (process?.alive === false) return false;
    await sleep(ASK_AGAIN_MS);
  }
  return undefined;
}
