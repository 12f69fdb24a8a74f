// Runs every test of the repository in one process and says in one line each what this machine could not run.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const PATTERNS = ['protocol/**/*.test.ts', 'controls/**/*.test.ts', 'server/**/*.test.ts', 'tools/**/*.test.ts'];

const chosen = process.argv.slice(2);
const missing: readonly (readonly [boolean, string])[] = [
  [
    existsSync('/usr/bin/python3') || existsSync('/usr/local/bin/python3'),
    'not run here: comparisons with Python (no python3)',
  ],
  [process.geteuid?.() === 0, 'not run here: tests of file owners that only root can set up (not root)'],
];
for (const [isThere, what] of missing) if (!isThere) process.stdout.write(`${what}\n`);

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
  { stdio: 'inherit' },
);
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
