// The threat model names tests that exist, and leaves no threat without a mitigation or a reason.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { listFiles } from '../../../tools/lib/list-files.ts';
import { parseTypeScript } from '../../../tools/lib/parse-typescript.ts';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { readDocuments } from './markdown.ts';
import { hasTest } from './test-names.ts';
import { parseThreatModel, type TestLink, type Threat } from './threats.ts';

const PATH = 'docs/threat-model.md';

function readModel() {
  return parseThreatModel(PATH, readFileSync(join(repositoryRoot, PATH), 'utf8'));
}

/** Links whose file is missing, or has no test of the name. */
function deadLinks(threats: readonly Threat[]): readonly string[] {
  const links = threats.flatMap(({ id, tests }) => tests.map((link): TestLink & { id: string } => ({ id, ...link })));
  const paths = [...new Set(links.map(({ path }) => path))].filter((path) => existsSync(join(repositoryRoot, path)));
  const trees = parseTypeScript(new Map(paths.map((path) => [path, readFileSync(join(repositoryRoot, path), 'utf8')])));
  return links.flatMap(({ id, path, name }) => {
    const tree = trees.get(path);
    if (tree === undefined) return [`${id}: there is no ${path}`];
    return hasTest(tree, name, (text) => isWrittenNear(path, text)) ? [] : [`${id}: ${path} has no test "${name}"`];
  });
}

/** Parts of computed names stand in the test's own file, or in one of its folder that it takes them from. */
function isWrittenNear(path: string, text: string): boolean {
  const sources = listFiles(repositoryRoot, dirname(path), (source) => source.endsWith('.ts'));
  return sources.some((source) => readFileSync(join(repositoryRoot, source), 'utf8').includes(text));
}

test('every threat has a unique id, and a mitigation with a test or a reason to accept it', () => {
  const { threats, faults } = readModel();
  assert.ok(threats.length > 20, 'the threat model was not read');
  assert.deepEqual(faults, []);
});

test('every test that a threat links to exists under exactly that name', () => {
  assert.deepEqual(deadLinks(readModel().threats), []);
});

test('every threat that a document mentions is in the threat model', () => {
  const known = new Set(readModel().threats.map(({ id }) => id));
  const mentions = readDocuments(repositoryRoot).flatMap(({ path, text }) =>
    [...text.matchAll(/\bT-\d{3}\b/g)].map(([id]) => ({ path, id })),
  );
  assert.deepEqual(
    mentions.filter(({ id }) => !known.has(id)),
    [],
  );
});

const HEADER = 'Owner: somebody\nReviewed: 2026-11-22\n';
const LINK = '[a.test.ts](../server/a.test.ts) `holds`';
const BAD: Readonly<Record<string, readonly [string, RegExp]>> = {
  'without an owner': ['Reviewed: 2026-11-22\n', /names no owner/],
  'without a date of review': ['Owner: somebody\nReviewed: soon\n', /no date/],
  'with a threat that nothing is done about': [`${HEADER}**T-001 · x.** y\n`, /neither mitigated nor accepted/],
  'with a mitigation that no test holds': [`${HEADER}**T-001 · x.**\n- Mitigation: a b c d\n`, /without a test/],
  'with a test and nothing that it tests': [
    `${HEADER}**T-001 · x.**\n- Accepted: a b c d\n- Test: ${LINK}\n`,
    /test of no mitigation/,
  ],
  'with an acceptance without a reason': [`${HEADER}**T-001 · x.**\n- Accepted: yes\n`, /gives no reason/],
  'with an id twice': [
    `${HEADER}**T-001 · x.**\n- Accepted: a b c d\n**T-001 · y.**\n- Accepted: a b c d\n`,
    /stands twice/,
  ],
  'with a malformed id': [`${HEADER}**T-1 · x.**\n`, /malformed threat/],
  'with a malformed link to a test': [
    `${HEADER}**T-001 · x.**\n- Mitigation: a b c d\n- Test: a.test.ts\n`,
    /malformed test/,
  ],
  'with a mitigation of nothing': [`${HEADER}- Mitigation: a b c d\n`, /before the first threat/],
};

for (const [what, [text, fault]] of Object.entries(BAD)) {
  test(`a threat model ${what} is a fault`, () => {
    assert.match(parseThreatModel(PATH, text).faults.join('\n'), fault);
  });
}

test('a link is dead when its file is missing, and when the name stands there in another form', () => {
  const threat = (path: string, name: string): Threat => ({
    id: 'T-001',
    mitigations: [],
    accepted: [],
    tests: [{ path, name }],
  });
  const here = 'server/test/docs/threat-model.test.ts';
  const dead = [
    threat('server/test/docs/nowhere.test.ts', 'every threat has a unique id'),
    threat(here, 'every threat has a unique id'),
    threat(here, `a threat model ${'-'.repeat(99)} is a fault`),
  ];
  assert.equal(deadLinks(dead).length, dead.length);
  const alive = [
    threat(here, 'every test that a threat links to exists under exactly that name'),
    threat(here, 'a threat model without an owner is a fault'),
  ];
  assert.deepEqual(deadLinks(alive), []);
});
