// Which stored credentials are to be rotated: each has an age, and the organization says how old one may become.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import { encodeId } from '#kernel/fields.ts';
import { listKeyAges } from '#modules/api-keys.ts';
import { listSecretAges } from '#modules/providers.ts';
import { listWebhookSecretAges } from '#modules/webhooks.ts';
import { DEFAULT_SCHEDULE, type Report, type StoredSchedule } from './model.ts';
import { findSchedule } from './queries.ts';

const DAY_MS = 86_400_000;
/** Of each kind; the oldest are told, and whether there are more. */
const TOLD_MAX = 500;

type Item = z.input<typeof Report>['items'][number];

export async function getSchedule(tx: OrgTx): Promise<z.input<typeof StoredSchedule>> {
  const row = await findSchedule(tx);
  if (row === undefined) return { ...DEFAULT_SCHEDULE, version: 0 };
  return { apiKeyDays: row.api_key_days, providerSecretDays: row.provider_secret_days, version: row.version };
}

export async function makeReport(tx: OrgTx, now: Date, dueWithinDays: number): Promise<z.input<typeof Report>> {
  const schedule = await getSchedule(tx);
  const [keys, secrets] = [await listKeyAges(tx, TOLD_MAX + 1), await listSecretAges(tx, TOLD_MAX + 1)];
  // A handful at most.
  const signing = await listWebhookSecretAges(tx, TOLD_MAX);
  const timed = (since: Date, days: number) => {
    const dueAt = since.getTime() + days * DAY_MS;
    return {
      since: since.toISOString(),
      ageDays: Math.max(0, Math.floor((now.getTime() - since.getTime()) / DAY_MS)),
      dueAt: new Date(dueAt).toISOString(),
      isDue: dueAt <= now.getTime() + dueWithinDays * DAY_MS,
    };
  };
  const items: readonly Item[] = [
    ...keys.slice(0, TOLD_MAX).map((key) => ({
      kind: 'api_key' as const,
      id: encodeId('key', key.id),
      name: key.name,
      keptAs: 'hash' as const,
      ...timed(key.since, schedule.apiKeyDays),
      // What has ended is not to be rotated.
      ...(key.exposed_at === null ? {} : { isDue: false }),
      expiresAt: key.expires_at?.toISOString() ?? null,
      exposedAt: key.exposed_at?.toISOString() ?? null,
    })),
    ...secrets.slice(0, TOLD_MAX).map((secret) => ({
      kind: 'provider_secret' as const,
      id: encodeId('prv', secret.id),
      name: secret.name,
      keptAs: secret.secret_reference === null ? ('sealed' as const) : ('reference' as const),
      ...timed(secret.since, schedule.providerSecretDays),
      ...(secret.exposed_at === null ? {} : { isDue: true }),
      expiresAt: null,
      exposedAt: secret.exposed_at?.toISOString() ?? null,
    })),
    ...signing.map((secret) => ({
      kind: 'webhook_secret' as const,
      id: encodeId('whk', secret.id),
      name: secret.name,
      keptAs: 'sealed' as const,
      ...timed(secret.since, schedule.providerSecretDays),
      expiresAt: null,
      exposedAt: null,
    })),
  ].toSorted((one, other) => (one.dueAt < other.dueAt ? -1 : 1));
  return {
    schedule,
    items: [...items],
    dueCount: items.filter(({ isDue }) => isDue).length,
    isWhole: keys.length <= TOLD_MAX && secrets.length <= TOLD_MAX,
  };
}
