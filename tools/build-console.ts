// Builds the console into console/dist, packs its files for browsers, and says how much a first visit loads.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { repositoryRoot } from './lib/repository.ts';

const ROOT = join(repositoryRoot, 'console');
/** Bytes of script after gzip: of the first visit, and of what any page loads beyond it. */
const FIRST_BYTES_MAX = 200_000;
const CHUNK_BYTES_MAX = 80_000;

/** As a step of an installation it stops nothing: without pages the server is worked with over its API and in the terminal. */
const isOfInstallation = process.argv.includes('--prepare');

try {
  const vite = await import('vite');
  await vite.build({ root: ROOT, logLevel: 'warn' });
} catch (error) {
  // Without development packages, or on a platform that the builder does not know.
  if (!isOfInstallation) throw error;
  const reason = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'unknown';
  process.stdout.write(`console: not built (${reason}); \`npm run build\` tries again\n`);
  process.exit(0);
}
const folder = join(ROOT, 'dist', 'assets');
const sizes = new Map<string, number>();
for (const name of readdirSync(folder)) {
  const bytes = readFileSync(join(folder, name));
  sizes.set(name, gzipSync(bytes).length);
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
  if (packed.length < bytes.length) writeFileSync(join(folder, `${name}.br`), packed);
}

const document = readFileSync(join(ROOT, 'dist', 'index.html'), 'utf8');
const scripts = [...sizes].filter(([name]) => name.endsWith('.js'));
const first = scripts.filter(([name]) => document.includes(`/assets/${name}`));
const firstBytes = first.reduce((sum, [, size]) => sum + size, 0);
const largest = Math.max(0, ...scripts.filter(([name]) => !document.includes(name)).map(([, size]) => size));
const kilo = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;
process.stdout.write(
  `console: ${kilo(firstBytes)} of script in a first visit (at most ${kilo(FIRST_BYTES_MAX)}), ${kilo(largest)} in the largest of ${String(scripts.length - first.length)} further files (at most ${kilo(CHUNK_BYTES_MAX)}), gzip\n`,
);
if (firstBytes > FIRST_BYTES_MAX || largest > CHUNK_BYTES_MAX) {
  process.stderr.write('console: more than a visit may load\n');
  process.exitCode = 1;
}
