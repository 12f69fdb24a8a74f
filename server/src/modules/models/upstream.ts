// One call to a provider: the caller's bytes with the provider's credential, and the provider's bytes back.
import type { Readable } from 'node:stream';
import type { StopSignal } from '#kernel/stop-signal.ts';
import type { StreamReply } from '#kernel/stream.ts';
import type { Tools } from '#kernel/tools.ts';
import { credentialHeaders, type ConnectedProvider } from '#modules/providers.ts';
import type { OutboundStream } from '#outbound/outbound.ts';
import { OutboundError, type OutboundFailure, publicReason } from '#outbound/reasons.ts';
import { type Endpoint, errors } from './model.ts';
import type { ReplyRoom } from './reply-memory.ts';
import type { UsageMeter } from './usage-meter.ts';

const PATHS: Readonly<Record<Endpoint, string>> = {
  'chat.completions': '/chat/completions',
  responses: '/responses',
  embeddings: '/embeddings',
};

/** A model may think for minutes before its first byte. */
const LIMITS = {
  connectMs: 10_000,
  firstByteMs: 300_000,
  idleMs: 120_000,
  totalMs: 1_800_000,
  bodyBytesMax: 256 * 1024 * 1024,
};
const WHOLE_REPLY_BYTES_MAX = 64 * 1024 * 1024;
/** Headers of a provider that mean something to its client; all others stay behind. */
const PASSED_HEADERS = ['content-type', 'retry-after', 'openai-processing-ms', 'openai-version'];

export type UpstreamCall = {
  readonly orgId: string;
  readonly provider: ConnectedProvider;
  readonly endpoint: Endpoint;
  readonly body: Buffer;
  readonly meter: UsageMeter;
  /** Holds a reply that is passed on whole; whoever made it disposes of it when the client has the reply. */
  readonly room: ReplyRoom;
};

/** Throws AppError for a provider that can't be reached, refuses us, or answers with something that is no reply. */
export async function callUpstream(tools: Tools, call: UpstreamCall, signal: StopSignal): Promise<StreamReply> {
  const opened = await tools.outbound.open({
    tenant: call.orgId,
    url: `${call.provider.baseUrl}${PATHS[call.endpoint]}`,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...credentialHeaders(call.provider),
    },
    body: call.body,
    limits: LIMITS,
    signal,
  });
  if (!opened.ok) throw failureError(opened);
  const mediaType = (opened.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (opened.status < 400 && mediaType === 'text/event-stream') {
    return { status: opened.status, headers: passedHeaders(opened), body: metered(opened.body, call.meter) };
  }
  return wholeReply(opened, mediaType, call);
}

async function* metered(body: Readable, meter: UsageMeter): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      meter.observe(chunk);
      yield chunk;
    }
  } catch (cause) {
    throw cause instanceof OutboundError ? failureError(cause.failure) : cause;
  }
}

async function wholeReply(
  opened: OutboundStream,
  mediaType: string | undefined,
  { meter, room }: UpstreamCall,
): Promise<StreamReply> {
  // Their 401 is about our credential, not the caller's, and its text may quote a part of the secret.
  if (opened.status === 401 || opened.status === 403) {
    opened.abort();
    throw errors['model.upstream_refused']();
  }
  const bytes = await collect(opened, room).catch((cause: unknown) => {
    throw cause instanceof OutboundError ? failureError(cause.failure) : cause;
  });
  if (mediaType !== 'application/json' || !meter.observeReply(bytes))
    throw opened.status >= 500 ? errors['model.upstream_error']() : errors['model.upstream_garbage']();
  return { status: opened.status, headers: passedHeaders(opened), body: bytes };
}

function collect(opened: OutboundStream, room: ReplyRoom): Promise<Buffer> {
  let size = 0;
  return opened.collect((bytes) => {
    size += bytes;
    if (size > WHOLE_REPLY_BYTES_MAX) throw errors['model.upstream_garbage']();
    room.grow(bytes);
  });
}

function passedHeaders(opened: OutboundStream): Readonly<Record<string, string>> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_HEADERS) {
    const value = opened.headers[name];
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}

function failureError(failure: OutboundFailure) {
  const cause = new Error(`${failure.reason}: ${failure.detail}`);
  switch (publicReason(failure.reason)) {
    case 'timed_out':
      return errors['model.upstream_timeout']({ cause });
    case 'unusable_reply':
      return errors['model.upstream_garbage']({ cause });
    case 'unavailable':
    case 'busy':
    case 'canceled':
      return errors['model.upstream_unreachable']({ cause });
  }
}
