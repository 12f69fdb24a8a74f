// What this release is: its version, the schema it needs, and the folder it runs from.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readMigrations } from '#db/migrate.ts';

const manifest = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

export const release = {
  version: manifest.version,
  schema: readMigrations().length,
  /** Where the manifests, the lock file and the documents lie. */
  home: fileURLToPath(new URL('../../', import.meta.url)),
} as const;
