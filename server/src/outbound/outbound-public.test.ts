// Checks the way everyone takes: real public addresses without any listing, on a loopback that carries them.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { promisify } from 'node:util';

const names = {
  'public.test': '93.184.216.34',
  'public6.test': '2606:4700::1111',
  'private.test': '10.1.1.1',
  'private6.test': 'fd00::1',
  'metadata.test': '169.254.169.254',
  'shared.test': '100.64.0.1',
};

/** Puts the addresses on a loopback interface of its own, then becomes the command. */
const prepare = [
  'ip link set lo up',
  ...Object.values(names).map((address) => `ip addr add ${address} dev lo nodad`),
  'exec "$@"',
].join(' && ');
const inside = ['--map-root-user', '--net', 'sh', '-c', prepare, 'sh'];
const hasNamespaces = spawnSync('unshare', [...inside, 'true']).status === 0;

test(
  'public addresses are reached over https by name, all others are not connected to',
  { skip: !hasNamespaces },
  async () => {
    const script = fileURLToPath(import.meta.resolve('#test/public-addresses.ts'));
    const args = [...inside, process.execPath, script, JSON.stringify(names)];
    const { stdout } = await promisify(execFile)('unshare', args, { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
    assert.deepEqual(JSON.parse(stdout), {
      results: {
        'public.test': '200 hi',
        'public6.test': '200 hi',
        'private.test': 'address',
        'private6.test': 'address',
        'metadata.test': 'address',
        'shared.test': 'address',
      },
      accepted: ['::ffff:93.184.216.34 as public.test', '2606:4700::1111 as public6.test'],
    });
  },
);
