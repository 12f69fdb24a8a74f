// Evidence of secrets as they should be, and of every weak one that a looser check was known to let pass.
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { publishedSecrets } from '../published-secrets.ts';
import { measureSecret, type SecretClass } from './secret-facts.ts';

export const SECRETS = 'secret.configured';
export const SECRET_FILES = 'secret.files';
export const SCAN = 'secret.scan';
/** An hour: scanning reads every file. */
export const TTL_SECONDS = 3_600;

type Facts = Readonly<Record<string, JsonValue>>;

/** For fixtures alone: as long and as random as real ones, and used nowhere. */
const strong = 'kX0v3Zq9sT7yBn4mLp2RwE8uHc6JdFgA1iKoVtYxQzS';
const strongHex = '9f3c61e8a4d07b25c8e19046fa3d5b7e20c6984d1fb8a3e75c0294d6be817f3a';
const passwordHex = 'c81e40a7f93b526d0e7a94c1fb3852d6e09a47b1c5d83f26';

const measured = (setting: string, kind: SecretClass, secret: string, fingerprint = setting): Facts => ({
  ...measureSecret({ setting, class: kind, secret }),
  fingerprint: `fingerprint:${fingerprint}`,
});
const machine = (secret: string): Facts => measured('HOLDFAST_METRICS_CREDENTIAL', 'machine', secret);
const database = (secret: string): Facts => measured('DATABASE_URL', 'database', secret);

const secretsOf = (secrets: readonly Facts[]): Evidence =>
  fixtureEvidence({
    kind: SECRETS,
    subject: 'configured secrets',
    at: 'strength',
    data: { secrets },
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
  });
const fileOf = (facts: Facts): Facts => ({
  setting: 'HOLDFAST_METRICS_CREDENTIAL_FILE',
  isThere: true,
  kind: 'file',
  mode: 0o600,
  owner: 'self',
  ...facts,
});
const filesOf = (files: readonly Facts[]): Evidence =>
  fixtureEvidence({
    kind: SECRET_FILES,
    subject: 'secret files',
    at: 'mode',
    data: { files },
    vantage: 'host',
    ttlSeconds: TTL_SECONDS,
  });
const file = (facts: Facts = {}): Evidence => filesOf([fileOf(facts)]);
const scan = (subject: string, facts: Facts = {}): Evidence =>
  fixtureEvidence({
    kind: SCAN,
    subject,
    at: subject,
    data: { files: 700, unread: 0, planted: 6, plantedFound: 6, found: [], foundInAll: 0, ...facts },
    vantage: 'build',
    ttlSeconds: TTL_SECONDS,
  });

const from = 'random secrets in private files';
const scans = [scan('source tree'), scan('templates')];
const good = [secretsOf([machine(strong), database(passwordHex)]), file(), ...scans];

const mutantOf =
  (matches: (each: Evidence) => boolean, hits: string) =>
  (name: string, facts: Facts): Mutant => ({
    name,
    from,
    hits,
    apply: (evidence) => alterFacts(evidence, matches, facts),
  });
const isSecrets = ({ kind }: Evidence): boolean => kind === SECRETS;
const ofSecrets = mutantOf(isSecrets, 'strength');
const withMachine = (name: string, secret: string): Mutant => ofSecrets(name, { secrets: [machine(secret)] });
const withDatabase = (name: string, secret: string): Mutant => ofSecrets(name, { secrets: [database(secret)] });
const ofFiles = (hits: string, name: string, facts: Facts): Mutant =>
  mutantOf(({ kind }) => kind === SECRET_FILES, hits)(name, { files: [fileOf({}), fileOf(facts)] });
const ofMode = (name: string, facts: Facts): Mutant => ofFiles('mode', name, facts);
const ofSources = mutantOf(({ subject }) => subject === 'source tree', 'source tree');
const ofTemplates = mutantOf(({ subject }) => subject === 'templates', 'templates');

const template = 'your-super-secret-jwt-token-with-at-least-32-characters-long';
const published = publishedSecrets
  .filter((each) => each.length >= 43)
  .map((each, index) => withMachine(`published credential ${index + 1} of 43 characters or more`, each));

export const weakSecretFixtures: Fixtures = {
  good: [
    { name: from, evidence: good },
    { name: 'no secret configured', evidence: [secretsOf([]), filesOf([]), ...scans] },
    {
      name: 'a file that an orchestrator handed over',
      evidence: [good[0] ?? secretsOf([]), file({ owner: 'root', mode: 0o440 }), ...scans],
    },
  ],
  mutants: [
    withMachine('the placeholder of a template', `changeme-${strong}`),
    ...published,
    withMachine('base64 of a default', Buffer.from(template).toString('base64')),
    withMachine('base64 of base64 of a default', btoa(btoa(template))),
    withMachine('hexadecimal of a default', Buffer.from('please-change-me-i-am-very-insecure').toString('hex')),
    withMachine('one letter, 64 times', 'a'.repeat(64)),
    withMachine('a run of the keyboard', 'qwertyuiopasdfghjklzxcvbnm'.repeat(2)),
    withMachine('counting', '0123456789'.repeat(6)),
    withMachine('words', 'correct-horse-battery-staple-and-some-more-words-for-length'),
    withMachine('31 random bytes', strong.slice(0, 42)),
    withMachine('32 characters of hexadecimal', strongHex.slice(0, 32)),
    withMachine('half of it repeated', strong.slice(0, 22).repeat(2)),
    withDatabase('a default password', 'postgres'),
    withDatabase('a password of 23 characters', passwordHex.slice(0, 23)),
    withDatabase('a password of words', 'my-database-password-2024'),
    ofSecrets('a known credential of somebody else', {
      secrets: [measured('HOLDFAST_OUTBOUND_PROXY_CREDENTIAL', 'foreign', 'changeme')],
    }),
    ofSecrets('few bits whatever the rules of a start say', { secrets: [{ ...machine(strong), bits: 199 }] }),
    ofSecrets('weak by the rules of a start alone', { secrets: [{ ...machine(strong), weakness: 'predictable' }] }),
    ofSecrets('a class nobody knows', { secrets: [{ ...machine(strong), class: 'other' }] }),
    mutantOf(isSecrets, 'reuse')('one secret for two uses', {
      secrets: [machine(strong), measured('DATABASE_URL', 'database', strong, 'HOLDFAST_METRICS_CREDENTIAL')],
    }),
    ofMode('a file of ours that a group may read', { mode: 0o640 }),
    ofMode('a file that everybody may read', { mode: 0o644 }),
    ofMode('a file of root that everybody may read', { owner: 'root', mode: 0o444 }),
    ofMode('a file of root that our group may change', { owner: 'root', mode: 0o460 }),
    ofFiles('owner', 'a file of another user', { owner: 'somebody else', mode: 0o400 }),
    ofFiles('file', 'a file that is gone', { isThere: false, kind: null, mode: null, owner: null }),
    ofFiles('file', 'a folder in its place', { kind: 'directory', mode: 0o700 }),
    ofSources('a secret in a source', { found: ['server/src/main.ts:7 an API key'], foundInAll: 1 }),
    ofSources('more secrets than are shown', { found: [], foundInAll: 3 }),
    ofTemplates('a template with a default', { found: ['.env.example:2 a secret in a template'], foundInAll: 1 }),
  ],
  notApplicable: [],
  blind: [
    { name: 'the sources alone', evidence: good.slice(0, 3) },
    {
      name: 'nothing scanned',
      evidence: [secretsOf([]), filesOf([]), scan('source tree', { files: 0 }), scan('templates')],
    },
    {
      name: 'a scan that misses a planted secret',
      evidence: [secretsOf([]), filesOf([]), scan('source tree'), scan('templates', { plantedFound: 5 })],
    },
    {
      name: 'a scan with nothing planted',
      evidence: [secretsOf([]), filesOf([]), scan('source tree', { planted: 0, plantedFound: 0 }), scan('templates')],
    },
  ],
  same: [
    {
      name: 'secrets as hexadecimal and as base64',
      as: from,
      evidence: [secretsOf([machine(strongHex), database(strong)]), file({ mode: 0o400 }), ...scans],
    },
    {
      name: 'the default with a capital and a digit',
      as: 'a default password',
      evidence: [secretsOf([database('Postgres1')]), ...good.slice(1)],
    },
  ],
};
