// Makes one call of a route or stream and tells how it ended.
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import { newUuid } from '#crypto/random.ts';
import { AppError } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { runRoute } from '#kernel/pipeline.ts';
import { runStream, type StreamingCall } from '#kernel/stream-pipeline.ts';
import type { AnyOperation } from '../../../tools/gen/operations.ts';
import type { Example } from '../example.ts';
import { makeCall } from '../world.ts';

export type Outcome =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly told: string };

/** Runs the call; anything but a reply or an AppError is a fault of the product, and thrown. */
export async function runOperation(
  kernel: Kernel,
  operation: AnyOperation,
  call: Partial<StreamingCall>,
): Promise<Outcome> {
  try {
    const whole: StreamingCall = { rawBody: Buffer.alloc(0), contentType: '', ...makeCall(call), ...call };
    if (operation.kind === 'stream') return await runToEnd(kernel, operation, whole);
    const reply = await runRoute(kernel, operation, whole);
    return { ok: true, status: reply.status, body: JSON.stringify(reply.body ?? null) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, spec, detail, fields, headers } = error;
    return { ok: false, status: spec.status, code, told: JSON.stringify({ code, detail, fields, headers }) };
  }
}

async function runToEnd(
  kernel: Kernel,
  stream: AnyOperation & { readonly kind: 'stream' },
  call: StreamingCall,
): Promise<Outcome> {
  const never = new AbortController().signal;
  let status = 0;
  const chunks: Uint8Array[] = [];
  await runStream({
    kernel,
    stream,
    call,
    edge: {
      clientLeft: never,
      stopping: never,
      deliver: async (reply) => {
        status = reply.status;
        if (reply.body instanceof Uint8Array) chunks.push(reply.body);
        else for await (const chunk of reply.body) chunks.push(chunk);
      },
    },
  });
  return { ok: true, status, body: Buffer.concat(chunks).toString() };
}

/** The same call about ids that never were; undefined when the call names none. */
export function withRandomIds({ call, nowhere }: Example): Partial<StreamingCall> | undefined {
  if (nowhere !== undefined) return { ...call, params: nowhere };
  const params = Object.entries((call.params ?? {}) as Readonly<Record<string, string>>);
  if (params.length === 0) return undefined;
  const random = params.map(([name, id]) => {
    const prefix = id.slice(0, id.lastIndexOf('_'));
    if (decodeId(prefix, id) === undefined) throw new Error(`${name} of an example is no public id`);
    return [name, encodeId(prefix, newUuid())] as const;
  });
  return { ...call, params: Object.fromEntries(random) };
}
