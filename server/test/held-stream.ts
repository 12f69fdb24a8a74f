// An event stream that a test holds open through a kernel, as a client does: it ends when it is left, or when it is ended.
import assert from 'node:assert/strict';
import type { Credential } from '#kernel/credential.ts';
import { AppError } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { Stop, type StopSignal } from '#kernel/stop-signal.ts';
import { runStream } from '#kernel/stream-pipeline.ts';
import type { StreamReply } from '#kernel/stream.ts';
import { makeCall } from './world.ts';

export type HeldStream = {
  readonly isOpen: () => boolean;
  /** The code of what ended it, or `left`. */
  readonly ended: Promise<string>;
  /** The client goes; resolves when the server has noticed. */
  readonly leave: () => Promise<string>;
};

/** Asks a model and holds on to the stream of its reply; there once the upstream's first bytes are. */
export async function holdStream(kernel: Kernel, credential: Credential, model = 'paced'): Promise<HeldStream> {
  const left = new Stop();
  const begun = Promise.withResolvers<void>();
  const run = askModel(kernel, credential, {
    model,
    left,
    deliver: async (reply, signal) => {
      begun.resolve();
      await readAll(reply, signal);
    },
  });
  let isOpen = true;
  const ended = run.then((code) => {
    isOpen = false;
    begun.reject(new Error(`the stream ended before it began: ${code}`));
    return left.aborted ? 'left' : code;
  });
  await begun.promise;
  return {
    isOpen: () => isOpen,
    ended,
    leave: () => {
      left.abort();
      return ended;
    },
  };
}

type Asked = {
  readonly model: string;
  readonly left?: Stop;
  readonly deliver?: (reply: StreamReply, signal: StopSignal) => Promise<void>;
};

/** Asks a model once: `done`, or the code of the refusal. */
export async function askModel(
  kernel: Kernel,
  credential: Credential,
  { model, left = new Stop(), deliver = readAll }: Asked,
): Promise<string> {
  const stream = kernel.registry.streams.find(({ id }) => id === 'model.chat.completions');
  assert.ok(stream !== undefined);
  const call = {
    ...makeCall({ credential }),
    rawBody: Buffer.from(JSON.stringify({ model, stream: true })),
    contentType: 'application/json',
  };
  try {
    await runStream({ kernel, stream, call, edge: { clientLeft: left, stopping: new Stop(), deliver } });
    return 'done';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

async function readAll({ body }: StreamReply, signal: StopSignal): Promise<void> {
  if (body instanceof Uint8Array) return;
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(new Error('stopped'));
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const pieces = body[Symbol.asyncIterator]();
  while ((await Promise.race([pieces.next(), stopped.promise])).done !== true);
}
