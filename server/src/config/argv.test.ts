// Tests that a secret on the command line is refused, and that everyday arguments are not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseSecretsInArgv } from './argv.ts';

const canary = 'c4n4ryK9x2Vb7Lq5Tz8Wm3Rj6Yd1';

const refused: readonly (readonly [readonly string[], string])[] = [
  [['start', `--password=${canary}`], 'argument 2 (--password)'],
  [['start', '--password', canary], 'argument 3 (--password)'],
  [['start', '--PASSWORD', canary], 'argument 3 (--password)'],
  [['start', '-password', canary], 'argument 3 (--password)'],
  [['start', '--password', `-${canary}`], 'argument 3 (--password)'],
  [['x', '--api-key', canary], 'argument 3 (--api-key)'],
  [['x', '--api_key', canary], 'argument 3 (--api-key)'],
  [['x', '--apikey', canary], 'argument 3 (--apikey)'],
  [['x', `--provider.api-key=${canary}`], 'argument 2 (--provider-api-key)'],
  [['x', '--client-secret', canary], 'argument 3 (--client-secret)'],
  [['x', '--token', canary], 'argument 3 (--token)'],
  [['x', '--master-key', canary], 'argument 3 (--master-key)'],
  [['x', '--database-url', canary], 'argument 3 (--database-url)'],
  [['x', `hf_live_${canary}`], 'argument 2'],
  [['x', `--key=hf_live_${canary}`], 'argument 2'],
  [['x', `-hf_live_${canary}`], 'argument 2'],
  [['x', `sk-proj-${canary}`], 'argument 2'],
  [['x', `ghp_${canary}`], 'argument 2'],
  [['x', `postgres://app:${canary}@db/x`], 'argument 2'],
  [['x', `--to=postgresql://app:${canary}@db/x`], 'argument 2'],
  [['x', `redis://:${canary}@cache`], 'argument 2'],
  [['x', `postgresql://db/x?user=a&password=${canary}`], 'argument 2'],
  [['x', `host=db password=${canary}`], 'argument 2'],
  [['x', `HOLDFAST_METRICS_CREDENTIAL=${canary}`], 'argument 2'],
  [['x', `DATABASE_URL=${canary}`], 'argument 2'],
  [['x', '-H', `Authorization: Bearer ${canary}`], 'argument 3'],
  [['x', `eyJhbGciOiJub25lIn0.eyJ${canary}.`], 'argument 2'],
  [['x', '-----BEGIN PRIVATE KEY-----\nMC4C'], 'argument 2'],
];

for (const [argv, key] of refused) {
  test(`${argv.join(' ').replaceAll(canary, '…').split('\n')[0]} is refused without showing it`, () => {
    const faults = refuseSecretsInArgv(argv);
    assert.deepEqual(
      faults.map((fault) => fault.key),
      [key],
    );
    assert.ok(!JSON.stringify(faults).toLowerCase().includes(canary.toLowerCase()));
    assert.match(faults[0]?.fix ?? '', /standard input.*file/);
  });
}

test('everyday arguments pass', () => {
  const lines = [
    'start',
    'start --port 7420',
    'config check --verbose',
    'verify https://holdfast.example.org --profile W --junit report.xml',
    'user add --password',
    'user add --password --name ann',
    'user add --password -v',
    'user add --password -',
    'user add --password=-',
    'user add --password=',
    'user add --password-file /run/secrets/password',
    'data move --to-file /run/secrets/url',
    'rotate-key --database',
    'key revoke --token-id tok_123 --reason exposed',
    'data move postgresql://app@db.example.org/x',
    'secret list --secret-name billing',
  ];
  for (const line of lines) assert.deepEqual(refuseSecretsInArgv(line.split(' ')), [], line);
});

test('every secret of a line is reported', () => {
  const faults = refuseSecretsInArgv(['x', '--password', canary, `--token=${canary}`, `sk-${canary}`]);
  assert.deepEqual(
    faults.map(({ key }) => key),
    ['argument 3 (--password)', 'argument 4 (--token)', 'argument 5'],
  );
});
