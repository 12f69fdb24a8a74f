// Typical interactions with the console, from the press to the paint that has their effect.
import type { Browser, Page } from 'playwright-core';
import { openSignedIn, type VisitInput } from './console-visit.ts';

export type Interaction = {
  readonly name: string;
  readonly path: string;
  readonly act: (page: Page) => Promise<void>;
  /** What is there when it has its effect. */
  readonly effect: string;
};

export const INTERACTIONS: readonly Interaction[] = [
  {
    name: 'open the palette (a key)',
    path: '/',
    act: (page) => page.keyboard.press('Control+k'),
    effect: '[role=combobox]',
  },
  {
    name: 'sort a list (a press)',
    path: '/audit',
    act: (page) => page.getByRole('columnheader', { name: 'No.' }).getByRole('button').click(),
    effect: 'th[aria-sort=ascending]',
  },
  {
    name: 'open a dialog (a press)',
    path: '/keys',
    act: (page) => page.getByRole('button', { name: 'Make a key' }).first().click(),
    effect: '[role=dialog]',
  },
  {
    name: 'go to another page (a press)',
    path: '/',
    act: (page) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Members' }).click(),
    effect: 'a[aria-current=page][href="/members"]',
  },
];

const COLLECT = `
  globalThis.seenEvents = [];
  new PerformanceObserver((list) => list.getEntries().forEach(({ interactionId, duration }) => {
    if (interactionId > 0) globalThis.seenEvents.push(duration);
  })).observe({ type: 'event', durationThreshold: 16, buffered: true });
`;

export type InteractionInput = Omit<VisitInput, 'url'> & { readonly interaction: Interaction };

/** Milliseconds to the next paint; what is under 16 the browser does not tell, and counts as 16. */
export async function measureInteraction(browser: Browser, input: InteractionInput): Promise<number> {
  await using opened = await openSignedIn(browser, input);
  const { page } = opened;
  const { path, act, effect } = input.interaction;
  await page.addInitScript(COLLECT);
  await page.goto(`${input.origin}${path}`, { waitUntil: 'networkidle' });
  // The head of a page is there before the shell that answers keys.
  await page.getByRole('button', { name: /your account/i }).waitFor();
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
  await page.evaluate('globalThis.seenEvents.splice(0)');
  await act(page);
  await page.locator(effect).first().waitFor();
  const seen = await page.evaluate<readonly number[]>(
    'new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(globalThis.seenEvents), 100)))',
  );
  return Math.max(16, ...seen);
}
