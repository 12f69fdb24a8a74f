// Break-glass as its people use it: sealing, showing the parts, collecting the session, and what a use is called.
import type { Call } from '#kernel/call.ts';
import type { Credential } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { World } from './world.ts';

export const REASON = 'the identity provider is down';
export const OPERATOR: Credential = { kind: 'operator', uid: 0 };

export type Opened = { readonly request: string; readonly code: string };

/** Seals as the person of the credential; gives the two parts. */
export async function sealAs(world: World, credential: Credential): Promise<readonly [string, string]> {
  const { body } = await world.call('emergency.seal', { credential });
  const [first = '', second = ''] = (body as { readonly parts: readonly string[] }).parts;
  return [first, second];
}

export async function begin(world: World, part: string, organization = 'acme', on?: Kernel): Promise<Opened> {
  const { body } = await world.call('emergency.open', { body: { organization, part, reason: REASON } }, on);
  return body as Opened;
}

export function complete(world: World, part: string, code: string, on?: Kernel) {
  return world.call('emergency.open', { body: { organization: 'acme', part, code } }, on);
}

/** Exchanges a granted request for its session. */
export async function collect(
  world: World,
  request: string,
  on?: Kernel,
  from: Partial<Call> = {},
): Promise<Credential> {
  const reply = await world.call('emergency.collect', { body: { request }, ...from }, on);
  return { kind: 'session', secret: (reply.headers['set-cookie'] ?? '').slice('session='.length) };
}

/** The whole way: sealed, both parts shown, collected. */
export async function breakGlass(world: World, owner: Credential): Promise<Credential> {
  const [first, second] = await sealAs(world, owner);
  const { request, code } = await begin(world, first);
  await complete(world, second, code);
  return collect(world, request);
}

/** The request in the link that the operator of the host gets. */
export async function requestAtHost(world: World): Promise<string> {
  const body = { organization: 'acme', reason: REASON };
  const reply = await world.call('emergency.open_at_host', { credential: OPERATOR, body });
  return (reply.body as { readonly link: string }).link.split('#request=')[1] ?? '';
}

export type SeenUse = {
  readonly id: string;
  readonly by: string;
  readonly state: string;
  readonly reason: string;
  readonly review: string | null;
};
export type Seen = {
  readonly sealedAt: string | null;
  readonly isOpen: boolean;
  readonly owed: readonly string[];
  readonly uses: readonly SeenUse[];
};

export async function lookAt(world: World, credential: Credential): Promise<Seen> {
  return (await world.call('emergency.get', { credential })).body as Seen;
}

/** The id of the newest use. */
export async function newestUse(world: World, credential: Credential): Promise<string> {
  return (await lookAt(world, credential)).uses[0]?.id ?? '';
}
