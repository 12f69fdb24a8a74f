// One visit of a page by somebody who is signed in: with an empty cache, then again with a full one.
import type { Browser, Page } from 'playwright-core';
import type { BenchPerson } from './sign-in-people.ts';

export type Visit = {
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  /** What tasks take beyond 50 ms each, added up. */
  readonly blockingMs: number;
  readonly longestTaskMs: number;
  readonly shift: number;
};

export type VisitInput = {
  readonly url: string;
  /** Where the person signs in. */
  readonly origin: string;
  /** How many times slower the processor is. */
  readonly slowdown: number;
  readonly person: BenchPerson;
};

const COLLECT = `
  globalThis.seen = { tasks: [], shifts: [], largest: 0 };
  const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch('longtask', ({ duration }) => globalThis.seen.tasks.push(duration));
  watch('layout-shift', ({ value }) => globalThis.seen.shifts.push(value));
  watch('largest-contentful-paint', ({ startTime }) => { globalThis.seen.largest = startTime; });
`;
const READ = `new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve({
  ...globalThis.seen, first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN })))) `;

type Seen = {
  readonly tasks: readonly number[];
  readonly shifts: readonly number[];
  readonly largest: number;
  readonly first: number;
};

export async function measureVisit(
  browser: Browser,
  input: VisitInput,
): Promise<{ readonly cold: Visit; readonly warm: Visit }> {
  await using opened = await openSignedIn(browser, input);
  const { page } = opened;
  await page.addInitScript(COLLECT);
  const protocol = await page.context().newCDPSession(page);
  // The person signed in beforehand: what that has cached goes.
  await protocol.send('Network.clearBrowserCache');
  const cold = await load(page, input.url);
  await page.goto('about:blank');
  return { cold, warm: await load(page, input.url) };
}

async function load(page: Page, url: string): Promise<Visit> {
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.locator('h1').first().waitFor();
  const { tasks, shifts, largest, first } = await page.evaluate<Seen>(READ);
  return {
    firstPaintMs: first,
    largestPaintMs: largest,
    blockingMs: tasks.reduce((sum, task) => sum + Math.max(0, task - 50), 0),
    longestTaskMs: Math.max(0, ...tasks),
    shift: shifts.reduce((sum, value) => sum + value, 0),
  };
}

/** A browser of their own, signed in over the API: no page of the console was opened yet. */
export async function openSignedIn(
  browser: Browser,
  { origin, slowdown, person }: Omit<VisitInput, 'url'>,
): Promise<AsyncDisposable & { readonly page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const { email, password } = person;
  const reply = await context.request.post(`${origin}/api/v1/session`, {
    data: { email, password },
    headers: { origin },
  });
  if (!reply.ok()) throw new Error(`signing in: ${reply.status()} ${await reply.text()}`);
  const page = await context.newPage();
  const protocol = await context.newCDPSession(page);
  await protocol.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return { page, [Symbol.asyncDispose]: () => context.close() };
}
