// A person with a browser before the console: one window, what it complains of, and whether a page can be used by everybody.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { type CDPSession, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
/** For `skip`: false, or why there is nothing to run. */
export const noBrowser = existsSync(CHROMIUM) ? false : `no ${CHROMIUM}`;

const VIEWPORT = { width: 1440, height: 900 };
const WAIT_MS_MAX = 30_000;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** The header names a feature that this build of the browser does not have. */
const HARMLESS = /Unrecognized feature: 'bluetooth'/;

export type Visitor = AsyncDisposable & {
  readonly page: Page;
  /** A second device: no cookies. */
  readonly openDevice: () => Promise<Page>;
  /** Throws when a page has complained: an error, or a breach of the content policy. */
  readonly assertQuiet: () => void;
};

export async function openVisitor(): Promise<Visitor> {
  await using opening = new AsyncDisposableStack();
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: process.geteuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  opening.defer(() => browser.close());
  const complaints: string[] = [];
  const listen = (page: Page): Page => {
    page.setDefaultTimeout(WAIT_MS_MAX);
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      // Refusals of the API are told by the page; the browser's own note of them is no complaint of ours.
      if (message.type() === 'error' && !/the server responded with a status of/.test(text))
        complaints.push(`${page.url()}: ${text}`);
      if (message.type() === 'warning' && !HARMLESS.test(text)) complaints.push(`${page.url()}: ${text}`);
    });
    return page;
  };
  const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: 'reduce' });
  const page = listen(await context.newPage());
  const rest = opening.move();
  return {
    page,
    openDevice: async () =>
      listen(await (await browser.newContext({ viewport: VIEWPORT, reducedMotion: 'reduce' })).newPage()),
    assertQuiet: () => assert.deepEqual(complaints, []),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

type Violation = {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
};

/** Throws when the page breaks a rule of WCAG 2.2 A or AA that a program can see. */
export async function assertAccessible(page: Page): Promise<void> {
  // Past the content policy of the page, as a developer's tool would be.
  const loaded = await page.evaluate(() => 'axe' in globalThis);
  if (!loaded) await loadByProtocol(page);
  const violations = await page.evaluate(async (rules): Promise<readonly Violation[]> => {
    const loadedAxe = globalThis as unknown as {
      readonly axe: { readonly run: (options: object) => Promise<{ readonly violations: readonly Violation[] }> };
    };
    return (await loadedAxe.axe.run({ runOnly: rules })).violations;
  }, RULES);
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
  assert.deepEqual(told, [], page.url());
}

const sessions = new WeakMap<Page, CDPSession>();

async function loadByProtocol(page: Page): Promise<void> {
  // Kept: one that goes takes the authenticators of the page along.
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, session);
  await session.send('Runtime.evaluate', { expression: axe.source });
}

const PAINTS = `new Promise((resolve) => {
  const first = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
  const observer = new PerformanceObserver((list) => resolve([first, list.getEntries().at(-1).startTime]));
  observer.observe({ type: 'largest-contentful-paint', buffered: true });
})`;
const OPEN_PALETTE = `(async () => {
  const begun = performance.now();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const key = { key: 'k', code: 'KeyK', ctrlKey: true, bubbles: true };
  document.documentElement.dispatchEvent(new KeyboardEvent('keydown', key));
  while (document.querySelector('[role=combobox]') === null) await frame();
  await frame();
  return performance.now() - begun;
})()`;

/** Opens a page anew: when something was to be seen, when its largest part was, and how long a key takes to be seen. */
export async function measure(page: Page, url: string): Promise<string> {
  await page.goto(url);
  await page.waitForLoadState('networkidle');
  const paints = await page.evaluate<readonly number[]>(PAINTS);
  const interaction = await page.evaluate<number>(OPEN_PALETTE);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const whole = (ms: number): string => `${ms.toFixed(0)} ms`;
  const [first = 0, largest = 0] = paints;
  return `first paint ${whole(first)}, largest ${whole(largest)}, palette opened in ${whole(interaction)}`;
}

const SHOTS = process.env['HOLDFAST_SCREENSHOTS'];

/** Looks of a page in light and dark, wide and narrow, as files where somebody wants them. */
export async function photograph(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  await mkdir(SHOTS, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: join(SHOTS, `${name}-${colorScheme}-${String(width)}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(VIEWPORT);
}
