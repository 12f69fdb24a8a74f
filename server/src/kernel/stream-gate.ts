// Who is let into a stream: a known caller by the admission alone, which looks again; everybody else by a look-up first.
import type { StreamingCall } from './call.ts';
import { AppError, kernelErrors } from './errors.ts';
import { giveBack, holdToCeiling, holdToNetworks, identify, matchOrganization, throttle } from './gate.ts';
import type { Kernel } from './kernel.ts';
import { knownCallersOf, StandingLost } from './known-callers.ts';
import type { KeyPrincipal, Principal, Standing, UserPrincipal } from './principal.ts';
import type { AnyStream } from './stream.ts';

export type Caller = KeyPrincipal | UserPrincipal;
type Headers = Readonly<Record<string, string>>;

/** A call at the gate, and what is known of it if it is refused. */
export type Asking = {
  readonly kernel: Kernel;
  readonly stream: AnyStream;
  readonly call: StreamingCall;
  principal: Principal | undefined;
  /** There once the call has been counted: it is counted once, however often it is decided. */
  rate: Headers | undefined;
};

export type LetIn = { readonly principal: Caller; readonly ticket: unknown; readonly headers: Headers };

/** Steps 2 to 5 and the admission. Throws AppError for who is not let in. */
export async function letIn(asking: Asking): Promise<LetIn> {
  const { kernel, stream, call } = asking;
  const known = stream.admitsKnown === true ? knownCallersOf(kernel.tools).find(call.credential) : undefined;
  if (known === undefined) return admitLookedUp(asking, await lookUp(asking));
  try {
    asking.principal = known;
    return await admitAs(asking, known, known.standing);
  } catch (error) {
    if (!(error instanceof StandingLost || error instanceof AppError)) throw error;
    return await decideAfresh(asking, known, error);
  }
}

/** What is remembered refuses nobody: a refusal holds only if a look-up finds the caller as it was remembered. */
async function decideAfresh(asking: Asking, known: KeyPrincipal, refusal: StandingLost | AppError): Promise<LetIn> {
  const { kernel, stream, call } = asking;
  if (call.credential !== undefined) knownCallersOf(kernel.tools).forget(call.credential);
  try {
    const principal = await lookUp(asking);
    if (refusal instanceof AppError && isStanding(principal, known)) throw refusal;
    return await admitLookedUp(asking, principal);
  } catch (error) {
    // A key that is none any more uses up nothing that its organization's other callers share.
    if (asking.principal === undefined && asking.rate !== undefined)
      await giveBack(kernel, known, call, rateOf(stream));
    throw error;
  }
}

async function lookUp(asking: Asking): Promise<Principal> {
  asking.principal = undefined;
  return (asking.principal = await identify(asking.kernel, asking.call, { path: asking.stream.path, isPublic: false }));
}

/** Only who was let in is remembered. */
async function admitLookedUp(asking: Asking, principal: Principal): Promise<LetIn> {
  const { kernel, stream, call } = asking;
  const admitted = await admitAs(asking, principal, undefined);
  if (stream.admitsKnown === true && call.credential !== undefined && principal.kind === 'api_key')
    knownCallersOf(kernel.tools).remember(call.credential, principal);
  return admitted;
}

async function admitAs(asking: Asking, principal: Principal, standing: Standing | undefined): Promise<LetIn> {
  const { kernel, stream, call } = asking;
  holdToNetworks(principal, call, stream.path);
  matchOrganization(principal, call.organization);
  holdToCeiling(principal, [[stream.permission]], false);
  asking.rate ??= await throttle(kernel, principal, call, rateOf(stream));
  if (principal.kind !== 'api_key' && principal.kind !== 'user') throw kernelErrors['auth.forbidden']();
  const ticket: unknown = await stream.admit(kernel.tools, {
    principal,
    requestId: call.requestId,
    params: call.params as Readonly<Record<string, string>>,
    body: call.rawBody,
    contentType: call.contentType,
    ...(standing === undefined ? {} : { standing }),
  });
  return { principal, ticket, headers: asking.rate };
}

function isStanding(principal: Principal, known: KeyPrincipal): boolean {
  return principal.kind === 'api_key' && principal.standing.digest === known.standing.digest;
}

function rateOf(stream: AnyStream) {
  return { class: stream.rate, route: stream.id, inputKey: undefined };
}
