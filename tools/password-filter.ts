// Makes the filter of common passwords from a list of them, one a line: `node tools/password-filter.ts < list`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { filterBits, filterFile, placesOf, toListed } from '../server/src/modules/identity/common-passwords.ts';
import { repositoryRoot } from './lib/repository.ts';

const filter = Buffer.alloc(filterBits / 8);
const listed = new Set((await text(process.stdin)).split('\n').map((line) => toListed(line.trim())));
listed.delete('');
for (const password of listed)
  for (const place of placesOf(password)) filter[place >>> 3] = (filter[place >>> 3] ?? 0) | (1 << (place & 7));
const path = join(repositoryRoot, 'server/src/modules/identity', filterFile);
writeFileSync(path, filter);
process.stdout.write(`${String(listed.size)} passwords, ${String(filter.length)} bytes: ${path}\n`);
