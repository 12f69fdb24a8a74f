// Usage in a real browser: charts that everybody can read, numbers that agree with the table beside them, and every period.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { callModels, connectUpstream, makeKey } from '../system/lib/installation.ts';
import { until } from '../system/lib/until.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('usage in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;
  let cookie: string;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    cookie = await stage.found();
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const loaded = () =>
    until(async () => (await page.locator('[aria-busy=true]').count()) === 0, 'everything is loaded');
  const days = () => page.getByRole('table', { name: 'Usage by day' });
  const bars = (chart: string) => page.getByRole('group', { name: chart }).getByRole('img');

  async function assertAccessibleInBoth(): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page);
    }
  }

  async function choose(label: string): Promise<void> {
    await page.getByText(label, { exact: true }).click();
    await loaded();
  }

  test('before the first call the page says what will be there, and leads on', async () => {
    await page.goto(stage.urlOf('/usage'));
    await page.getByText('No call in these 30 days').waitFor();
    await assertAccessibleInBoth();
    await photograph(page, 'usage-empty');
    await choose('7 days');
    await page.getByText('No call in these 7 days').waitFor();
    await page.getByRole('link', { name: 'Make a key' }).click();
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('every day has a bar and a line with the same numbers, also days without a call', async () => {
    await connectUpstream(stage.caller, cookie, stage.upstream.port);
    await callModels(stage.caller, (await makeKey(stage.caller, cookie)).key);
    await spreadCalls(stage);
    await page.goto(stage.urlOf('/usage'));
    await loaded();
    await days().waitFor();
    assert.equal(await bars('Calls a day').count(), 30);
    assert.equal(await bars('Tokens a day').count(), 30);
    const spoken = (await labelsOf(bars('Calls a day'))).toReversed();
    const rows = await days().getByRole('row').allInnerTexts();
    const told = rows.slice(1).map((row) => {
      const [day, calls, failures] = row.split('\t').map((cell) => cell.trim());
      return `${day}: ${calls} ${calls === '1' ? 'call' : 'calls'}, ${failures} failed`;
    });
    assert.deepEqual(spoken, told);
    assert.ok(told.some((text) => text.endsWith(': 0 calls, 0 failed')));
    assert.ok(
      told.some((text) => /: 40 calls, [1-9]\d* failed/.test(text)),
      told.join('; '),
    );
    await assertAccessibleInBoth();
    await photograph(page, 'usage');
    stage.visitor.assertQuiet();
  });

  test('the keyboard comes to a chart once, and arrows lead from day to day', async () => {
    await page.goto(stage.urlOf('/usage'));
    await loaded();
    const marks = bars('Calls a day');
    await marks.last().focus();
    const focused = () => page.evaluate<string>("document.activeElement?.getAttribute('aria-label') ?? ''");
    const all = await labelsOf(marks);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(), all.at(-2));
    await page.keyboard.press('Home');
    assert.equal(await focused(), all[0]);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(), all[0]);
    assert.equal(await marks.and(page.locator('[tabindex="0"]')).count(), 1);
    await page.keyboard.press('Tab');
    assert.match(await focused(), /tokens in/);
    const about = await page.getByRole('group', { name: 'Calls a day' }).getAttribute('aria-describedby');
    const summary = (await page.locator(`[id="${about ?? ''}"]`).textContent()) ?? '';
    assert.match(summary, /calls on 30 days, of which \d+ failed\. Most on .+: 40\./);
  });

  test('a period is seven, thirty or ninety whole days', async () => {
    await page.goto(stage.urlOf('/usage'));
    for (const count of [7, 90]) {
      const asking = page.waitForRequest((request) => request.url().includes('groupBy=day'));
      await choose(`${String(count)} days`);
      assert.match(new URL((await asking).url()).searchParams.get('from') ?? '', /T00:00:00\.000Z$/);
      await until(async () => (await bars('Calls a day').count()) === count, `${String(count)} days are shown`);
      assert.equal(await days().getByRole('row').count(), count + 1);
    }
    await photograph(page, 'usage-90-days');
    stage.visitor.assertQuiet();
  });

  test('sums say names in place of ids, and leave as CSV with both', async () => {
    await page.goto(stage.urlOf('/usage'));
    for (const [label, name] of [
      ['Provider', 'upstream'],
      ['Key', 'test'],
      ['Person', 'Olga Owner'],
    ] as const) {
      await page.getByRole('radiogroup', { name: 'Sum by' }).getByText(label, { exact: true }).click();
      await page
        .getByRole('table', { name: `Usage by ${label.toLowerCase()}` })
        .getByText(name, { exact: true })
        .waitFor();
    }
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV of the sums' }).click();
    const file = await saving;
    assert.equal(file.suggestedFilename(), 'usage-by-person.csv');
    assert.match(await readFile(await file.path(), 'utf8'), /^Name,Group,Calls.*\r\nOlga Owner,usr_\w{26},\d+/);
    stage.visitor.assertQuiet();
  });

  test('charts fit a screen of 360 pixels, and their words do not run into each other', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(stage.urlOf('/usage'));
    await loaded();
    await choose('90 days');
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 360);
    const words = await placesOf(page.locator('.chart-bar .chart-word'));
    assert.ok(words.length >= 4, 'each chart has words');
    for (const [at, word] of words.entries()) {
      assert.ok(word.right <= 360, 'a word leaves the screen');
      const next = words[at + 1];
      assert.ok(next === undefined || next.top !== word.top || next.left > word.right, 'two words run into each other');
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });
});

/** What these tests ask of an element; the server's types know no browser. */
type Mark = {
  readonly ariaLabel: string | null;
  readonly getBoundingClientRect: () => { readonly left: number; readonly right: number; readonly top: number };
};

function labelsOf(marks: Locator): Promise<readonly string[]> {
  return marks.evaluateAll((found) => (found as unknown as readonly Mark[]).map(({ ariaLabel }) => ariaLabel ?? ''));
}

function placesOf(marks: Locator) {
  return marks.evaluateAll((found) =>
    (found as unknown as readonly Mark[]).map((mark) => {
      const { left, right, top } = mark.getBoundingClientRect();
      return { left, right, top };
    }),
  );
}

/** More calls of the same kind on days before, as if the organization had worked for a while. */
async function spreadCalls({ query }: Stage): Promise<void> {
  await query(
    `insert into model_call (org_id, id, owner_user_id, key_id, provider_id, model, endpoint, request_id, state, status,
       input_tokens, output_tokens, started_at)
     select c.org_id, gen_random_uuid(), c.owner_user_id, c.key_id, c.provider_id, 'model-' || (n % 3), c.endpoint, 'r',
            case when n % 9 = 0 then 'upstream_failed' else 'finished' end, 200, 900 + 37 * n, 120 + 11 * n,
            date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - make_interval(days => d)
       from (select * from model_call limit 1) c, generate_series(1, 80) d, generate_series(1, 40) n
      where n <= (d * 17) % 41 and d % 7 <> 3`,
  );
}
