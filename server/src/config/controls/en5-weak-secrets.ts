// EN5: no secret that the server uses can be guessed or read by others, and none stands in the files of the product.
import { realpath } from 'node:fs/promises';
import type { Finding, ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import type { Host, StartRules } from '#verification/instance.ts';
import type { SecretFile } from '../secret-files.ts';
import type { Config } from '../shape.ts';
import { SCAN, SECRET_FILES, SECRETS, TTL_SECONDS, weakSecretFixtures } from './en5-fixtures.ts';
import { startHomeTwin, weakConfiguration } from './en5-twins.ts';
import { type Scan, scanHome } from './scan-home.ts';
import { listConfiguredSecrets, measureSecret, SECRET_RULES, type SecretSettings } from './secret-facts.ts';

type Target = {
  readonly config?: SecretSettings & Pick<Config, 'dataDirectory'>;
  readonly startRules?: Pick<StartRules, 'secretFiles'>;
  readonly host?: Pick<Host, 'statFile' | 'uid'>;
  readonly home?: string;
};

export const weakSecretsControl = defineControl<Target>({
  id: 'EN5',
  title: 'Secrets are random, readable by the server alone, and in no file of the product',
  severity: 'critical',
  waivable: false,
  needs: [
    { kind: SECRETS, vantage: ['inside'] },
    { kind: SECRET_FILES, vantage: ['host'] },
    { kind: SCAN, vantage: ['build'], min: 2 },
  ],
  judge: (evidence) =>
    evidence.flatMap((each) => {
      if (each.kind === SECRETS) return judgeSecrets(each);
      return each.kind === SCAN ? judgeScan(each) : judgeSecretFiles(each);
    }),
  remedy:
    'Make a new secret with `openssl rand -base64 32` (for a database role `openssl rand -hex 24`), put it into a file of mode 0600 and name that in the _FILE setting. What stood in a file of the product is known: replace it.',
  maps: { asvs: ['13.2.3', '13.3.1'], cwe: ['521', '798', '1392'], nist80053: ['IA-5'] },
  probe: probeSecrets,
  twins: [
    { name: 'a published credential', hits: 'strength', start: () => startHomeTwin({ config: weakConfiguration() }) },
    {
      name: 'a secret file that everybody may read',
      hits: 'mode',
      start: () => startHomeTwin({ secretFileMode: 0o644 }),
    },
    {
      name: 'a secret in a source',
      hits: 'source tree',
      start: (tools) => startHomeTwin({ files: { 'server.ts': `const apiKey = '${tools.fingerprint('planted')}';` } }),
    },
    {
      name: 'a compose file with a default password',
      hits: 'templates',
      start: () =>
        startHomeTwin({ files: { 'deploy/compose.yaml': 'services:\n  db:\n    POSTGRES_PASSWORD: postgres\n' } }),
    },
  ],
  fixtures: weakSecretFixtures,
});

function judgeSecrets(each: Evidence): readonly Finding[] {
  const secrets = factsOf(each).parts('secrets');
  const strength = secrets.flatMap((secret) => {
    const observed = weaknessOf(secret);
    const expected = `${secret.text('setting')} random, and known to nobody`;
    return observed === undefined ? [] : [failureOf(each, { at: 'strength', expected, observed })];
  });
  const repeated = secrets.filter((secret, index) =>
    secrets.slice(0, index).some((other) => other.text('fingerprint') === secret.text('fingerprint')),
  );
  return [
    ...strength,
    ...repeated.map((secret) =>
      failureOf(each, {
        at: 'reuse',
        expected: 'a secret for each use',
        observed: `${secret.text('setting')} is one used elsewhere`,
      }),
    ),
  ];
}

/** Measured by its own numbers, not by what the rules of a start made of them. */
function weaknessOf(secret: Facts): string | undefined {
  const kind = secret.text('class');
  if (kind !== 'machine' && kind !== 'database' && kind !== 'foreign') return `of an unknown class, ${kind}`;
  const rule = SECRET_RULES[kind];
  if (secret.flag('isKnown')) return 'known to everybody';
  if (!(secret.number('characters') >= rule.charactersMin)) return `${secret.number('characters')} characters`;
  if (!(secret.number('bits') >= rule.bitsMin)) return `hard to guess by ${secret.number('bits')} bits alone`;
  return secret.findText('weakness');
}

function judgeSecretFiles(each: Evidence): readonly Finding[] {
  return factsOf(each)
    .parts('files')
    .flatMap((file) => judgeSecretFile(each, file));
}

/** 0600 where the file is ours; where root handed it to us, as orchestrators do, our group may read it. */
function judgeSecretFile(each: Evidence, file: Facts): readonly Finding[] {
  const found = (at: string, expected: string, observed: string): Finding =>
    failureOf(each, { at, expected: `${file.text('setting')} ${expected}`, observed });
  if (!file.flag('isThere')) return [found('file', 'a file', 'no file')];
  const [mode, owner, kind] = [file.number('mode'), file.text('owner'), file.text('kind')];
  const isRoots = owner === 'root';
  const isPrivate = Number.isInteger(mode) && mode >= 0 && (mode & (isRoots ? 0o027 : 0o077)) === 0;
  return [
    ...(kind === 'file' ? [] : [found('file', 'a file', kind)]),
    ...(isPrivate ? [] : [found('mode', isRoots ? '0640 or less' : '0600 or less', `0${mode.toString(8)}`)]),
    ...(isRoots || owner === 'self' ? [] : [found('owner', 'of ourselves or root', owner)]),
  ];
}

function judgeScan(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [files, planted, seen] = [facts.number('files'), facts.number('planted'), facts.number('plantedFound')];
  const found = facts.texts('found');
  const isSighted = files > 0 && planted > 0 && seen === planted;
  const observed = `${files} files, ${seen} of ${planted} planted secrets`;
  const expected = 'no secret, in files that were read by a scan that finds what is planted';
  return [
    ...found.map((place) => failureOf(each, { expected, observed: place })),
    ...(found.length === 0 && facts.number('foundInAll') !== 0
      ? [failureOf(each, { expected, observed: `${facts.number('foundInAll')} places` })]
      : []),
    ...(isSighted ? [] : [{ ...failureOf(each, { expected, observed }), verdict: 'unknown' as const }]),
  ];
}

async function probeSecrets(target: Target, tools: ProbeTools): Promise<readonly Evidence[]> {
  const { config, startRules, host, home } = target;
  if (config === undefined || startRules === undefined || host === undefined) return [];
  const configured = listConfiguredSecrets(config);
  const shared = { vantage: 'inside', ttlSeconds: TTL_SECONDS } as const;
  const secrets = configured.map((each) => ({ ...measureSecret(each), fingerprint: tools.fingerprint(each.secret) }));
  const ofSecrets = tools.evidence({
    ...shared,
    kind: SECRETS,
    subject: 'configured secrets',
    at: 'strength',
    data: { secrets },
  });
  const files = await Promise.all(startRules.secretFiles.map((file) => lookAtFile(file, host)));
  const ofFiles = tools.evidence({
    kind: SECRET_FILES,
    subject: 'secret files',
    at: 'mode',
    data: { files },
    vantage: 'host',
    ttlSeconds: TTL_SECONDS,
    reproduce:
      startRules.secretFiles.map(({ path }) => `stat -L -c '%n %a %u' '${path}'`).join('; ') || 'env | grep _FILE',
  });
  if (home === undefined) return [ofSecrets, ofFiles];
  const { sources, templates } = await scanHome(home, [config.dataDirectory]);
  return [ofSecrets, ofFiles, sealScan('source tree', sources, tools), sealScan('templates', templates, tools)];
}

async function lookAtFile({ setting, path }: SecretFile, host: NonNullable<Target['host']>) {
  // Orchestrators hand secrets out by way of links; what counts is the file that is read.
  const real = await realpath(path).catch((error: unknown) => {
    // Only absence is an answer; what may not be looked at is a probe that fails.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  const found = real === undefined ? undefined : await host.statFile(real);
  if (found === undefined) return { setting, isThere: false, kind: null, mode: null, owner: null };
  const owner = found.uid === host.uid ? 'self' : found.uid === 0 ? 'root' : 'somebody else';
  return { setting, isThere: true, kind: found.kind, mode: found.mode, owner };
}

function sealScan(subject: string, scan: Scan, tools: ProbeTools): Evidence {
  return tools.evidence({ kind: SCAN, subject, at: subject, data: scan, vantage: 'build', ttlSeconds: TTL_SECONDS });
}
