// Writes the software bill of materials of an installation: CycloneDX, the same bytes for the same lock file.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { EXIT_USAGE, reportFaults } from './lib/faults.ts';
import { isJsonObject, type JsonObject, objectAt, parseJsonObject, stringAt } from './lib/read-json.ts';
import { repositoryRoot } from './lib/repository.ts';
import { runCommand } from './lib/run-command.ts';
import { readPackageLock } from './lib/package-lock.ts';
import { CARRIERS } from './license-policy.ts';

// From the lock file alone: what is installed here must not decide what the list for every platform says. Development is
// left out below, because npm's own `--omit dev` also leaves out what production shares with it.
const NPM_SBOM = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];

/** The bill of materials of a repository as text; throws when npm gives none. */
export function makeSbom(root: string): string {
  const listing = runCommand('npm', NPM_SBOM, { cwd: root });
  if (listing.status !== 0) throw new Error(`npm sbom ended with ${String(listing.status)}: ${listing.stderr}`);
  const found = parseJsonObject(listing.stdout, 'what npm sbom printed');
  const bill = withCarried(onlyProduction(withoutChance(found), productionRefs(root)));
  const text = JSON.stringify(bill, undefined, 2);
  return `${JSON.stringify({ ...bill, serialNumber: serialNumber(text) }, undefined, 2)}\n`;
}

/** npm stamps the time, a random number, its own version and the names of folders; none of them is about the product. */
function withoutChance(bill: JsonObject): JsonObject {
  const { timestamp: _timestamp, tools: _tools, ...metadata } = objectAt(bill, 'metadata');
  return {
    ...bill,
    serialNumber: '',
    metadata: { ...metadata, component: withOwnName(objectAt(metadata, 'component')) },
    components: sortedBy(bill['components'], 'bom-ref').map(withOwnName),
    dependencies: sortedBy(bill['dependencies'], 'ref'),
  };
}

/** A workspace is called as its manifest says, not as its folder. */
function withOwnName(component: JsonObject): JsonObject {
  return { ...component, name: String(component['bom-ref']).replace(/@[^@]*$/, '') };
}

/** References of everything that an installation in production can have, on any platform. */
function productionRefs(root: string): ReadonlySet<string> {
  const production = readPackageLock(root).packages.filter(({ isDevelopment }) => !isDevelopment);
  // A link to a workspace has no version; the workspace itself stands beside it.
  return new Set(production.flatMap(({ name, version }) => (version === undefined ? [] : [`${name}@${version}`])));
}

function onlyProduction(bill: JsonObject, refs: ReadonlySet<string>): JsonObject {
  return {
    ...bill,
    components: sortedBy(bill['components'], 'bom-ref').filter((component) => refs.has(String(component['bom-ref']))),
    dependencies: sortedBy(bill['dependencies'], 'ref')
      .filter(({ ref }) => refs.has(String(ref)))
      .map((edge) => ({ ...edge, dependsOn: refsIn(edge['dependsOn']).filter((ref) => refs.has(ref)) })),
  };
}

function refsIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

function sortedBy(list: unknown, key: string): readonly JsonObject[] {
  const objects = Array.isArray(list) ? list.filter(isJsonObject) : [];
  return objects.toSorted((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1));
}

/** What binary packages carry inside is part of the product too; npm does not see it. */
function withCarried(bill: JsonObject): JsonObject {
  const components = sortedBy(bill['components'], 'bom-ref').map((component) => {
    const carrier = CARRIERS.find(({ readFrom }) => readFrom === component['name']);
    if (carrier === undefined) return component;
    const libraries = carrier.libraries.map(({ name, version, license }) => ({
      'bom-ref': `${stringAt(component, 'bom-ref') ?? ''}#${name}@${version}`,
      type: 'library',
      name,
      version,
      licenses: [{ license: { id: license } }],
    }));
    return { ...component, components: libraries };
  });
  return { ...bill, components };
}

/** An identifier of the content: version 8 of RFC 9562, from the first 128 bits of its SHA-256. */
function serialNumber(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}

const SERIAL = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Every way in which a bill of materials is malformed, or names less than the lock file has in production. */
export function sbomFaults(text: string, root: string): readonly string[] {
  const bill = parseJsonObject(text, 'the bill of materials');
  const components = sortedBy(bill['components'], 'bom-ref');
  const named = new Set(
    [objectAt(objectAt(bill, 'metadata'), 'component'), ...components].map((each) => each['bom-ref']),
  );
  const missing = [...productionRefs(root)].filter((ref) => !named.has(ref));
  return [
    ...(bill['bomFormat'] === 'CycloneDX' ? [] : ['bomFormat is not CycloneDX']),
    ...(/^1\.[5-9]$/.test(String(bill['specVersion'])) ? [] : ['specVersion is not 1.5 or later']),
    ...(SERIAL.test(String(bill['serialNumber'])) ? [] : ['serialNumber is no UUID']),
    ...components.flatMap(componentFaults),
    ...missing.map((ref) => `${ref} is not in the bill of materials`),
    ...referenceFaults(bill, components),
  ];
}

function componentFaults(component: JsonObject): readonly string[] {
  const ref = String(component['bom-ref']);
  const isOurs = !Array.isArray(component['hashes']) && /^(?:holdfast|@holdfast\/.*)@/.test(ref);
  const needed = ['type', 'name', 'version', 'purl', 'licenses'].filter((key) => component[key] === undefined);
  return [
    ...needed.map((key) => `${ref} has no ${key}`),
    ...(isOurs || Array.isArray(component['hashes']) ? [] : [`${ref} has no hash`]),
  ];
}

/** Every reference in the graph leads to a component, or to the product itself. */
function referenceFaults(bill: JsonObject, components: readonly JsonObject[]): readonly string[] {
  const product = objectAt(objectAt(bill, 'metadata'), 'component');
  const known = new Set([product, ...components].map((component) => component['bom-ref']));
  const edges = sortedBy(bill['dependencies'], 'ref').flatMap(({ ref, dependsOn }) => [
    String(ref),
    ...refsIn(dependsOn),
  ]);
  if (edges.length === 0) return ['the graph of dependencies is empty'];
  return edges.filter((ref) => !known.has(ref)).map((ref) => `${ref} is depended on but no component`);
}

if (import.meta.main) {
  const [path, ...rest] = process.argv.slice(2);
  if (path === undefined || rest.length > 0) {
    process.stderr.write('usage: node tools/sbom.ts <file to write>\n');
    process.exitCode = EXIT_USAGE;
  } else {
    const text = makeSbom(repositoryRoot);
    const faults = sbomFaults(text, repositoryRoot);
    if (faults.length === 0) writeFileSync(path, text);
    reportFaults('bill of materials', faults, `written to ${path}`);
  }
}
