// The rules of providers: one secret, sealed before the transaction; what changes tells the gateway through the epoch.
import type { z } from 'zod';
import { reveal, type Secret, toSecret } from '#crypto/secret.ts';
import { isDuplicate } from '#db/errors.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId } from '#kernel/fields.ts';
import { getOrg, orgOf, type Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { isPersonal } from '#modules/organizations.ts';
import { secretPlace } from './connect.ts';
import { DEFAULT_BASE_URLS, errors, Kind, type NewProvider, Provider, type ProviderChange } from './model.ts';
import { deleteProvider, type findProvider, insertProvider, updateProvider } from './queries.ts';

export type ProviderRow = NonNullable<Awaited<ReturnType<typeof findProvider>>>;

/** The secret as it is stored; both null when the provider has none. */
export type PreparedSecret = {
  readonly id: string;
  readonly secret: Buffer | null;
  readonly secretReference: string | null;
  /** Whether the operator lets the secret be sent there; always so for one of the organization's own. */
  readonly mayGoTo: (baseUrl: string) => boolean;
};

type SecretInput = { readonly apiKey?: Secret<string> | undefined; readonly apiKeyRef?: string | undefined };

export function toProvider(row: ProviderRow): z.input<typeof Provider> {
  return {
    id: encodeId('prv', row.id),
    name: row.name,
    kind: Kind.parse(row.kind),
    baseUrl: row.base_url,
    models: row.models,
    local: row.local,
    currency: row.currency,
    prices: Provider.shape.prices.parse(row.prices),
    secret: row.secret_reference !== null ? 'reference' : row.has_secret ? 'sealed' : 'none',
    apiKeyRef: row.secret_reference,
    exposedAt: row.exposed_at?.toISOString() ?? null,
    isBlocked: row.is_blocked,
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
}

/** Seals the secret for the row it will stand in, before any connection is held. */
export async function prepareSecret(
  tools: Tools,
  principal: Principal,
  input: SecretInput,
  id: string,
): Promise<PreparedSecret> {
  if (input.apiKey !== undefined && input.apiKeyRef !== undefined) throw errors['provider.secret_twice']();
  if (input.apiKeyRef !== undefined) {
    const reference = input.apiKeyRef;
    // They are the operator's own: somebody who was taken out of the organization would go on using them in one of theirs.
    const isTheirs = !(await isPersonal(tools.lookup, getOrg(principal)));
    const mayGoTo = (baseUrl: string): boolean => isTheirs && tools.secretReferences.isAllowed(reference, baseUrl);
    return { id, secret: null, secretReference: reference, mayGoTo };
  }
  const mayGoTo = (): boolean => true;
  const orgId = orgOf(principal);
  if (input.apiKey === undefined || orgId === undefined) return { id, secret: null, secretReference: null, mayGoTo };
  const sealer = await tools.keyring.forOrg(orgId);
  const plaintext = toSecret(Buffer.from(reveal(input.apiKey, 'provider.seal'), 'utf8'));
  return { id, secret: sealer.seal(secretPlace(id), plaintext), secretReference: null, mayGoTo };
}

export async function createProvider(ctx: Context<OrgTx, PreparedSecret>, wanted: NewProvider) {
  const orgId = getOrg(ctx.principal);
  const baseUrl = wanted.baseUrl ?? DEFAULT_BASE_URLS[wanted.kind];
  if (baseUrl === undefined) throw errors['provider.base_url_missing']();
  if (!ctx.prepared.mayGoTo(baseUrl)) throw errors['provider.reference_refused']();
  const row = await insertProvider(ctx.tx, {
    org_id: orgId,
    id: ctx.prepared.id,
    name: wanted.name,
    kind: wanted.kind,
    base_url: baseUrl.replace(/\/+$/, ''),
    models: wanted.models ?? null,
    local: wanted.local,
    currency: wanted.currency,
    prices: JSON.stringify(wanted.prices),
    secret: ctx.prepared.secret,
    secret_reference: ctx.prepared.secretReference,
    created_at: ctx.now,
  });
  if (row === undefined) throw errors['provider.name_taken']();
  await ctx.raiseEpoch('provider');
  ctx.subject('provider', row.id);
  ctx.note(factsOf(row));
  return toProvider(row);
}

export async function changeProvider(ctx: Context<OrgTx, PreparedSecret>, before: ProviderRow, change: ProviderChange) {
  const hasNewSecret = change.apiKey !== undefined || change.apiKeyRef !== undefined;
  demandSecretStays(ctx.prepared, before, change.baseUrl, hasNewSecret);
  const row = await refuseTakenName(
    updateProvider(ctx.tx, before.id, {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.baseUrl === undefined ? {} : { base_url: change.baseUrl.replace(/\/+$/, '') }),
      ...(change.models === undefined ? {} : { models: change.models }),
      ...(change.local === undefined ? {} : { local: change.local }),
      ...(change.currency === undefined ? {} : { currency: change.currency }),
      ...(change.prices === undefined ? {} : { prices: JSON.stringify(change.prices) }),
      ...(hasNewSecret ? replacing(ctx.prepared) : {}),
    }),
  );
  await ctx.raiseEpoch('provider');
  const pricesChanged = change.prices !== undefined || change.currency !== undefined;
  ctx.note({
    ...factsOf(row),
    nameBefore: before.name,
    baseUrlBefore: before.base_url,
    secretChanged: hasNewSecret,
    pricesChanged,
  });
  return toProvider(row);
}

/** What was said of the secret before it is not said of this one. */
function replacing({ secret, secretReference }: PreparedSecret) {
  return { secret, secret_reference: secretReference, exposed_at: null, is_blocked: false };
}

export async function removeProvider(ctx: Context<OrgTx>, row: ProviderRow): Promise<Record<string, never>> {
  await deleteProvider(ctx.tx, row.id);
  await ctx.raiseEpoch('provider');
  ctx.note(factsOf(row));
  return {};
}

/** Else whoever may change a provider could have its secret sent to a host, or an account of a shared host, of their own. */
function demandSecretStays(
  prepared: PreparedSecret,
  before: ProviderRow,
  baseUrl: string | undefined,
  hasNewSecret: boolean,
): void {
  const hasSecret = before.has_secret || before.secret_reference !== null;
  if (hasSecret && !hasNewSecret && movesElsewhere(before.base_url, baseUrl)) throw errors['provider.secret_needed']();
  if (!prepared.mayGoTo(baseUrl ?? before.base_url)) throw errors['provider.reference_refused']();
}

function movesElsewhere(before: string, after: string | undefined): boolean {
  return after !== undefined && normalize(after) !== normalize(before);
}

function normalize(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

async function refuseTakenName<T>(update: Promise<T>): Promise<T> {
  try {
    return await update;
  } catch (error) {
    throw isDuplicate(error, 'provider_org_id_name_key') ? errors['provider.name_taken']({ cause: error }) : error;
  }
}

function factsOf(row: ProviderRow) {
  return { name: row.name, kind: row.kind, baseUrl: row.base_url, local: row.local, models: row.models ?? [] };
}
