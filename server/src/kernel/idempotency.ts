// Same key, same request, same answer (Idempotency-Key): stored in the transaction that did the work.
import { hmacSha256, sha256 } from '#crypto/hash.ts';
import { reveal, toSecret } from '#crypto/secret.ts';
import { kernelErrors } from './errors.ts';
import { actorOf, type Principal } from './principal.ts';
import { type AnyTx, findReply, type ReplyKey, storeReply, type Stream, tryLockReplyKey } from './queries.ts';
import type { OrgSealer, Tools } from './tools.ts';

export type Replayable = { readonly status: number; readonly body: unknown };

/** A prepared guard of one call: made before the transaction, because sealing keys are unwrapped there. */
export type ReplyGuard = {
  readonly key: ReplyKey;
  readonly fingerprint: Buffer;
  readonly sealer: OrgSealer | undefined;
};

const KEPT_HOURS = 24;
/** A reply that shows a secret is kept just long enough to survive a lost connection. */
const SECRET_KEPT_MINUTES = 10;
export const KEY_LENGTH_MAX = 200;

type GuardInput = {
  readonly tools: Tools;
  readonly principal: Principal;
  readonly route: { readonly id: string; readonly secretReply?: boolean };
  readonly stream: Stream;
  readonly key: string;
  readonly request: { readonly params: unknown; readonly query: unknown; readonly body: unknown };
};

/** Works out where the reply of this call is kept. Throws 400 for a key that is empty or longer than 200 characters. */
export async function prepareGuard({ tools, principal, route, stream, key, request }: GuardInput): Promise<ReplyGuard> {
  if (key.length < 1 || key.length > KEY_LENGTH_MAX) {
    throw kernelErrors['request.invalid']({
      fields: [{ pointer: '/headers/idempotency-key', message: `has 1 to ${KEY_LENGTH_MAX} characters` }],
    });
  }
  const sealer =
    route.secretReply === true && stream.kind === 'org' ? await tools.keyring.forOrg(stream.id) : undefined;
  // Keyed, so that a stored fingerprint can't be used to guess what a short body said.
  const fingerprint = hmacSha256(tools.keyring.idempotencyKey, JSON.stringify(request));
  return { key: { stream, principal: nameOf(principal), route: route.id, keyHash: sha256(key) }, fingerprint, sealer };
}

/** The stored reply of the same request; undefined when this is the first. Another request or one in flight: 409. */
export async function replay(tx: AnyTx, guard: ReplyGuard, now: Date): Promise<Replayable | undefined> {
  if (!(await tryLockReplyKey(tx, guard.key))) throw kernelErrors['idempotency.in_flight']();
  const stored = await findReply(tx, guard.key, now);
  if (stored === undefined) return undefined;
  if (!stored.fingerprint.equals(guard.fingerprint)) throw kernelErrors['idempotency.mismatch']();
  return { status: stored.status, body: JSON.parse(readStored(guard, stored)) };
}

export async function remember(tx: AnyTx, guard: ReplyGuard, reply: Replayable, now: Date): Promise<void> {
  const text = Buffer.from(JSON.stringify(reply.body ?? null));
  const minutes = guard.sealer === undefined ? KEPT_HOURS * 60 : SECRET_KEPT_MINUTES;
  await storeReply(tx, guard.key, {
    fingerprint: guard.fingerprint,
    status: reply.status,
    reply: guard.sealer === undefined ? text : guard.sealer.seal(placeOf(guard), toSecret(text)),
    sealed: guard.sealer !== undefined,
    expiresAt: new Date(now.getTime() + minutes * 60_000),
  });
}

function readStored(guard: ReplyGuard, stored: { readonly reply: Buffer; readonly sealed: boolean }): string {
  if (!stored.sealed) return stored.reply.toString('utf8');
  const opened = guard.sealer?.open(placeOf(guard), stored.reply);
  if (opened === undefined || !opened.ok) throw kernelErrors['server.unavailable']();
  return reveal(opened.plaintext, 'idempotency.replay').toString('utf8');
}

/** A person keeps the same keys over a new sign-in; any other credential has keys of its own, one that acts for many for each. */
function nameOf(principal: Principal): string {
  if (principal.kind === 'user') return `user:${principal.userId}`;
  const { kind, id, user } = actorOf(principal);
  const isForMany = principal.kind === 'api_key' && principal.keyKind === 'service' && user !== undefined;
  return isForMany ? `${kind}:${id}:${user}` : `${kind}:${id}`;
}

function placeOf(guard: ReplyGuard) {
  const rowId = `${guard.key.principal}/${guard.key.route}/${guard.key.keyHash.toString('hex')}`;
  return { purpose: 'idempotent-reply', table: 'idempotency', column: 'reply', rowId };
}
