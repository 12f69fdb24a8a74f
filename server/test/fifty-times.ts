// Fifty uses of one thing at once, spread over two servers on the same database.
import type { Kernel } from '#kernel/kernel.ts';
import type { World } from './world.ts';

/** How fifty uses, spread over two servers, ended. */
export async function fiftyTimes(
  world: World,
  use: (on: Kernel, n: number) => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  await using other = await world.openReplica();
  const uses = Array.from({ length: 50 }, (_, n) => use(n % 2 === 0 ? world.kernel : other.kernel, n));
  const endings: Record<string, number> = {};
  for (const use of await Promise.allSettled(uses)) {
    const ending = use.status === 'fulfilled' ? 'done' : (use.reason as { readonly code: string }).code;
    endings[ending] = (endings[ending] ?? 0) + 1;
  }
  return endings;
}
