// Why a button is disabled, as it is shown beside the one that has the focus.
import type { Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';

/** Waits until one reason like that is shown: the button before says the same until its words have faded. */
export async function seeReason(page: Page, why: RegExp): Promise<void> {
  const reasons = page.getByRole('tooltip').getByText(why);
  await until(async () => (await reasons.count()) === 1, `${String(why)} is said of one button`);
}
