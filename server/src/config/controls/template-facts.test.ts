// A template is read as a shell or a service would read it, so that no notation hides a setting or a secret in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleEnvironment } from '../reference.ts';
import { readTemplate } from './template-facts.ts';

test('settings, active or not, and secrets are told apart in every notation', () => {
  const text = [
    '# A comment = no setting, for it has spaces in its name',
    '#HOLDFAST_PORT=7420',
    'HOLDFAST_LISTEN=0.0.0.0',
    '  export HOLDFAST_LOG_LEVEL = debug',
    '# DATABASE_URL=postgresql://holdfast:x@db/holdfast',
    'holdfast_metrics_credential="abc"',
    '#HOLDFAST_METRICS_CREDENTIAL=',
    '#HOLDFAST_METRICS_CREDENTIAL_FILE=/run/secrets/metrics',
  ].join('\r\n');
  assert.deepEqual(readTemplate(text), {
    settings: 7,
    active: ['HOLDFAST_LISTEN', 'HOLDFAST_LOG_LEVEL', 'holdfast_metrics_credential'],
    secrets: ['DATABASE_URL', 'holdfast_metrics_credential'],
  });
});

test('the template of the product offers every setting, and nothing in it holds', () => {
  const { settings, active, secrets } = readTemplate(exampleEnvironment());
  assert.ok(settings > 40);
  assert.deepEqual([active, secrets], [[], []]);
});
