// SC1: what runs is what was chosen: pinned, proven by hashes, installed as locked, listed in a bill and audited in CI.
import type { Finding, ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { readLockFile } from './lock-file.ts';
import * as look from './sc1-facts.ts';
import { BILL, CI, INSTALLED, LOCK, MANIFESTS, supplyChainFixtures, TTL_SECONDS } from './sc1-fixtures.ts';
import { startHomeOfPackages } from './sc1-twins.ts';

type Target = { readonly home?: string };

export const supplyChainControl = defineControl<Target>({
  id: 'SC1',
  title: 'What runs is what was chosen: pinned, hashed, installed as locked, listed and audited',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: LOCK, vantage: ['build'] },
    { kind: MANIFESTS, vantage: ['build'] },
    { kind: INSTALLED, vantage: ['build'] },
    { kind: BILL, vantage: ['build'] },
    { kind: CI, vantage: ['build'] },
  ],
  judge: (evidence) => evidence.flatMap((each) => JUDGES[each.kind]?.(each, factsOf(each)) ?? []),
  remedy:
    'Install with `npm ci` from the lock file of the release and nothing beside it. In the sources: pin exact versions, run `npm run check:lock`, and keep `npm run audit:dependencies` and `npm run sbom` in CI.',
  maps: { asvs: ['15.2.1', '15.2.4'], cwe: ['1104', '1357'], nist80053: ['SR-3', 'SR-4', 'SA-10'] },
  probe: probeSupplyChain,
  twins: [
    { name: 'a package without a hash', hits: 'integrity', start: () => startHomeOfPackages({ integrity: undefined }) },
    { name: 'a dependency by range', hits: 'pin', start: () => startHomeOfPackages({ asked: '^1.2.3' }) },
    {
      name: 'another version installed',
      hits: 'installed version',
      start: () => startHomeOfPackages({ installed: '1.2.4' }),
    },
    {
      name: 'a CI whose audit cannot fail',
      hits: 'audit',
      start: () => startHomeOfPackages({ audit: 'npm audit || true' }),
    },
  ],
  fixtures: supplyChainFixtures,
});

type Judge = (each: Evidence, facts: Facts) => readonly Finding[];

const JUDGES: Readonly<Record<string, Judge>> = {
  [LOCK]: (each, facts) => [
    ...demand(each, 'lock file', facts.findNumber('lockfileVersion') === 3, 'version 3', 'another version'),
    ...demand(each, 'packages', facts.number('packages') > 0, 'packages', 'none'),
    ...offendersOf(each, facts, 'integrity', 'withoutIntegrity', 'a SHA-512 of every package'),
    ...offendersOf(each, facts, 'version', 'inexact', 'an exact version of every package'),
    ...offendersOf(each, facts, 'address', 'elsewhere', 'packages of the registry alone, over https'),
  ],
  [MANIFESTS]: (each, facts) => [
    ...demand(
      each,
      'manifests',
      facts.number('manifests') > 0 && facts.number('dependencies') > 0,
      'dependencies',
      'none',
    ),
    ...offendersOf(each, facts, 'pin', 'unpinned', 'exact versions: no range, tag, file or address'),
    ...offendersOf(each, facts, 'lock', 'unlocked', 'what the lock file has'),
    ...offendersOf(each, facts, 'manifests', 'absent', 'every manifest that the lock file names'),
  ],
  [INSTALLED]: (each, facts) => [
    ...demand(each, 'installed', facts.number('compared') > 0, 'installed packages', 'none'),
    ...offendersOf(each, facts, 'installed version', 'different', 'the locked version'),
    ...offendersOf(each, facts, 'installed', 'missing', 'every package of production'),
    ...offendersOf(each, facts, 'beside the lock file', 'extraneous', 'nothing that is not locked'),
  ],
  [BILL]: (each, facts) => [
    ...demand(
      each,
      'bill',
      /^CycloneDX 1\.[5-9]$/.test(facts.text('format')),
      'CycloneDX 1.5 or later',
      facts.text('format'),
    ),
    ...demand(
      each,
      'bill',
      facts.number('components') > 0 && facts.number('components') === facts.number('locked'),
      `${facts.number('locked')} components`,
      `${facts.number('components')}`,
    ),
    ...offendersOf(each, facts, 'bill', 'missing', 'every locked package of production'),
    ...offendersOf(each, facts, 'bill', 'withoutHash', 'a hash of every component'),
    ...offendersOf(each, facts, 'bill', 'withoutLicense', 'a license of every component'),
  ],
  [CI]: (each, facts) => {
    const files = facts.parts('files').filter((file) => file.flag('stopsAtFailure'));
    const has = (step: string): boolean => files.some((file) => file.number(step) > 0);
    return [
      ...demand(each, 'audit', has('audits'), 'a step that audits dependencies and can fail', 'none'),
      ...demand(each, 'bill step', has('bills'), 'a step that makes the bill of materials and can fail', 'none'),
    ];
  },
};

function demand(each: Evidence, at: string, holds: boolean, expected: string, observed: string): readonly Finding[] {
  return holds ? [] : [failureOf(each, { at, expected, observed })];
}

function offendersOf(each: Evidence, facts: Facts, at: string, name: string, expected: string): readonly Finding[] {
  const offenders = facts.part(name);
  const [count, first] = [offenders.number('count'), offenders.texts('first')];
  if (count === 0 && first.length === 0) return [];
  return [failureOf(each, { at, expected, observed: `${count}: ${first.join('; ')}` })];
}

async function probeSupplyChain({ home }: Target, tools: ProbeTools): Promise<readonly Evidence[]> {
  const lock = home === undefined ? undefined : await readLockFile(home);
  if (home === undefined || lock === undefined) return [];
  const seal = (kind: string, subject: string, at: string, data: look.Facts, reproduce: string): Evidence =>
    tools.evidence({ kind, subject, at, data, reproduce, vantage: 'build', ttlSeconds: TTL_SECONDS });
  const [manifests, installed, ci] = await Promise.all([
    look.factsOfManifests(home, lock),
    look.factsOfInstalled(home, lock),
    look.factsOfCi(home),
  ]);
  return [
    seal(LOCK, 'package-lock.json', 'integrity', look.factsOfLock(lock), 'npm run check:lock'),
    seal(MANIFESTS, 'manifests', 'pin', manifests, 'npm run check:lock'),
    seal(INSTALLED, 'node_modules', 'installed version', installed, 'npm ls --all'),
    seal(BILL, 'bill of materials', 'bill', look.factsOfBill(lock), 'npm run sbom -- sbom.cdx.json'),
    ...(ci === undefined ? [] : [seal(CI, 'steps of the CI', 'audit', ci, 'grep -rn audit .ci .github')]),
  ];
}
