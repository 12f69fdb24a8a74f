// A network that is slow on purpose: replies of the API are held back until a test lets them go, or come late one after the other.
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const API = '**/api/v1/**';

export type HeldReplies = AsyncDisposable & {
  /** Paths of calls that wait for their reply. */
  readonly waiting: () => readonly string[];
  /** Lets calls of this path go, those that wait and those to come. */
  readonly releaseOne: (path: string) => void;
  /** From now on replies come as they do. */
  readonly release: () => void;
};

/** Calls reach the server when they are let go. */
export async function holdReplies(page: Page): Promise<HeldReplies> {
  const held = new Map<string, PromiseWithResolvers<void>>();
  const free = new Set<string>();
  let isOver = false;
  await page.route(API, async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (!isOver && !free.has(path)) {
      const gate = held.get(path) ?? Promise.withResolvers<void>();
      held.set(path, gate);
      await gate.promise;
    }
    // A page that went away wants no reply.
    await route.continue().catch(() => undefined);
  });
  const release = (): void => {
    isOver = true;
    for (const { resolve } of held.values()) resolve();
    held.clear();
  };
  return {
    waiting: () => [...held.keys()],
    releaseOne: (path) => {
      free.add(path);
      held.get(path)?.resolve();
      held.delete(path);
    },
    release,
    [Symbol.asyncDispose]: async () => {
      release();
      await page.unroute(API);
    },
  };
}

type Delay = {
  readonly firstMs: number;
  readonly nextMs: number;
  /** What no reply comes before, however slow the browser is. */
  readonly begun?: () => Promise<void>;
};

/** Each reply takes `firstMs`, and each further one of the same page `nextMs` more: no two of them come at once. */
export async function slowDown(page: Page, { firstMs, nextMs, begun }: Delay): Promise<AsyncDisposable> {
  let before = 0;
  await page.route(API, async (route) => {
    // A page that never begins, or is gone, is for the test to tell.
    await begun?.().catch(() => undefined);
    await wait(firstMs + nextMs * before++);
    await route.continue().catch(() => undefined);
  });
  return { [Symbol.asyncDispose]: () => page.unroute(API) };
}
