// Evidence of a supply chain as it should be, and with each link of it broken.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { Facts } from './sc1-facts.ts';

export const LOCK = 'npm.lock';
export const MANIFESTS = 'npm.manifests';
export const INSTALLED = 'npm.installed';
export const BILL = 'npm.bill';
export const CI = 'ci.steps';
/** An hour: every manifest is read. */
export const TTL_SECONDS = 3_600;

const none: Facts = { count: 0, first: [] };
const one = (name: string): Facts => ({ count: 1, first: [name] });
const steps = (facts: Facts = {}): Facts => ({ file: '.ci/run', audits: 1, bills: 1, stopsAtFailure: true, ...facts });

const SOUND: Readonly<Record<string, Facts>> = {
  [LOCK]: { lockfileVersion: 3, packages: 224, withoutIntegrity: none, inexact: none, elsewhere: none },
  [MANIFESTS]: { manifests: 4, dependencies: 35, unpinned: none, unlocked: none, absent: none },
  [INSTALLED]: { compared: 130, different: none, missing: none, extraneous: none },
  [BILL]: {
    format: 'CycloneDX 1.6',
    components: 80,
    locked: 80,
    missing: none,
    withoutHash: none,
    withoutLicense: none,
  },
  [CI]: { files: [steps()] },
};
const piece = (kind: string, facts: Facts = {}): Evidence =>
  fixtureEvidence({
    kind,
    subject: kind,
    at: kind,
    data: { ...SOUND[kind], ...facts },
    vantage: 'build',
    ttlSeconds: TTL_SECONDS,
  });
const from = 'a sound supply chain';
const good = Object.keys(SOUND).map((kind) => piece(kind));

const mutant = (kind: string, name: string, hits: string, facts: Facts): Mutant => ({
  name,
  from,
  hits,
  apply: (evidence) => alterFacts(evidence, (each) => each.kind === kind, facts),
});

export const supplyChainFixtures: Fixtures = {
  good: [
    { name: from, evidence: good },
    {
      name: 'two files of CI, of which one has the steps',
      evidence: [...good.slice(0, 4), piece(CI, { files: [steps({ file: 'a.yml', audits: 0, bills: 0 }), steps()] })],
    },
  ],
  mutants: [
    mutant(LOCK, 'an old lock file', 'lock file', { lockfileVersion: 1 }),
    mutant(LOCK, 'a lock file of no version', 'lock file', { lockfileVersion: null }),
    mutant(LOCK, 'a lock file of nothing', 'packages', { packages: 0 }),
    mutant(LOCK, 'a package without a hash', 'integrity', { withoutIntegrity: one('node_modules/pg') }),
    mutant(LOCK, 'more packages without a hash than are shown', 'integrity', {
      withoutIntegrity: { count: 9, first: [] },
    }),
    mutant(LOCK, 'a locked range', 'version', { inexact: one('node_modules/pg') }),
    mutant(LOCK, 'a package of a git repository', 'address', { elsewhere: one('node_modules/pg') }),
    mutant(MANIFESTS, 'a dependency by range', 'pin', { unpinned: one('package.json: pg ^8.0.0') }),
    mutant(MANIFESTS, 'a dependency that is not locked', 'lock', { unlocked: one('package.json: pg 8.0.0') }),
    mutant(MANIFESTS, 'a manifest that is gone', 'manifests', { absent: one('server/package.json') }),
    mutant(MANIFESTS, 'no dependency read', 'manifests', { dependencies: 0 }),
    mutant(INSTALLED, 'another version installed', 'installed version', { different: one('node_modules/pg 8.0.1') }),
    mutant(INSTALLED, 'a package that is not there', 'installed', { missing: one('node_modules/pg') }),
    mutant(INSTALLED, 'a package that nobody locked', 'beside the lock file', { extraneous: one('node_modules/left') }),
    mutant(INSTALLED, 'nothing installed', 'installed', { compared: 0 }),
    mutant(BILL, 'a bill of another form', 'bill', { format: 'SPDX 2.3' }),
    mutant(BILL, 'a bill that lacks a package', 'bill', { components: 79, missing: one('pg@8.23.1') }),
    mutant(BILL, 'a bill that is short without saying of what', 'bill', { components: 79 }),
    mutant(BILL, 'an empty bill', 'bill', { components: 0, locked: 0 }),
    mutant(BILL, 'a component without a hash', 'bill', { withoutHash: one('pg@8.23.1') }),
    mutant(BILL, 'a component without a license', 'bill', { withoutLicense: one('pg@8.23.1') }),
    mutant(CI, 'no audit', 'audit', { files: [steps({ audits: 0 })] }),
    mutant(CI, 'an audit that nothing waits for', 'audit', { files: [steps({ stopsAtFailure: false })] }),
    mutant(CI, 'no bill made', 'bill step', { files: [steps({ bills: 0 })] }),
    mutant(CI, 'no steps', 'audit', { files: [] }),
  ],
  notApplicable: [],
  blind: [
    { name: 'no files of a CI', evidence: good.slice(0, 4) },
    { name: 'the lock file alone', evidence: good.slice(0, 1) },
  ],
  same: [
    {
      name: 'an installation of production on another platform',
      as: from,
      evidence: [...good.slice(0, 2), piece(INSTALLED, { compared: 61 }), ...good.slice(3)],
    },
  ],
};
