// Tests that reference and template are complete, and that the template holds nothing anybody could start with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from './environment.ts';
import { loadConfig } from './load.ts';
import { exampleEnvironment, renderConfigReference } from './reference.ts';
import { listKeys, listSecretKeys } from './schema.ts';

test('the reference has a row for every setting, with its bounds and default', () => {
  const page = renderConfigReference();
  for (const { key, text, form, default: preset } of listKeys()) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${key}\``)) ?? assert.fail(key);
    assert.equal(row.replaceAll('\\|', '').split('|').length, 6, row);
    for (const part of [text, form, preset ?? '']) assert.ok(row.includes(part), `${key}: ${part}`);
  }
  for (const key of listSecretKeys()) assert.match(page, new RegExp(`\`${key}\` \\*secret\\*, \`${key}_FILE\``));
});

test('the template changes nothing as it is', () => {
  const template = exampleEnvironment();
  assert.deepEqual(variablesOf(template, /^([A-Z_]+)=(.*)$/), {});
  for (const { key } of listKeys()) assert.match(template, new RegExp(`^#${key}(?:_FILE)?=`, 'm'));
});

test('every line of the template can be used, and none holds a secret', () => {
  const template = exampleEnvironment();
  const env = variablesOf(template, /^#([A-Z_]+)=(.*)$/);
  assert.equal(Object.keys(env).length, listKeys().length);
  for (const key of listSecretKeys()) {
    assert.equal(env[key], undefined, key);
    assert.match(env[`${key}_FILE`] ?? '', /^\/run\/secrets\/[a-z-]+$/);
  }
  assert.ok(!/password|:\/\/[^\s/]*:[^\s/]*@/i.test(template.replaceAll(/^# .*$/gm, '')), 'no line assigns a password');
  for (const [key, value] of Object.entries(env)) {
    const { key: own } = listKeys().find((described) => key === described.key) ?? { key: undefined };
    const result = loadConfig({ env: { HOME: '/home/somebody', ...(own === undefined ? {} : { [own]: value }) } });
    const found = result.ok ? [] : result.faults.filter((fault) => fault.problem.startsWith("'"));
    assert.deepEqual(found, [], key);
  }
});

function variablesOf(text: string, line: RegExp): Environment {
  return Object.fromEntries(
    text.split('\n').flatMap((each) => {
      const match = line.exec(each);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? '']];
    }),
  );
}
