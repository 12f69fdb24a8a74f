// Scans the files of the product for secrets, and proves in the same breath that the scanner finds what is planted.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { exampleEnvironment } from '../reference.ts';
import { type ScannedAs, scanText } from './scan-secrets.ts';

export type Scan = {
  readonly files: number;
  /** Larger than a text that somebody wrote, or no text. */
  readonly unread: number;
  /** Secrets that were put into a copy of every notation for this scan, and how many of them it saw. */
  readonly planted: number;
  readonly plantedFound: number;
  /** `path:line what`, the first of them. */
  readonly found: readonly string[];
  readonly foundInAll: number;
};

const SHOWN_MAX = 50;
const BYTES_MAX = 2_097_152;
const FILES_AT_ONCE = 16;
const NOT_OURS = new Set(['node_modules', '.git', 'coverage', 'dist']);
/** Hashes of packages, which look like nothing else. */
const NOT_SCANNED = new Set(['package-lock.json']);
/** Tests and measurements hold secrets of their own making, which open nothing. */
const TEST = /\.test\.ts$|\.test-support\.ts$|^(?:[^/]+\/)?test\/|^bench\/|\/fixtures\//;
/** Files that somebody fills in, or that are used as they are: environments, compose, manifests, images, settings. */
const TEMPLATE =
  /(?:^|\/)(?:\.?env(?:\.[^/]*)?|[^/]*\.env|(?:Docker|Container)file[^/]*|[^/]*\.(?:ya?ml|toml|ini|conf|cnf|properties|service))$/i;

/** Every file below `home`, sources and templates apart. `besides`: folders that hold no part of the product. */
export async function scanHome(
  home: string,
  besides: readonly string[],
): Promise<{ readonly sources: Scan; readonly templates: Scan }> {
  const paths = (await listFiles(home, '', new Set(besides))).filter((path) => !TEST.test(path));
  const [templates, sources] = [true, false].map((wanted) => paths.filter((path) => TEMPLATE.test(path) === wanted));
  // What `holdfast` itself writes for people to fill in is a template too.
  const own = scanText(exampleEnvironment(), 'template').map(
    ({ line, what }) => `environment template:${line} ${what}`,
  );
  const ofTemplates = await scanFiles(home, templates ?? [], 'template');
  return {
    sources: { ...(await scanFiles(home, sources ?? [], 'source')), ...plant(SOURCE_NOTATIONS, 'source') },
    templates: {
      ...ofTemplates,
      files: ofTemplates.files + 1,
      found: [...own, ...ofTemplates.found].slice(0, SHOWN_MAX),
      foundInAll: ofTemplates.foundInAll + own.length,
      ...plant(TEMPLATE_NOTATIONS, 'template'),
    },
  };
}

async function listFiles(home: string, folder: string, besides: ReadonlySet<string>): Promise<readonly string[]> {
  const entries = await readdir(join(home, folder), { withFileTypes: true });
  const lists = await Promise.all(
    entries.map(async (entry): Promise<readonly string[]> => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) return NOT_SCANNED.has(entry.name) ? [] : [path];
      const isOurs = entry.isDirectory() && !NOT_OURS.has(entry.name) && !besides.has(join(home, path));
      return isOurs ? listFiles(home, path, besides) : [];
    }),
  );
  return lists.flat().toSorted();
}

async function scanFiles(home: string, paths: readonly string[], as: ScannedAs) {
  const found: string[] = [];
  let [files, unread] = [0, 0];
  for (let at = 0; at < paths.length; at += FILES_AT_ONCE) {
    const batch = paths.slice(at, at + FILES_AT_ONCE);
    const texts = await Promise.all(batch.map((path) => readText(join(home, path))));
    for (const [index, text] of texts.entries()) {
      if (text === undefined) unread += 1;
      else {
        files += 1;
        found.push(...scanText(text, as).map(({ line, what }) => `${batch[index] ?? ''}:${line} ${what}`));
      }
    }
  }
  return { files, unread, found: found.slice(0, SHOWN_MAX), foundInAll: found.length };
}

async function readText(path: string): Promise<string | undefined> {
  if ((await stat(path)).size > BYTES_MAX) return undefined;
  const text = await readFile(path, 'utf8');
  return text.includes('\0') ? undefined : text;
}

type Notation = (secret: string) => string;

const SOURCE_NOTATIONS: readonly Notation[] = [
  (secret) => `const apiKey = '${secret}';`,
  (secret) => `{ "client_secret": "${secret}" }`,
  (secret) => `  readonly password: string = "${secret}"`,
  (secret) => `connect("postgresql://app:${secret}@db.internal/app")`,
  (secret) => `-----BEGIN PRIVATE KEY-----\n${plain(secret)}\n-----END PRIVATE KEY-----`,
  (secret) => `send('sk-${secret}')`,
];
/** As base64 is written in keys. */
function plain(secret: string): string {
  return secret.replaceAll('-', '+').replaceAll('_', '/');
}

const TEMPLATE_NOTATIONS: readonly Notation[] = [
  (secret) => `METRICS_CREDENTIAL=${secret}`,
  (secret) => `#export SESSION_SECRET="${secret}"`,
  (secret) => `      POSTGRES_PASSWORD: ${secret}`,
  (secret) => `      - DATABASE_URL=postgresql://app:${secret}@db/app`,
  (secret) => `ENV ENCRYPTION_KEY ${secret}`,
  (secret) => `    command: ["serve", "--access-token=${secret}"]`,
  (secret) => `HEALTHCHECK CMD probe --password ${secret}`,
  () => 'ADMIN_PASSWORD=${ADMIN_PASSWORD:-changeme}',
];

/** Every notation with a secret made for this scan alone, each among harmless lines. */
function plant(notations: readonly Notation[], as: ScannedAs): Pick<Scan, 'planted' | 'plantedFound'> {
  // A digit at its front, because chance may leave every other one out.
  const secret = `7${reveal(newToken(), 'probe.planted_secret')}`;
  const seen = notations.filter((notation) => scanText(`// harmless\n${notation(secret)}\n`, as).length > 0);
  return { planted: notations.length, plantedFound: seen.length };
}
