// The three governed calls of /v1: admit with a durable intent, pass bytes both ways, settle whatever happens.
import { actorOf, type Actor } from '#kernel/principal.ts';
import { defineStream, type StreamCall } from '#kernel/stream.ts';
import type { Tools } from '#kernel/tools.ts';
import { monotonicMs } from '#telemetry/clock.ts';
import { connectedProviders, type ConnectedProvider } from '#modules/providers.ts';
import { ledgerOf } from './ledger.ts';
import { type Endpoint, errors, ModelReply, ModelRequest, permissions } from './model.ts';
import { renderOpenAiError } from './openai-error.ts';
import { replyMemoryOf, type ReplyRoom } from './reply-memory.ts';
import { readRequest } from './request.ts';
import { CALL_MS_MAX } from './time-bounds.ts';
import { callUpstream } from './upstream.ts';
import { createUsageMeter, type UsageMeter } from './usage-meter.ts';

type Ticket = {
  readonly id: string;
  readonly orgId: string;
  readonly actor: Actor;
  readonly provider: ConnectedProvider;
  readonly endpoint: Endpoint;
  readonly body: Buffer;
  readonly meter: UsageMeter;
  readonly room: ReplyRoom;
  readonly startedMs: number;
};

function defineModelStream(endpoint: Endpoint, path: `/v1/${string}`, summary: string) {
  return defineStream<Ticket>({
    id: `model.${endpoint}`,
    method: 'POST',
    path,
    summary,
    permission: permissions.use,
    rate: 'model',
    totalMsMax: CALL_MS_MAX,
    admitsKnown: true,
    audit: { action: 'model.called' },
    errors: Object.keys(errors),
    body: ModelRequest,
    output: ModelReply,
    renderError: renderOpenAiError,
    admit: (tools, call) => admitCall(tools, call, endpoint),
    run: (tools, ticket, signal) => callUpstream(tools, ticket, signal),
    settle: (tools, ticket, end, status) => {
      // The client has the reply, or never will.
      ticket.room[Symbol.dispose]();
      const used = ticket.meter.total();
      return ledgerOf(tools).settle({
        org_id: ticket.orgId,
        id: ticket.id,
        event_id: tools.newId(),
        actor: ticket.actor,
        state: end,
        status: status === 0 ? null : status,
        input_tokens: used.inputTokens,
        output_tokens: used.outputTokens,
        estimated: used.estimated,
        duration_ms: Math.round(monotonicMs() - ticket.startedMs),
      });
    },
  });
}

async function admitCall(tools: Tools, call: StreamCall, endpoint: Endpoint): Promise<Ticket> {
  const startedMs = monotonicMs();
  const { principal } = call;
  const { model } = readRequest(call.body);
  const provider = chooseProvider(await connectedProviders(tools, principal.orgId, principal.epoch), model);
  if (provider === undefined) throw errors['model.not_found']();
  if (provider.isBlocked) throw errors['model.provider_exposed']();
  const id = tools.newId();
  const actor = actorOf(principal);
  const intent = {
    org_id: principal.orgId,
    id,
    owner_user_id: principal.userId ?? null,
    key_id: principal.kind === 'api_key' ? principal.keyId : null,
    provider_id: provider.id,
    model,
    endpoint,
    request_id: call.requestId,
  };
  await ledgerOf(tools).admit(intent, actor, call.standing);
  return {
    id,
    orgId: principal.orgId,
    actor,
    provider,
    endpoint,
    body: call.body,
    meter: createUsageMeter(call.body.length),
    room: replyMemoryOf(tools).open(),
    startedMs,
  };
}

/** A provider that lists the model comes before one that lists none; among equals the oldest. */
export function chooseProvider(providers: readonly ConnectedProvider[], model: string): ConnectedProvider | undefined {
  return providers.find((one) => one.models?.includes(model) === true) ?? providers.find((one) => one.models === null);
}

export const chatCompletions = defineModelStream(
  'chat.completions',
  '/v1/chat/completions',
  'Chat completion, whole or streamed, as OpenAI defines it',
);
export const responses = defineModelStream(
  'responses',
  '/v1/responses',
  'Response, whole or streamed, as OpenAI defines it',
);
export const embeddings = defineModelStream('embeddings', '/v1/embeddings', 'Embeddings, as OpenAI defines them');
