// Evidence of a master key file as it should be, and with each fault that a file, its folder or its content can have.
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';

export const FILE = 'key.file';
export const FOLDER = 'key.folder';
/** Five minutes. */
export const TTL_SECONDS = 300;

type Facts = Readonly<Record<string, JsonValue>>;

const [key, older] = ['0123456789abcdef', 'fedcba9876543210'];
const shared = { vantage: 'host', ttlSeconds: TTL_SECONDS } as const;
const sound: Facts = {
  isThere: true,
  kind: 'file',
  mode: 0o600,
  owner: 'self',
  refusal: null,
  loadedKeys: [key],
  keysInFile: [key],
};
const fileOf = (facts: Facts): Evidence =>
  fixtureEvidence({ ...shared, kind: FILE, subject: 'master key file', at: 'mode', data: { ...sound, ...facts } });
const folderOf = (facts: Facts): Evidence =>
  fixtureEvidence({
    ...shared,
    kind: FOLDER,
    subject: 'folder of the master key',
    at: 'folder mode',
    data: { kind: 'directory', mode: 0o700, owner: 'self', ...facts },
  });
const good = [fileOf({}), folderOf({})];

const from = 'a private file in a private folder';
const mutantOf =
  (kind: string) =>
  (name: string, hits: string, facts: Facts): Mutant => ({
    name,
    from,
    hits,
    apply: (evidence) => alterFacts(evidence, (each) => each.kind === kind, facts),
  });
const ofFile = mutantOf(FILE);
const ofFolder = mutantOf(FOLDER);

export const keyFileFixtures: Fixtures = {
  good: [
    { name: from, evidence: good },
    {
      name: 'a read-only file with an older key beside the present one, in a folder of root',
      evidence: [
        fileOf({ mode: 0o400, loadedKeys: [key], keysInFile: [key, older] }),
        folderOf({ mode: 0o755, owner: 'root' }),
      ],
    },
  ],
  mutants: [
    ofFile('read by its group', 'mode', { mode: 0o640 }),
    ofFile('read by everybody', 'mode', { mode: 0o644 }),
    ofFile('written by everybody alone', 'mode', { mode: 0o602 }),
    ofFile('run by others', 'mode', { mode: 0o601 }),
    ofFile('a mode that is no number of bits', 'mode', { mode: 0.5 }),
    ofFile('a symbolic link', 'kind', { kind: 'symbolic_link', mode: 0o600 }),
    ofFile('a folder in its place', 'kind', { kind: 'directory' }),
    ofFile('nothing there', 'kind', {
      isThere: false,
      kind: null,
      mode: null,
      owner: null,
      refusal: 'missing',
      keysInFile: [],
    }),
    ofFile('owned by root', 'owner', { owner: 'root' }),
    ofFile('owned by somebody else', 'owner', { owner: 'somebody else' }),
    ofFile('a weak key', 'content', { refusal: 'weak_key', keysInFile: [] }),
    ofFile('two names for one file', 'content', { refusal: 'hard_linked' }),
    ofFile('another key than the loaded one', 'key id', { keysInFile: [older] }),
    ofFile('the loaded key only as an older one', 'key id', { keysInFile: [older, key] }),
    ofFile('an older key in use that the file has lost', 'key id', { loadedKeys: [key, older] }),
    ofFile('no key loaded', 'key id', { loadedKeys: [] }),
    ofFolder('a folder its group may write to', 'folder mode', { mode: 0o770 }),
    ofFolder('a folder everybody may write to, sticky', 'folder mode', { mode: 0o1777 }),
    ofFolder('a folder of another user', 'folder owner', { owner: 'somebody else' }),
    ofFolder('a folder that is none', 'folder kind', { kind: 'other' }),
  ],
  notApplicable: [],
  blind: [
    { name: 'the file alone', evidence: good.slice(0, 1) },
    { name: 'the folder alone', evidence: good.slice(1) },
  ],
  same: [],
};
