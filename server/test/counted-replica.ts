// Servers of their own over one world, which count how often they look a key up, and one model call on one of them.
import assert from 'node:assert/strict';
import type { Credential } from '#kernel/credential.ts';
import { AppError } from '#kernel/errors.ts';
import type { Kernel, LimitTable } from '#kernel/kernel.ts';
import { runStream } from '#kernel/stream-pipeline.ts';
import type { Tools } from '#kernel/tools.ts';
import { makeCall, WIDE_LIMITS, type World } from './world.ts';

/** A model that `connectProvider` serves. */
export const MODEL = 'm';
const never = new AbortController().signal;

export type Key = { readonly id: string; readonly credential: Credential };
/** A server of its own over the world's database, and how many look-ups of keys it has made. */
export type Replica = { readonly kernel: Kernel; readonly lookUps: () => number };

export async function openCounted(world: World, limits: Partial<LimitTable> = {}): Promise<Replica> {
  const { kernel } = await world.openReplica();
  let lookUps = 0;
  const lookup: Tools['lookup'] = (name, args, lane) => {
    if (name === 'identify_api_keys') lookUps += 1;
    return kernel.tools.lookup(name, args, lane);
  };
  const limitTable = { ...WIDE_LIMITS, ...limits };
  return { kernel: { ...kernel, limitTable, tools: { ...kernel.tools, lookup } }, lookUps: () => lookUps };
}

export async function connectProvider(world: World, credential: Credential): Promise<void> {
  const baseUrl = 'https://models.example.com/v1';
  const body = { name: 'p', kind: 'openai_compatible', baseUrl, models: [MODEL] };
  await world.call('provider.create', { credential, body });
}

/** `done` or the code of the refusal; `model` is what the caller asks for. */
export async function outcomeOf(on: Replica | undefined, { credential }: Key, model = MODEL): Promise<string> {
  assert.ok(on !== undefined);
  const stream = on.kernel.registry.streams.find(({ id }) => id === 'model.chat.completions');
  assert.ok(stream !== undefined);
  const whole = { ...stream, run: async () => ({ status: 200, headers: {}, body: Buffer.from('{}') }) };
  const call = {
    ...makeCall({ credential }),
    rawBody: Buffer.from(JSON.stringify({ model })),
    contentType: 'application/json',
  };
  const edge = { clientLeft: never, stopping: never, deliver: async () => undefined };
  const ended: unknown = await runStream({ kernel: on.kernel, stream: whole, call, edge }).catch(
    (error: unknown) => error,
  );
  if (ended === undefined) return 'done';
  if (!(ended instanceof AppError)) throw ended;
  return ended.code;
}
