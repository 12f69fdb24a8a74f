// Asking a provider for its models: proves address, secret and network rules before anybody depends on them.
import type { z } from 'zod';
import { orgOf, type Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { monotonicMs } from '#telemetry/clock.ts';
import { publicReason } from '#outbound/reasons.ts';
import { connectedProviders, type ConnectedProvider, credentialHeaders } from './connect.ts';
import type { ProviderTest } from './model.ts';

export type Answer = z.input<typeof ProviderTest>;

const MODELS_SHOWN_MAX = 500;

/** Undefined when the caller's organization has no such provider; the check that follows turns that into a 404. */
export async function probeProvider(
  tools: Tools,
  principal: Principal,
  providerId: string,
): Promise<Answer | undefined> {
  const orgId = orgOf(principal);
  if (orgId === undefined || !('epoch' in principal)) return undefined;
  const providers = await connectedProviders(tools, orgId, principal.epoch);
  const provider = providers.find((one) => one.id === providerId);
  return provider === undefined ? undefined : askForModels(tools, orgId, provider);
}

/** What the provider says it serves, or what is wrong with it; never throws for a provider that misbehaves. */
export async function askForModels(tools: Tools, orgId: string, provider: ConnectedProvider): Promise<Answer> {
  if (provider.isBlocked)
    return {
      ok: false,
      models: [],
      durationMs: 0,
      problem: 'Its secret was marked as exposed: give it a new one in `apiKey`.',
    };
  const started = monotonicMs();
  const reply = await tools.outbound.fetch({
    tenant: orgId,
    url: `${provider.baseUrl}/models`,
    headers: { accept: 'application/json', ...credentialHeaders(provider) },
    limits: { totalMs: 15_000, bodyBytesMax: 2 * 1024 * 1024 },
  });
  const durationMs = Math.round(monotonicMs() - started);
  if (!reply.ok)
    return { ok: false, models: [], durationMs, problem: explainFailure(publicReason(reply.reason), provider.baseUrl) };
  if (reply.status === 401 || reply.status === 403)
    return { ok: false, models: [], durationMs, problem: 'The provider refuses the secret: check `apiKey`.' };
  if (reply.status >= 400)
    return {
      ok: false,
      models: [],
      durationMs,
      problem: `The provider answered with status ${reply.status}: check \`baseUrl\`.`,
    };
  const models = readModels(reply.body);
  if (models === undefined)
    return {
      ok: false,
      models: [],
      durationMs,
      problem: 'The address answers, but not as a model provider: check `baseUrl`.',
    };
  return { ok: true, models: models.slice(0, MODELS_SHOWN_MAX), durationMs, problem: null };
}

function explainFailure(reason: ReturnType<typeof publicReason>, baseUrl: string): string {
  switch (reason) {
    case 'unavailable':
      return `${new URL(baseUrl).host} cannot be reached. A private address, or plain http, must be listed by the operator in HOLDFAST_OUTBOUND_ALLOW.`;
    case 'timed_out':
      return 'The provider did not answer in time.';
    case 'unusable_reply':
      return 'The provider sent a reply that cannot be used.';
    case 'canceled':
    case 'busy':
      return 'The server is busy; try again.';
  }
}

function readModels(body: Buffer): readonly string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('data' in parsed) || !Array.isArray(parsed.data))
      return undefined;
    return parsed.data.flatMap((one: unknown) =>
      typeof one === 'object' && one !== null && 'id' in one && typeof one.id === 'string'
        ? [one.id.slice(0, 200)]
        : [],
    );
  } catch {
    return undefined;
  }
}
