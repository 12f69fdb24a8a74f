// A software bill of materials out of the lock file: CycloneDX, one component for each package of production.
import type { LockedPackage, LockFile } from './lock-file.ts';

export type Component = {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  readonly licenses: readonly { readonly expression: string }[];
};

export type Bill = {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly version: 1;
  readonly components: readonly Component[];
};

/** What an installation in production can have on any platform, and nothing of its own. */
export function productionOf({ packages }: LockFile): readonly LockedPackage[] {
  return packages.filter(({ isLocal, isDevelopment }) => !isLocal && !isDevelopment);
}

/** Packages without a name or a version cannot stand in it. */
export function makeBill(lock: LockFile): Bill {
  const components = new Map(productionOf(lock).flatMap((each) => entryOf(each)));
  return { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [...components.values()] };
}

function entryOf({ name, version, integrity, license }: LockedPackage): readonly (readonly [string, Component])[] {
  if (name === '' || version === undefined || version === '') return [];
  const ref = refOf({ name, version });
  const [, digest] = /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(integrity ?? '') ?? [];
  const component: Component = {
    type: 'library',
    'bom-ref': ref,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    hashes: digest === undefined ? [] : [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    licenses: license === undefined ? [] : [{ expression: license }],
  };
  return [[ref, component]];
}

export function refOf({ name, version }: Pick<LockedPackage, 'name' | 'version'>): string {
  return `${name}@${version ?? ''}`;
}
