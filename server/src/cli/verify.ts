// `holdfast verify`: has every promise checked, by the running instance over its admin socket, or from outside by its URL.
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@holdfast/controls/report.ts';
import { renderHtml } from '@holdfast/controls/render/html.ts';
import { renderJunit } from '@holdfast/controls/render/junit.ts';
import { renderTerminal } from '@holdfast/controls/render/terminal.ts';
import { findDrift } from '@holdfast/controls/drift.ts';
import { controls } from '../controls.ts';
import { type Command, EXIT, type Flags, type Invocation } from './command.ts';
import { NotRunning } from './admin-client.ts';
import { loadSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { type Asked, verifyFromInside } from './verify-inside.ts';
import { verifyFromOutside } from './verify-outside.ts';

const WATCH_PAUSE_MS = 60_000;

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Check every promise on the running system, with evidence',
  details:
    'Without --url the instance that runs on the data directory is checked from inside and outside at once, and the report is signed by it. With --url whatever answers there is checked from outside alone; what that cannot show is reported as unknown, and the report is not signed.',
  flags: {
    url: { type: 'string', value: 'URL', describe: 'Check from outside what answers at this address' },
    only: { type: 'string', value: 'IDS', describe: 'Only these controls, with commas between: TR2,TN3' },
    html: { type: 'string', value: 'FILE', describe: 'Write the report as one page that needs nothing else' },
    junit: { type: 'string', value: 'FILE', describe: 'Write the report for build servers' },
    signed: { type: 'string', value: 'FILE', describe: 'Write the signed report, for `holdfast verify-report`' },
    watch: { type: 'boolean', describe: 'Check again every minute and show what changes, until interrupted' },
  },
  examples: [
    'holdfast verify',
    'holdfast verify --only TR2,TR4 --html report.html',
    'holdfast verify --signed report.intoto.jsonl',
    'holdfast verify --url https://holdfast.example.org',
  ],
  exits: {
    [EXIT.done]: 'everything that applies passed',
    [EXIT.failed]: 'something failed or could not be decided',
    [EXIT.usage]: 'called wrongly',
    [EXIT.unavailable]: 'no server runs on this data directory, or none answers',
  },
  run: async (invocation) => {
    const { flags, terminal } = invocation;
    const fault = faultOf(flags);
    if (fault !== undefined) {
      terminal.error(`${fault}\nSee \`holdfast verify --help\`.`);
      return EXIT.usage;
    }
    try {
      const ask = await askerOf(invocation);
      const { report, signed } = await ask(true);
      await writeReports(flags, report, signed);
      terminal.line(`\n${renderTerminal(report, terminal)}`);
      terminal.result(report);
      if (typeof flags['signed'] === 'string' && signed === undefined) {
        terminal.error('The report is not signed, and nothing was written: the log could not take its hash.');
        return EXIT.failed;
      }
      if (flags['watch'] === true) return await watch(ask, report, terminal);
      return isProven(report) ? EXIT.done : EXIT.failed;
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error;
      terminal.error(error.message);
      return EXIT.unavailable;
    }
  },
};

type Ask = (showsProgress: boolean) => Promise<Asked>;

async function askerOf(invocation: Invocation): Promise<Ask> {
  const { flags, terminal } = invocation;
  const only = typeof flags['only'] === 'string' ? idsOf(flags['only']) : undefined;
  if (typeof flags['url'] === 'string') {
    const { origin } = new URL(flags['url']);
    return (showsProgress) => verifyFromOutside({ origin, only, terminal, showsProgress });
  }
  const { config } = await loadSettings(invocation);
  return (showsProgress) => verifyFromInside({ dataDirectory: config.dataDirectory, only, terminal, showsProgress });
}

function idsOf(text: string): readonly string[] {
  return text.split(',').map((id) => id.trim().toUpperCase());
}

function faultOf(flags: Flags): string | undefined {
  const { url, only } = flags;
  const unknown = typeof only === 'string' ? idsOf(only).filter((id) => !controls.some((one) => one.id === id)) : [];
  if (unknown.length > 0) return `There is no control ${unknown.join(', ')}; docs/reference/controls.md lists them.`;
  if (typeof url === 'string' && !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    return `${url} is no address of a web server.`;
  if (url !== undefined && flags['signed'] !== undefined)
    return 'A report from outside has no key to be signed with; leave --signed or --url.';
  return undefined;
}

async function writeReports(flags: Flags, report: Report, signed: string | undefined): Promise<void> {
  const write = (flag: string, text: () => string): Promise<void> | undefined => {
    const path = flags[flag];
    return typeof path === 'string' ? writeFile(path, text()) : undefined;
  };
  await write('html', () => renderHtml(report));
  await write('junit', () => renderJunit(report));
  if (signed !== undefined) await write('signed', () => signed);
}

/** Everything that applies passed, and something did. */
function isProven({ controls }: Report): boolean {
  const applicable = controls.filter(({ verdict }) => verdict !== 'not_applicable');
  return applicable.length > 0 && applicable.every(({ verdict }) => verdict === 'pass');
}

async function watch(ask: Ask, first: Report, terminal: Terminal): Promise<never> {
  for (let before = first; ;) {
    await sleep(WATCH_PAUSE_MS);
    const { report } = await ask(false);
    const drift = findDrift(before, report);
    for (const each of drift) {
      const what = each.kind === 'verdict_changed' ? `${each.from} → ${each.to}` : each.kind.replaceAll('_', ' ');
      terminal.line(`${report.at}  ${each.control}  ${what}`);
      terminal.result({ at: report.at, ...each });
    }
    before = report;
  }
}
