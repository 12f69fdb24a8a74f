// EN3: the master key lies in a file that nobody but the server can touch, and that file holds the key the server uses.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileFacts, Host, Keys } from '#verification/instance.ts';
import { loadKeyFile } from '../key-file.ts';
import { eraseSecret } from '../secret.ts';
import { FILE, FOLDER, keyFileFixtures, TTL_SECONDS } from './en3-fixtures.ts';
import { startKeyTwin } from './en3-twins.ts';

type Target = { readonly host?: Host; readonly keys?: Keys };

const PRIVATE = 0o077;
const WRITABLE_BY_OTHERS = 0o022;

export const masterKeyControl = defineControl<Target>({
  id: 'EN3',
  title: 'The master key lies in a file that only the server can touch',
  severity: 'critical',
  waivable: false,
  boot: 'refuse',
  needs: [
    { kind: FILE, vantage: ['host'] },
    { kind: FOLDER, vantage: ['host'] },
  ],
  judge: (evidence) => evidence.flatMap((each) => (each.kind === FILE ? judgeFile(each) : judgeFolder(each))),
  remedy:
    'chmod 600 the key file, chown it to the user that runs the server, and chmod go-w its folder. A key that others may have read is replaced.',
  maps: { asvs: ['13.3.1'], cwe: ['276', '732'], nist80053: ['SC-12', 'SC-28'] },
  probe: probeKeyFile,
  twins: [
    { name: 'a key file that everybody may read', hits: 'mode', start: () => startKeyTwin({ fileMode: 0o644 }) },
    {
      name: 'a folder that others may write to',
      hits: 'folder mode',
      start: () => startKeyTwin({ folderMode: 0o777 }),
    },
    { name: 'a link to the key file', hits: 'kind', start: () => startKeyTwin({ isLinked: true }) },
    {
      name: 'a file with another key than the loaded one',
      hits: 'key id',
      start: () => startKeyTwin({ isExchanged: true }),
    },
  ],
  fixtures: keyFileFixtures,
});

function judgeFile(each: Evidence): ReturnType<typeof failureOf>[] {
  const facts = factsOf(each);
  if (!facts.flag('isThere')) return [failureOf(each, { at: 'kind', expected: 'a key file', observed: 'no file' })];
  const mode = facts.number('mode');
  const kind = facts.text('kind');
  const refusal = facts.findText('refusal');
  return [
    ...(kind === 'file' ? [] : [failureOf(each, { at: 'kind', expected: 'a file', observed: kind })]),
    ...(isPrivate(mode) ? [] : [failureOf(each, { at: 'mode', expected: '0600', observed: octal(mode) })]),
    ...(facts.text('owner') === 'self'
      ? []
      : [failureOf(each, { at: 'owner', expected: 'self', observed: facts.text('owner') })]),
    ...(refusal === undefined
      ? []
      : [failureOf(each, { at: 'content', expected: 'a sound key file', observed: refusal })]),
    ...judgeKeyIds(each, facts),
  ];
}

function judgeKeyIds(each: Evidence, facts: Facts): ReturnType<typeof failureOf>[] {
  const loaded = facts.texts('loadedKeys');
  const inFile = facts.texts('keysInFile');
  // The one that wraps stands first in both.
  if (loaded.length > 0 && loaded[0] === inFile[0] && loaded.every((id) => inFile.includes(id))) return [];
  const observed = inFile.length === 0 ? 'no key that can be read' : inFile.join(', ');
  return [
    failureOf(each, { at: 'key id', expected: loaded.length === 0 ? 'a loaded key' : loaded.join(', '), observed }),
  ];
}

function judgeFolder(each: Evidence): ReturnType<typeof failureOf>[] {
  const facts = factsOf(each);
  const mode = facts.number('mode');
  const owner = facts.text('owner');
  const kind = facts.text('kind');
  return [
    ...(kind === 'directory' ? [] : [failureOf(each, { at: 'folder kind', expected: 'a folder', observed: kind })]),
    ...(Number.isInteger(mode) && mode >= 0 && (mode & WRITABLE_BY_OTHERS) === 0
      ? []
      : [failureOf(each, { at: 'folder mode', expected: 'not writable by group and others', observed: octal(mode) })]),
    ...(owner === 'self' || owner === 'root'
      ? []
      : [failureOf(each, { at: 'folder owner', expected: 'self or root', observed: owner })]),
  ];
}

async function probeKeyFile({ host, keys }: Target, tools: ProbeTools): Promise<readonly Evidence[]> {
  if (host === undefined || keys === undefined) return [];
  const { masterKeyPath: path } = keys;
  const file = await host.statFile(path);
  const content = await readKeyIds(keys);
  const shared = { vantage: 'host', ttlSeconds: TTL_SECONDS } as const;
  const ofFile = tools.evidence({
    ...shared,
    kind: FILE,
    subject: 'master key file',
    at: 'mode',
    data: { isThere: file !== undefined, ...describe(file, host), loadedKeys: keys.loaded(), ...content },
    reproduce: `stat -c '%F %a %u' '${path}'; holdfast status`,
  });
  // A folder named by a link is judged where it really is.
  const real = await realpath(dirname(path)).catch(() => undefined);
  const folder = real === undefined ? undefined : await host.statFile(real);
  if (folder === undefined) return [ofFile];
  const data = describe(folder, host);
  const reproduce = `stat -L -c '%F %a %u' '${dirname(path)}'`;
  return [
    ofFile,
    tools.evidence({
      ...shared,
      kind: FOLDER,
      subject: 'folder of the master key',
      at: 'folder mode',
      data,
      reproduce,
    }),
  ];
}

function describe(file: FileFacts | undefined, { uid }: Host) {
  if (file === undefined) return { kind: null, mode: null, owner: null };
  const owner = file.uid === uid ? 'self' : file.uid === 0 ? 'root' : 'somebody else';
  return { kind: file.kind, mode: file.mode, owner };
}

/** By the rules of a start, so that the two never differ; the keys themselves are erased at once. */
async function readKeyIds({ masterKeyPath: path, environment }: Keys) {
  const loaded = await loadKeyFile({ path, environment });
  if (!loaded.ok) return { refusal: loaded.reason, keysInFile: [] };
  const keys = [loaded.keyFile.current, ...loaded.keyFile.previous];
  for (const { key } of keys) eraseSecret(key);
  return { refusal: null, keysInFile: keys.map(({ id }) => id) };
}

function isPrivate(mode: number): boolean {
  return Number.isInteger(mode) && mode >= 0 && (mode & PRIVATE) === 0;
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}
