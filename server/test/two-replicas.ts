// Two servers over one database, of which the second holds sessions, keys and streams while the first ends what they rest on.
import type { Credential, CredentialKind } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { setImmediate as turn } from 'node:timers/promises';
import { type ModelUpstream, startModelUpstream } from './e2e/model-upstream.ts';
import { askModel, type HeldStream, holdStream } from './held-stream.ts';
import { until } from './outbox.ts';
import { createWorld, type Founded, type World } from './world.ts';

export type TwoReplicas = AsyncDisposable & {
  readonly world: World;
  /** Both organizations have the model; people of the first can be members of the other. */
  readonly acme: Founded;
  readonly other: Founded;
  /** The second server. */
  readonly replica: Kernel;
  /** Who the second server takes the credential for: `in`, or the code of the refusal. */
  readonly seenAs: (credential: Credential) => Promise<string>;
  /** What the second server answers to a call of a model: `done`, or the code of the refusal. */
  readonly modelFor: (credential: Credential) => Promise<string>;
  /** Opens a stream on the second server. */
  readonly hold: (credential: Credential) => Promise<Held>;
  /** The epochs of an organization, as the database has them now. */
  readonly epochOf: (slug: string) => Promise<string>;
};

export type Held = HeldStream & {
  /** How often the second server has asked again whose stream it is, and has its answer. */
  readonly asked: () => number;
  /** Waits until it has asked more often than so. */
  readonly untilAsked: (before: number) => Promise<void>;
};

export async function openTwoReplicas(): Promise<TwoReplicas> {
  await using opened = new AsyncDisposableStack();
  const upstream = opened.use(await startModelUpstream());
  const world = opened.use(await createWorld({ outboundAllow: `127.0.0.1:${upstream.port}` }));
  const founded = [await world.found('acme'), await world.found('other')] as const;
  for (const { credential } of founded) await connect(world, credential, upstream);
  const { kernel: replica } = await world.openReplica();
  const rest = opened.move();
  return {
    world,
    acme: founded[0],
    other: founded[1],
    replica,
    seenAs: (credential) => seenAs(world, replica, credential),
    modelFor: (credential) => askModel(replica, credential, { model: 'whole' }),
    hold: (credential) => hold(replica, credential),
    epochOf: async (slug) => {
      const { rows } = await world.admin(
        'select holdfast.epoch_of(org_id) as epoch from holdfast.organization where slug = $1',
        [slug],
      );
      return (rows[0] as { readonly epoch: string }).epoch;
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function connect(world: World, credential: Credential, { port }: ModelUpstream): Promise<void> {
  const body = {
    name: 'upstream',
    kind: 'openai_compatible',
    baseUrl: `http://127.0.0.1:${port}/v1`,
    apiKey: 'sk-upstream-of-a-test',
    models: ['paced', 'whole'],
  };
  await world.call('provider.create', { credential, body });
}

async function seenAs(world: World, on: Kernel, credential: Credential): Promise<string> {
  try {
    await world.call('session.get', { credential }, on);
    return 'in';
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

/** On a kernel of the stream's own, which is the replica's but for counting who asks for the credential. */
async function hold(replica: Kernel, credential: Credential): Promise<Held> {
  let asked = 0;
  const credentials = new Map<string, CredentialKind>(
    [...replica.registry.credentials].map(([name, { kind, identify }]) => [
      name,
      {
        kind,
        identify: async (tools: Kernel['tools'], secret: string) => {
          try {
            return await identify(tools, secret);
          } finally {
            asked += 1;
          }
        },
      },
    ]),
  );
  const stream = await holdStream({ ...replica, registry: { ...replica.registry, credentials } }, credential);
  return {
    ...stream,
    asked: () => asked,
    untilAsked: async (before) => {
      await until(() => asked > before);
      // The stream hears of the answer a turn later.
      await turn();
    },
  };
}
