// The direction of imports: which folder of the server may know which others.

/** Folders at the bottom: they know each other and the configuration's types, and nothing above. */
const FOUNDATION = ['config', 'crypto', 'db', 'outbound', 'telemetry', 'verification'] as const;
const SERVER = [
  ...FOUNDATION,
  'kernel',
  'http',
  'jobs',
  'modules',
  'modules.ts',
  'controls.ts',
  'assemble.ts',
  'release.ts',
  'cli',
] as const;

/** Layer → the layers it may import, itself aside. A folder that is not a key here has no place in the server yet. */
export const LAYERS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  // main starts what modules.ts lists, and names no module itself.
  ['main', ['start', 'reference', ...SERVER.filter((layer) => layer !== 'modules')]],
  // The steps of starting, each in a file of its own; with assemble.ts they are the composition root.
  ['start', ['reference', ...SERVER.filter((layer) => layer !== 'cli')]],
  ['cli', ['start', ...SERVER]],
  ['modules.ts', ['modules', 'kernel']],
  // Every control of the product in one list.
  ['controls.ts', ['modules.ts', 'http', 'kernel', ...FOUNDATION]],
  // Which release this is: its version, and the schema it needs.
  ['release.ts', ['db']],
  // Puts the parts together over a database, whichever modules it is given.
  ['assemble.ts', ['modules', 'kernel', ...FOUNDATION]],
  ['modules', ['kernel', ...FOUNDATION]],
  // They hang off main and know the kernel, not the modules and not each other.
  ['http', ['kernel', ...FOUNDATION]],
  ['jobs', ['kernel', ...FOUNDATION]],
  // What is told about the API, read from the registry.
  ['reference', ['kernel', ...FOUNDATION]],
  ['kernel', FOUNDATION],
  ['db', FOUNDATION],
  ['crypto', FOUNDATION],
  ['outbound', FOUNDATION],
  ['telemetry', FOUNDATION],
  // What controls may look at, and the state of them; it names parts of the server by type.
  ['verification', FOUNDATION],
  // Settings that are secret are wrapped as they are read.
  ['config', ['crypto', 'verification']],
]);

const SERVER_SOURCE = 'server/src/';

/** The layer a file of server/src belongs to (`main` for main.ts); undefined outside server/src. */
export function layerOf(path: string): string | undefined {
  if (!path.startsWith(SERVER_SOURCE)) return undefined;
  const inside = path.slice(SERVER_SOURCE.length);
  if (inside === 'main.ts') return 'main';
  const slash = inside.indexOf('/');
  return slash === -1 ? inside : inside.slice(0, slash);
}

/** The module a file belongs to; undefined outside server/src/modules. */
export function moduleOf(path: string): string | undefined {
  return /^server\/src\/modules\/([^/]+)\//.exec(path)?.[1];
}

/** The folder within which relative imports stay: a module's, a layer's, or the workspace's. */
export function homeOf(path: string): string {
  const module = moduleOf(path);
  if (module !== undefined) return `server/src/modules/${module}/`;
  const layer = layerOf(path);
  if (layer === undefined) return path.slice(0, path.indexOf('/') + 1);
  return path.slice(SERVER_SOURCE.length).includes('/') ? `${SERVER_SOURCE}${layer}/` : SERVER_SOURCE;
}
