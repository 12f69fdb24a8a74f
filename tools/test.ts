// Runs every test of the repository in one process and says in one line each what this machine could not run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { makeRunFolder } from './lib/run-folder.ts';

const PATTERNS = [
  'protocol/**/*.test.ts',
  'controls/**/*.test.ts',
  'server/**/*.test.ts',
  'tools/**/*.test.ts',
  'console/src/**/*.test.ts',
  'bench/lib/*.test.ts',
];
/** The database that tests share ends when their process has, and takes its folder along. */
const LEAVING_MS_MAX = 20_000;

const chosen = process.argv.slice(2);
const missing: readonly (readonly [boolean, string])[] = [
  [
    existsSync('/usr/bin/python3') || existsSync('/usr/local/bin/python3'),
    'not run here: comparisons with Python (no python3)',
  ],
  [existsSync('/usr/bin/oathtool'), 'not run here: one-time passwords beside those of oathtool (no /usr/bin/oathtool)'],
  [existsSync('/usr/bin/chromium'), 'not run here: the console and passkeys in a real browser (no /usr/bin/chromium)'],
  [process.geteuid?.() === 0, 'not run here: tests of file owners that only root can set up (not root)'],
];
for (const [isThere, what] of missing) if (!isThere) process.stdout.write(`${what}\n`);

using folder = makeRunFolder();
const child = spawn(
  process.execPath,
  [
    '--test',
    '--test-isolation=none',
    '--test-force-exit',
    '--test-timeout=180000',
    '--test-reporter=spec',
    ...(chosen.length > 0 ? chosen : PATTERNS),
  ],
  { stdio: 'inherit', env: { ...process.env, TMPDIR: folder.path } },
);
// This process stays until the tests have ended, to remove their folder.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
const [code] = await once(child, 'exit');
process.exitCode = typeof code === 'number' ? code : 1;

// Tests that were ended from outside could not clean up.
const left = code === null ? [] : await folder.findLeft(LEAVING_MS_MAX);
if (left.length > 0) {
  process.stderr.write(`\n✖ the run left these behind in its temporary folder: ${left.join(', ')}\n`);
  process.exitCode = 1;
}
