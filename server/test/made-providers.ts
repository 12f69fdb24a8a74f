// Providers that tests are about, each with a name of its own.
import type { Stage } from './example.ts';

let made = 0;

/** What connects a provider at an address, up to its version. */
export function providerAt(baseUrl: string) {
  const name = `provider-${String((made += 1))}`;
  return { name, kind: 'openai_compatible', baseUrl, apiKey: 'sk-example', models: ['example'] };
}

/** The public id of one that is connected for this. */
export async function makeProvider({
  world,
  owner,
  upstream,
}: Pick<Stage, 'world' | 'owner' | 'upstream'>): Promise<string> {
  const reply = await world.call('provider.create', { credential: owner.credential, body: providerAt(upstream) });
  return (reply.body as { readonly id: string }).id;
}
