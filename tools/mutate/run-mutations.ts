// Makes one mutation after the other in a copy of the tree and demands that the named test, and not just any, notices.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from '../lib/run-command.ts';
import { findStale, type Mutation, targetOf } from './mutation.ts';

export type Progress = (mutation: Mutation, fault: string | undefined) => void;

/** Every mutation that no named test found, in words. Files of the copy at `root` are as before afterwards. */
export function runMutations(root: string, mutations: readonly Mutation[], onDone: Progress): readonly string[] {
  const stale = findStale(mutations, (path) => readIfThere(join(root, path)));
  if (stale.length > 0) return stale;
  const broken = findBrokenTests(root, mutations);
  if (broken.length > 0) return broken;
  return mutations.flatMap((mutation) => {
    const fault = judge(root, mutation);
    onDone(mutation, fault);
    return fault === undefined ? [] : [fault];
  });
}

/** A test that fails anyway, or is not there, proves nothing by failing. */
function findBrokenTests(root: string, mutations: readonly Mutation[]): readonly string[] {
  const targets = Map.groupBy(mutations.map(targetOf), ({ testFile }) => testFile);
  return [...targets].flatMap(([testFile, group]) => {
    const names = [...new Set(group.map(({ testName }) => testName))];
    const results = runTests(root, testFile, names);
    return names.flatMap((name) => {
      const own = results.filter((result) => result.name.includes(name));
      if (own.length === 0) return [`${testFile} has no test named ${name}`];
      return own.every(({ isOk }) => isOk) ? [] : [`${testFile}: ${name} fails without any mutation`];
    });
  });
}

function judge(root: string, mutation: Mutation): string | undefined {
  const { testFile, testName } = targetOf(mutation);
  const path = join(root, mutation.file);
  const original = readFileSync(path, 'utf8');
  // Functions as replacements, so that no $ in a text means anything.
  writeFileSync(
    path,
    original.replace(mutation.find, () => mutation.replace),
  );
  try {
    const own = runTests(root, testFile, [testName]).filter(({ name }) => name.includes(testName));
    if (own.length === 0) return `${mutation.name}: ${testFile} did not even get to ${testName}`;
    return own.some(({ isOk }) => !isOk) ? undefined : `${mutation.name}: ${testName} stays green`;
  } finally {
    writeFileSync(path, original);
  }
}

const TEST_MS_MAX = '60000';

type Result = { readonly name: string; readonly isOk: boolean };

function runTests(root: string, testFile: string, names: readonly string[]): readonly Result[] {
  const patterns = names.map((name) => `--test-name-pattern=${RegExp.escape(name)}`);
  const args = [
    '--test',
    '--test-isolation=none',
    '--test-force-exit',
    // A sabotage that makes a test hang is found too.
    `--test-timeout=${TEST_MS_MAX}`,
    '--test-reporter=tap',
    ...patterns,
    testFile,
  ];
  // Inside a test run this would be taken for a part of it.
  const { stdout } = runNode(args, { cwd: root, env: { NODE_TEST_CONTEXT: '' } });
  return [...stdout.matchAll(/^ *(not ok|ok) \d+ - (.*)$/gm)].map(([, verdict, name = '']) => ({
    name: name.replaceAll(/\\([#\\])/g, '$1'),
    isOk: verdict === 'ok',
  }));
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
