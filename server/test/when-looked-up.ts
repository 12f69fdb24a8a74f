// A kernel on which something happens as soon as a look-up has its answer, and before anybody uses it.
import type { Kernel } from '#kernel/kernel.ts';

/** Happens once, at the first look-up of that name. */
export function whenLookedUp(kernel: Kernel, name: string, happens: () => Promise<unknown>): Kernel {
  let hasHappened = false;
  const lookup: typeof kernel.tools.lookup = async (asked, args, lane) => {
    const rows = await kernel.tools.lookup(asked, args, lane);
    if (asked === name && !hasHappened) {
      hasHappened = true;
      await happens();
    }
    // The look-up is generic in its rows, which pass as they come.
    return rows as never;
  };
  return { ...kernel, tools: { ...kernel.tools, lookup } };
}
