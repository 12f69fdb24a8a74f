// Documents lead somewhere: their links resolve, and the settings, commands, scripts and files they name exist.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { listKeys } from '#config.ts';
import { listFiles } from '../../../tools/lib/list-files.ts';
import { readJsonObject, stringsAt } from '../../../tools/lib/read-json.ts';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { commands } from '../../src/cli/commands.ts';
import { type Markdown, parseMarkdown, readDocuments } from './markdown.ts';
import { missingFiles, unknownCommands, unknownScripts, unknownSettings } from './named-things.ts';

const documents = readDocuments(repositoryRoot);

/** Faults of every document, each with its document in front. */
function faultsOf(list: readonly Markdown[], find: (document: Markdown) => readonly string[]): readonly string[] {
  return list.flatMap((document) => find(document).map((fault) => `${document.path}: ${fault}`));
}

function deadLinks(document: Markdown, all: readonly Markdown[]): readonly string[] {
  return document.links.filter((link) => {
    if (/^(?:https?|mailto):/.test(link)) return false;
    const [target = '', anchor] = link.split('#');
    const path = target === '' ? document.path : posix.join(posix.dirname(document.path), target);
    if (!existsSync(join(repositoryRoot, path))) return true;
    const other = all.find((one) => one.path === path) ?? document;
    return anchor !== undefined && !other.anchors.has(anchor);
  });
}

/** What the configuration reads, and what tests and tools read of the environment beside it. */
function knownSettings(): ReadonlySet<string> {
  const keys = listKeys().flatMap(({ key, secret }) => (secret === true ? [key, `${key}_FILE`] : [key]));
  const sources = ['server/test', 'tools', 'bench'].flatMap((folder) =>
    listFiles(repositoryRoot, folder, (path) => path.endsWith('.ts') && !path.startsWith('server/test/docs/')),
  );
  const read = sources.flatMap((path) =>
    [...readFileSync(join(repositoryRoot, path), 'utf8').matchAll(/process\.env\['(HOLDFAST_[A-Z_]+)'\]/g)].map(
      (match) => match[1] ?? '',
    ),
  );
  return new Set([...keys, ...read]);
}

const scripts = new Set(Object.keys(stringsAt(readJsonObject(join(repositoryRoot, 'package.json')), 'scripts')));

test('the documents were found', () => {
  for (const path of ['README.md', 'SECURITY.md', 'docs/threat-model.md', 'docs/guides/api-basics.md']) {
    assert.ok(
      documents.some((document) => document.path === path),
      `${path} was not read`,
    );
  }
});

test('every relative link in a document leads to a file of the repository, and to a heading that is there', () => {
  assert.deepEqual(
    faultsOf(documents, (document) => deadLinks(document, documents)),
    [],
  );
});

test('every setting that a document names is read by the code', () => {
  const known = knownSettings();
  assert.deepEqual(
    faultsOf(documents, (document) => unknownSettings(document, known)),
    [],
  );
});

test('every command and flag that a document names exists', () => {
  assert.deepEqual(
    faultsOf(documents, (document) => unknownCommands(document, commands)),
    [],
  );
});

test('every npm script that a document names exists', () => {
  assert.deepEqual(
    faultsOf(documents, (document) => unknownScripts(document, scripts)),
    [],
  );
});

test('every file that a document names exists', () => {
  assert.deepEqual(
    faultsOf(documents, (document) => missingFiles(document, repositoryRoot)),
    [],
  );
});

test('what leads nowhere is found, and what leads somewhere is not', () => {
  const text = [
    '# A heading',
    '[gone](nowhere.md) [wrong](#no-heading) [right](#a-heading) [out](https://example.org) `[not a link](x.md)`',
    '`HOLDFAST_PORT`, `HOLDFAST_PROT`, `HOLDFAST_RATE_…_PER_MINUTE`, `HOLDFAST_RATES_…`, HOLDFAST_TEST_POSTGRES',
    '`npx holdfast stop` `holdfast keys backup --to x` `holdfast setup --password x` `npm run nothing` `npm test`',
    '`server/src/main.ts` `kernel/pipeline.ts` `kernel/nothing.ts` `server/src/modules/reading-lists/model.ts`',
    '```sh',
    'node_modules/.bin/holdfast start --fast \\',
    '  --faster',
    '```',
  ].join('\n');
  const document = parseMarkdown('README.md', text);
  assert.deepEqual(deadLinks(document, [document]), ['nowhere.md', '#no-heading']);
  assert.deepEqual(unknownSettings(document, knownSettings()), ['HOLDFAST_PROT', 'HOLDFAST_RATES']);
  assert.deepEqual(unknownCommands(document, commands), [
    'holdfast stop',
    'holdfast setup --password',
    'holdfast start --fast',
    'holdfast start --faster',
  ]);
  assert.deepEqual(unknownScripts(document, scripts), ['npm run nothing']);
  assert.deepEqual(missingFiles(document, repositoryRoot), ['kernel/nothing.ts']);
});
