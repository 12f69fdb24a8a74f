// That a page is usable as it stands: by rules of accessibility in both color schemes, and on a narrow screen.
import type { Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';
import { assertAccessible, photograph } from './visitor.ts';

const USUAL = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };

/** Fails unless the page, narrowed to a small telephone, comes to fit; what floats (a tooltip, a menu) follows some frames later. */
export async function assertFits(page: Page, name: string): Promise<void> {
  await page.setViewportSize(NARROW);
  const wide = () => page.evaluate<number>('document.documentElement.scrollWidth');
  await until(async () => (await wide()) <= NARROW.width, `${name} fits a screen of ${String(NARROW.width)} pixels`);
  await page.setViewportSize(USUAL);
}

/** Fails unless the page is accessible in both color schemes and fits a narrow screen; keeps a picture when asked to. */
export async function assertUsable(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page);
  }
  await assertFits(page, name);
  await photograph(page, name);
}
