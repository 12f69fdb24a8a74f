// Tests that what `database prepare` writes down leads back to where it prepared.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDatabaseUrl } from '#config.ts';
import { placeOf } from './database-prepare.ts';

test('the place in a written URL reads back: a name, both kinds of address, the folder of a Unix socket', () => {
  const places = [
    { host: 'db.example.org', port: 5432, tls: 'verify-full' },
    { host: '10.1.2.3', port: 6432, tls: 'verify-full' },
    { host: '127.0.0.1', port: 5432, tls: 'off' },
    { host: '::1', port: 5432, tls: 'off' },
    { host: '/var/run/Postgres QL', port: 5433, tls: 'off' },
  ] as const;
  for (const place of places) {
    const read = readDatabaseUrl(`postgresql://role:password@${placeOf(place, 'a name?')}`);
    assert.ok(read.ok, place.host);
    const { host, port, tls, database } = read.value;
    assert.deepEqual({ host, port, tls, database }, { ...place, database: 'a name?' });
  }
});
