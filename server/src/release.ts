// What this release is: its version and the schema it needs.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readMigrations } from '#db/migrate.ts';

const manifest = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

export const release = { version: manifest.version, schema: readMigrations().length } as const;
