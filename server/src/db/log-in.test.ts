// Log-ins that are tried end as what they are: accepted, refused, asked, distrusted; and the link tells whether it was checked.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeAuthority } from '#test/certificates.ts';
import { startTestCluster, type TestCluster } from '#test/cluster.ts';
import { openTlsDoor } from '#test/system/lib/tls-door.ts';
import { logIn } from './log-in.ts';

describe('log-ins that are tried', () => {
  let cluster: TestCluster;

  before(async () => {
    cluster = await startTestCluster();
  });
  after(() => cluster[Symbol.asyncDispose]());

  test('the right password is accepted, a wrong one and an unknown name are refused', async () => {
    const own = await logIn(cluster.superuser);
    assert.deepEqual(own, { outcome: 'accepted', isEncrypted: false, isVerified: false });
    for (const user of ['postgres', 'nobody'])
      assert.equal((await logIn(cluster.superuser, { as: { user, password: 'postgres' } })).outcome, 'refused');
  });

  test('a right password is accepted although the database it asks for is not there', async () => {
    assert.equal((await logIn({ ...cluster.superuser, database: 'nowhere' })).outcome, 'accepted');
  });

  test('a database that takes plain text is noticed before any password is sent', async () => {
    assert.equal((await logIn(cluster.superuser, { withoutTls: true })).outcome, 'asked');
  });

  test('over TLS the link says that it was checked; a stranger’s certificate is distrusted', async () => {
    using authority = makeAuthority();
    using stranger = makeAuthority();
    await using door = await openTlsDoor(cluster.superuser, authority.issue('IP:127.0.0.1'));
    const { user, password, database } = cluster.superuser;
    const reach = { host: '127.0.0.1', port: door.port, user, password, database };
    const strict = { ...reach, ssl: { rejectUnauthorized: true, ca: authority.cert } };
    assert.deepEqual(await logIn(strict), { outcome: 'accepted', isEncrypted: true, isVerified: true });
    assert.equal((await logIn(strict, { authority: stranger.cert })).outcome, 'distrusted');
    const lenient = { ...reach, ssl: { rejectUnauthorized: false, ca: authority.cert } };
    assert.deepEqual(await logIn(lenient, { authority: stranger.cert }), {
      outcome: 'accepted',
      isEncrypted: true,
      isVerified: false,
    });
  });

  test('where nobody answers nothing is claimed', async () => {
    assert.equal((await logIn({ ...cluster.superuser, host: '/nowhere' })).outcome, 'unanswered');
  });
});
