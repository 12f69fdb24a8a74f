// From a sealed part to an hour in the organization: what is looked at before each transaction, and the one step made in it.
import type { z } from 'zod';
import { equalBytes } from '#crypto/compare.ts';
import { newToken } from '#crypto/random.ts';
import { reveal, type Secret, toSecret } from '#crypto/secret.ts';
import type { OrgTx } from '#db/scope.ts';
import type { CallerFacts, Context } from '#kernel/context.ts';
import { EMERGENCY_PREFIX } from '#kernel/credential.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { demandAttempt } from '#kernel/limits/attempt.ts';
import type { Tools } from '#kernel/tools.ts';
import { findOrganizationBySlug } from '#modules/organizations.ts';
import { type PreparedAlarm, prepareAlarm } from './alarm.ts';
import { endJob, remindJob } from './jobs.ts';
import {
  type CollectedSession,
  errors,
  type OpenedAtHost,
  type OpenedPart,
  type OpenPart,
  REQUEST_MINUTES,
  SESSION_MINUTES,
} from './model.ts';
import { hashExact, hashTyped, newCode, newRequest } from './parts.ts';
import { findRequest, findSeal, findUse, type FoundSeal, grantUse, insertUse, openUse, spendSeal } from './queries.ts';

/** Failures count for the address, and for the organization at the address: nobody shuts it for others. */
function tryOnce(tools: Tools, { addressKey }: CallerFacts, what: string) {
  const { account, address } = tools.signInFailures;
  return demandAttempt(tools.limits, [
    { key: `emergency:address:${addressKey}`, limit: address },
    { key: `emergency:${what}:${addressKey}`, limit: account },
  ]);
}

const NOBODYS: FoundSeal = {
  org_id: '',
  seal_id: '',
  first_hash: Buffer.alloc(32),
  second_hash: Buffer.alloc(32),
};

type Shown = { readonly orgId: string; readonly sealId: string; readonly part: 1 | 2 };

export type PreparedPart = Shown &
  (
    | { readonly step: 'granted'; readonly codeHash: Buffer }
    | {
        readonly step: 'waiting';
        readonly id: string;
        readonly reason: string;
        readonly request: Secret<string>;
        readonly requestHash: Buffer;
        readonly code: Secret<string>;
        readonly codeHash: Buffer;
        readonly alarm: PreparedAlarm;
      }
  );

/** Throws `emergency.refused`, alike for an organization that is none, that has sealed nothing, and for a part that is wrong. */
export async function preparePart(tools: Tools, body: OpenPart, caller: CallerFacts): Promise<PreparedPart> {
  const { organization: slug, part: typed, reason, code } = body;
  if ((code === undefined) === (reason === undefined)) {
    const message = 'Send a reason to begin a request, or the code of the one that this part completes.';
    throw kernelErrors['request.invalid']({ fields: [{ pointer: '/body/reason', message }] });
  }
  const attempt = await tryOnce(tools, caller, slug);
  const found = (await findSeal(tools.lookup, slug)) ?? NOBODYS;
  const hash = hashTyped(tools, 'emergency_part', typed);
  const [isFirst, isSecond] = [equalBytes(hash, found.first_hash), equalBytes(hash, found.second_hash)];
  if (!isFirst && !isSecond) throw errors['emergency.refused']();
  const shown: Shown = { orgId: found.org_id, sealId: found.seal_id, part: isFirst ? 1 : 2 };
  // A wrong code stays counted.
  if (reason === undefined)
    return { ...shown, step: 'granted', codeHash: hashTyped(tools, 'emergency_code', toSecret(code ?? '')) };
  await attempt.succeed();
  const [request, newlyMade] = [newRequest(), newCode()];
  const alarm = await prepareAlarm(tools, { kind: 'requested', orgId: found.org_id, slug, reason, by: 'parts' });
  return {
    ...shown,
    step: 'waiting',
    id: tools.newId(),
    reason,
    request,
    requestHash: hashExact(tools, 'emergency_request', request),
    code: newlyMade,
    codeHash: hashTyped(tools, 'emergency_code', newlyMade),
    alarm,
  };
}

/** Begins a request, or grants the one of the code. Of many at once one grants: the seal is spent in the same breath. */
export async function showPart(ctx: Context<OrgTx, PreparedPart>): Promise<z.input<typeof OpenedPart>> {
  const { tx, now, prepared } = ctx;
  const { step, orgId, sealId, part } = prepared;
  ctx.note({ step, part });
  if (step === 'granted') {
    const granted = await grantUse(tx, { sealId, part, codeHash: prepared.codeHash, now });
    if (granted === undefined || !(await spendSeal(tx, now, sealId))) throw errors['emergency.refused']();
    ctx.subject('emergency', granted.id);
    return { step, request: null, code: null, endsAt: granted.request_ends_at.toISOString() };
  }
  const endsAt = after(now, REQUEST_MINUTES);
  await insertUse(tx, {
    org_id: orgId,
    id: prepared.id,
    seal_id: sealId,
    first_part: part,
    code_hash: prepared.codeHash,
    request_hash: prepared.requestHash,
    reason: prepared.reason,
    requested_at: now,
    request_ends_at: endsAt,
    granted_at: null,
  });
  await prepared.alarm.ring(ctx);
  ctx.subject('emergency', prepared.id);
  ctx.note({ reason: prepared.reason });
  const [request, code] = [prepared.request, prepared.code].map((secret) => reveal(secret, 'emergency.show'));
  return { step, request: request ?? null, code: code ?? null, endsAt: endsAt.toISOString() };
}

export type PreparedSession = {
  readonly orgId: string;
  readonly id: string;
  readonly slug: string;
  readonly tokenHash: Buffer;
  readonly cookie: string;
  readonly alarm: PreparedAlarm;
};

/** Throws `emergency.refused` for a request that is unknown, collected, ended or too late. */
export async function prepareSession(
  tools: Tools,
  request: Secret<string>,
  caller: CallerFacts,
): Promise<PreparedSession> {
  const attempt = await tryOnce(tools, caller, 'request');
  const found = await findRequest(tools.lookup, hashExact(tools, 'emergency_request', request));
  if (found === undefined) throw errors['emergency.refused']();
  await attempt.succeed();
  const { org_id: orgId, id, slug, reason } = found;
  const token = toSecret(`${EMERGENCY_PREFIX}${reveal(newToken(), 'emergency.token')}`);
  return {
    orgId,
    id,
    slug,
    tokenHash: hashExact(tools, 'emergency_session', token),
    cookie: tools.sessionCookie.set(token, SESSION_MINUTES * 60),
    alarm: await prepareAlarm(tools, { kind: 'opened', orgId, slug, reason }),
  };
}

/** Opens the session of a granted use, once; its end and the reminders are work that is written down with it. */
export async function collectSession(ctx: Context<OrgTx, PreparedSession>): Promise<z.input<typeof CollectedSession>> {
  const { tx, now, prepared } = ctx;
  const { id, orgId, slug, tokenHash } = prepared;
  const expiresAt = after(now, SESSION_MINUTES);
  if (!(await openUse(tx, { id, tokenHash, now, expiresAt }))) {
    const use = await findUse(tx, id);
    throw use?.granted_at === null ? errors['emergency.waiting']() : errors['emergency.refused']();
  }
  await prepared.alarm.ring(ctx);
  const payload = { organization: orgId, slug, use: id };
  await ctx.enqueue(endJob, payload, expiresAt);
  await ctx.enqueue(remindJob, payload, after(expiresAt, 24 * 60));
  ctx.subject('emergency', id);
  return { expiresAt: expiresAt.toISOString() };
}

export type PreparedAtHost = {
  readonly orgId: string;
  readonly id: string;
  readonly request: Secret<string>;
  readonly requestHash: Buffer;
  readonly origin: string;
  readonly alarm: PreparedAlarm;
};

export async function prepareAtHost(tools: Tools, slug: string, reason: string): Promise<PreparedAtHost> {
  const orgId = await findOrganizationBySlug(tools.lookup, slug);
  if (orgId === undefined) throw kernelErrors['resource.not_found']();
  const request = newRequest();
  return {
    orgId,
    id: tools.newId(),
    request,
    requestHash: hashExact(tools, 'emergency_request', request),
    origin: tools.publicOrigin(),
    alarm: await prepareAlarm(tools, { kind: 'requested', orgId, slug, reason, by: 'host' }),
  };
}

/** Granted at once: whoever has the host has everything; what is left is that everybody hears of it. */
export async function openAtHost(
  ctx: Context<OrgTx, PreparedAtHost>,
  reason: string,
): Promise<z.input<typeof OpenedAtHost>> {
  const { tx, now, prepared } = ctx;
  const endsAt = after(now, REQUEST_MINUTES);
  await insertUse(tx, {
    org_id: prepared.orgId,
    id: prepared.id,
    seal_id: null,
    first_part: null,
    code_hash: null,
    request_hash: prepared.requestHash,
    reason,
    requested_at: now,
    request_ends_at: endsAt,
    granted_at: now,
  });
  await prepared.alarm.ring(ctx);
  ctx.subject('emergency', prepared.id);
  ctx.note({ reason });
  const token = reveal(prepared.request, 'emergency.show');
  return { link: `${prepared.origin}/emergency#request=${token}`, endsAt: endsAt.toISOString() };
}

function after(now: Date, minutes: number): Date {
  return new Date(now.getTime() + minutes * 60_000);
}
