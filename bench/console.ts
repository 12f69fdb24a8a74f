// What a browser takes to show the console and to answer a hand: paints, blocking, shifts, interactions and bytes, on cold and warm caches.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { readChunks } from './lib/console-files.ts';
import { type Interaction, INTERACTIONS, measureInteraction } from './lib/console-interactions.ts';
import { measureVisit, type Visit } from './lib/console-visit.ts';
import { makeDataDirectory } from './lib/data-directory.ts';
import { OWNER, RATES, setUpOrganization, startServer, waitForFirstLook } from './lib/holdfast.ts';
import { printMachine } from './lib/machine.ts';
import { median, ms, ratio, whole } from './lib/numbers.ts';
import { PASSES, readOptions } from './lib/options.ts';
import { startPlainPage } from './lib/plain-page.ts';
import { print, printTable } from './lib/table.ts';

const CHROMIUM = '/usr/bin/chromium';
/** As a machine of today, and as a telephone that is four times slower. */
const SLOWDOWNS = [1, 4] as const;
const PAGES = ['/', '/usage', '/keys', '/controls', '/account'] as const;

const values = readOptions({
  name: 'console',
  measures: [
    'What a real browser takes to show pages of the console: first and largest paint, blocking, layout shift, with an empty and a',
    'full cache, and with a processor that is four times slower; how long typical interactions take to be seen; and how many bytes',
    'of script they load. Beside them an empty page of node:http, opened by the same browser in turn.',
  ],
  needs: [`a Chromium at ${CHROMIUM}`, 'the console, as npm run build made it', 'two minutes'],
  options: {
    passes: PASSES,
    quick: { kind: 'flag', is: 'the server is not waited for: it looks at its controls meanwhile' },
  },
});

if (existsSync(CHROMIUM)) await run();
else print(`Nothing is measured: no ${CHROMIUM}`);

async function run(): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const plain = opened.use(await startPlainPage());
  const data = opened.use(await makeDataDirectory());
  const { child, port, setupLink } = await startServer({ data, core: undefined, env: RATES });
  opened.use(child);
  await setUpOrganization(port, setupLink ?? '');
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: process.geteuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  opened.defer(() => browser.close());
  if (!values.quick) await waitForFirstLook();
  const origin = `http://localhost:${port}`;
  printMachine('Console', [
    `Chromium ${browser.version()}, headless, 1440 by 900; the server on the same machine: no network, and no time of one`,
    'a visit is a load of the address by somebody who is signed in; cold: nothing is cached; warm: the files are',
    `yardstick: an HTML page of one sentence, served by node:http, opened in turn; ${values.passes} passes, medians`,
    'blocking: what tasks of the main thread take beyond 50 ms each, added up over the load',
  ]);
  await printVisits(browser, origin, plain.url);
  await printInteractions(browser, origin);
  printBytes();
}

async function printVisits(browser: Browser, origin: string, plainUrl: string): Promise<void> {
  print('## Visits\n');
  const rows: string[][] = [];
  for (const slowdown of SLOWDOWNS) {
    const visits = new Map<string, { readonly cold: Visit[]; readonly warm: Visit[] }>();
    for (let pass = 0; pass < values.passes; pass += 1) {
      for (const url of [plainUrl, ...PAGES.map((path) => `${origin}${path}`)]) {
        const { cold, warm } = await measureVisit(browser, { url, origin, slowdown, person: OWNER });
        const seen = visits.get(url) ?? { cold: [], warm: [] };
        visits.set(url, { cold: [...seen.cold, cold], warm: [...seen.warm, warm] });
      }
    }
    const yardstick = visits.get(plainUrl) ?? { cold: [], warm: [] };
    for (const [url, seen] of visits) {
      for (const cache of ['cold', 'warm'] as const)
        rows.push([
          `${slowdown}×`,
          url === plainUrl ? 'empty page' : new URL(url).pathname,
          cache,
          ...cellsOf(seen[cache], yardstick[cache]),
        ]);
    }
  }
  printTable(
    [
      { title: 'slowed' },
      { title: 'page', left: true },
      { title: 'cache', left: true },
      { title: 'first paint ms' },
      { title: 'largest ms' },
      { title: 'of the empty page' },
      { title: 'blocking ms' },
      { title: 'longest task ms' },
      { title: 'layout shift' },
    ],
    rows,
  );
}

function cellsOf(visits: readonly Visit[], yardstick: readonly Visit[]): readonly string[] {
  const of = (pick: (visit: Visit) => number, among = visits): number => median(among.map(pick));
  return [
    ms(of(({ firstPaintMs }) => firstPaintMs)),
    ms(of(({ largestPaintMs }) => largestPaintMs)),
    ratio(
      of(({ largestPaintMs }) => largestPaintMs),
      of(({ largestPaintMs }) => largestPaintMs, yardstick),
    ),
    ms(of(({ blockingMs }) => blockingMs)),
    ms(of(({ longestTaskMs }) => longestTaskMs)),
    Math.max(...visits.map(({ shift }) => shift)).toFixed(4),
  ];
}

async function printInteractions(browser: Browser, origin: string): Promise<void> {
  print('## Interactions\n');
  print(
    'From the key or the press to the next paint that has its effect (the `event` entries of the browser, in steps of 8 ms).\n',
  );
  const rows: string[][] = [];
  for (const interaction of INTERACTIONS) {
    const cells: string[] = [];
    for (const slowdown of SLOWDOWNS) {
      const tookMs: number[] = [];
      for (let pass = 0; pass < values.passes; pass += 1)
        tookMs.push(await once(browser, origin, interaction, slowdown));
      cells.push(ms(median(tookMs)));
    }
    rows.push([interaction.name, ...cells]);
  }
  printTable(
    [{ title: 'interaction', left: true }, ...SLOWDOWNS.map((slowdown) => ({ title: `${slowdown}× ms` }))],
    rows,
  );
}

function once(browser: Browser, origin: string, interaction: Interaction, slowdown: number): Promise<number> {
  return measureInteraction(browser, { origin, slowdown, person: OWNER, interaction });
}

function printBytes(): void {
  print('## Script\n');
  const { first, further } = readChunks();
  printTable(
    [{ title: 'file', left: true }, { title: 'bytes, gzip' }],
    [
      ['a first visit, all files', whole(first.reduce((sum, { bytes }) => sum + bytes, 0))],
      ...further.map(({ name, bytes }) => [name, whole(bytes)]),
    ],
  );
}
