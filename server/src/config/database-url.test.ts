// Tests that a database URL is read into exactly what the driver would connect to, or refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Client } from 'pg';
import { reveal } from '#crypto/secret.ts';
import { readDatabaseUrl } from './database-url.ts';

const refused: readonly (readonly [string, RegExp])[] = [
  ['host=localhost user=u password=p', /postgresql:/],
  ['POSTGRES://u:p@h/d', /postgresql:/],
  ['postgresql://u:p#w@h/d', /not a URL/],
  ['postgresql://u:p@h/d#x', /not a URL/],
  ['postgresql://u:p@/d', /not a URL/],
  ['postgresql://u:p@h1:1,h2:2/d', /not a URL/],
  ['postgresql://u:p@h1,h2:5432/d', /one host/],
  ['postgresql://u:p@h%20i/d', /one host/],
  ['postgresql://u:p@h%2fi/d', /one host/],
  ['postgresql:///d', /one host/],
  ['postgresql://u@h/d', /no password/],
  ['postgresql://h/d', /no user/],
  ['postgresql://:p@h/d', /no user/],
  ['postgresql://u:p@h', /no database/],
  ['postgresql://u:p@h/', /no database/],
  ['postgresql://u:p@h/a%2fb', /no database/],
  ['postgresql://u:p%@h/d', /percent/],
  ['postgresql://u:p@h:0/d', /port/],
  ['postgresql://u:p@h/d?sslmode=require', /does not check/],
  ['postgresql://u:p@h/d?sslmode=prefer', /does not check/],
  ['postgresql://u:p@h/d?sslmode=no-verify', /does not check/],
  ['postgresql://u:p@h/d?sslmode=verify-ca', /does not check/],
  ['postgresql://u:p@h/d?sslmode=', /does not check/],
  ['postgresql://u:p@h/d?sslmode=verify-full&sslmode=disable', /repeats/],
  ['postgresql://u:p@h/d?sslmode=verify-full&uselibpqcompat=true', /not read/],
  ['postgresql://u:p@h/d?ssl=false', /not read/],
  ['postgresql://u:p@h/d?sslrootcert=/ca.pem', /not read/],
  ['postgresql://u:p@localhost/d?host=evil.example', /not read/],
  ['postgresql://u:p@localhost/d?host=/run/postgresql', /two hosts/],
  ['postgresql://u:p@localhost/d?port=1', /not read/],
  ['postgresql://u:p@localhost/d?user=postgres', /not read/],
  ['postgresql://u:p@h/d?options=-crole%3Dpostgres', /not read/],
  ['postgresql://u@%2Frun%2Fpostgresql/d?sslmode=verify-full', /socket/],
];

for (const [url, expected] of refused) {
  test(`${url} is refused`, () => {
    const reading = readDatabaseUrl(url);
    assert.match(reading.ok ? 'accepted' : reading.problem, expected);
  });
}

test('only sockets and addresses of this machine count as near; a name other than localhost never does', () => {
  const cases = {
    'postgresql://u@%2Frun%2FPostgresql/d': ['socket', '/run/Postgresql'],
    'postgresql://u:p@localhost/d': ['loopback', '127.0.0.1'],
    'postgresql://u:p@LOCALHOST/d': ['loopback', '127.0.0.1'],
    'postgresql://u:p@%6cocalhost/d': ['loopback', '127.0.0.1'],
    'postgresql://u:p@127.0.0.9/d': ['loopback', '127.0.0.9'],
    'postgresql://u:p@[::1]/d': ['loopback', '::1'],
    'postgresql://u:p@[::ffff:127.0.0.1]/d': ['loopback', '127.0.0.1'],
    'postgresql://u:p@localhost/d?sslmode=verify-full': ['loopback', 'localhost'],
    'postgresql://u:p@127.1/d': ['remote', '127.1'],
    'postgresql://u:p@2130706433/d': ['remote', '2130706433'],
    'postgresql://u:p@0.0.0.0/d': ['remote', '0.0.0.0'],
    'postgresql://u:p@localhost.localdomain/d': ['remote', 'localhost.localdomain'],
    'postgresql://u:p@[::ffff:10.0.0.1]/d': ['remote', '10.0.0.1'],
    'postgresql://u:p@postgres/d': ['remote', 'postgres'],
  };
  for (const [url, expected] of Object.entries(cases)) {
    const { locality, host } = targetOf(url);
    assert.deepEqual([locality, host], expected, url);
  }
});

test('user, password, database, port and host are those the driver would use', () => {
  const text = fc
    .string({ minLength: 1, maxLength: 20 })
    .filter((value) => value.isWellFormed() && value !== '.' && value !== '..');
  fc.assert(
    fc.property(text, text, text, fc.integer({ min: 1, max: 65_535 }), (user, password, database, port) => {
      fc.pre(!database.includes('/'));
      const parts = [user, password, database].map(encodeURIComponent);
      const url = `postgresql://${parts[0]}:${parts[1]}@db.example.org:${port}/${parts[2]}?sslmode=verify-full`;
      const target = targetOf(url);
      const client = new Client({ connectionString: url });
      assert.equal(target.password === undefined ? '' : reveal(target.password, 'test.compare'), password);
      assert.deepEqual(
        [target.user, target.database, target.port, target.host],
        [user, database, port, 'db.example.org'],
      );
      assert.deepEqual(
        [client.user, client.password, client.port, client.host],
        [user, password, port, 'db.example.org'],
      );
    }),
  );
});

test('no problem quotes the URL', () => {
  for (const [url] of refused) {
    const reading = readDatabaseUrl(url.replace(/:p/, ':c4n4ry'));
    assert.ok(!JSON.stringify(reading).includes('c4n4ry'), url);
  }
});

function targetOf(url: string) {
  const reading = readDatabaseUrl(url);
  return reading.ok ? reading.value : assert.fail(reading.problem);
}
