// `holdfast verify-report`: believes a signed report only when the key is right and its evidence comes to its verdicts again.
import { readFile } from 'node:fs/promises';
import { rejudge } from '@holdfast/controls/rejudge.ts';
import { renderTerminal } from '@holdfast/controls/render/terminal.ts';
import { verifyReport } from '@holdfast/controls/sign.ts';
import { controls } from '../controls.ts';
import { readReportKey, type ReportKey } from '../start/report-key.ts';
import { callAdmin, NotRunning } from './admin-client.ts';
import { type Command, EXIT, type Invocation } from './command.ts';
import { loadSettings } from './settings.ts';

export const verifyReportCommand: Command = {
  name: 'verify-report',
  summary: 'Check the signature of a stored report and judge its evidence again, offline',
  details:
    'The key is the one that `holdfast verify` shows and GET /api/v1/controls tells; hand it over with --key, or have it asked of the instance that runs on the data directory. The report must be by a release with the same controls.',
  positional: { name: 'FILE', describe: 'What `holdfast verify --signed FILE` wrote' },
  flags: { key: { type: 'string', value: 'KEY', describe: 'The public key of the instance, in base64' } },
  examples: ['holdfast verify-report report.intoto.jsonl --key 4Jq0…='],
  exits: {
    [EXIT.done]: 'genuine, and right',
    [EXIT.failed]: 'not by this key, changed, or not what its evidence comes to',
    [EXIT.usage]: 'called wrongly',
    [EXIT.unavailable]: 'no key was given, and no server runs on this data directory',
  },
  run: async (invocation) => {
    const { terminal, positionals } = invocation;
    const [path] = positionals;
    if (path === undefined) {
      terminal.error('Which report? See `holdfast verify-report --help`.');
      return EXIT.usage;
    }
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) {
      terminal.error(`${path} cannot be read.`);
      return EXIT.usage;
    }
    try {
      const key = await keyFor(invocation);
      if (key !== undefined) return await judge(text, key, invocation);
      terminal.error('The key is not a public key in base64.');
      return EXIT.usage;
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error;
      terminal.error(`${error.message}\nOr hand the key over with --key.`);
      return EXIT.unavailable;
    }
  },
};

async function keyFor(invocation: Invocation): Promise<ReportKey | undefined> {
  const given = invocation.flags['key'];
  if (typeof given === 'string') return readReportKey(given);
  const { config } = await loadSettings(invocation);
  const { body } = await callAdmin(config.dataDirectory, 'GET', '/api/v1/controls/key');
  const { key } = (body ?? {}) as { readonly key?: string };
  return key === undefined ? undefined : readReportKey(key);
}

async function judge(text: string, key: ReportKey, { terminal }: Invocation): Promise<number> {
  const opened = await verifyReport(text, [key]);
  if (!opened.ok) {
    terminal.error(`The report is not to be believed: ${opened.reason}.`);
    terminal.result({ ok: false, reason: opened.reason });
    return EXIT.failed;
  }
  const { report } = opened;
  const differences = rejudge(report, controls);
  terminal.line(renderTerminal(report, terminal));
  for (const { where, what, reported, rejudged } of differences)
    terminal.line(`  ${terminal.paint('✗', 'red')} ${where} ${what}: reported ${reported}, judged again ${rejudged}`);
  const isRight = differences.length === 0;
  const words = isRight
    ? `Signed by ${key.keyId.slice(0, 16)}…; judged again from its evidence, everything comes out the same.`
    : 'The signature is right, but the evidence does not come to what the report says.';
  terminal.line(`  ${terminal.paint(isRight ? '✓' : '✗', isRight ? 'green' : 'red')} ${words}`);
  terminal.result({
    ok: isRight,
    keyId: key.keyId,
    grade: report.grade,
    score: report.score,
    at: report.at,
    differences,
  });
  return isRight ? EXIT.done : EXIT.failed;
}
