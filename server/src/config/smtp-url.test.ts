// The mail server is read into exact parts, whatever could weaken it is refused, and no message shows its password.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reveal } from '#crypto/secret.ts';
import { loadConfig } from './load.ts';

const FROM = 'holdfast@example.org';

function load(url: string, from = FROM) {
  return loadConfig({ env: { HOME: '/home/test', HOLDFAST_SMTP_URL: url, HOLDFAST_MAIL_FROM: from } });
}

function read(url: string) {
  const loaded = load(url);
  assert.ok(loaded.ok && loaded.config.mail, url);
  const { scheme, host, port, credential } = loaded.config.mail.server;
  const secret = credential === undefined ? undefined : [credential.user, reveal(credential.password, 'test.compare')];
  return [scheme, host, port, secret];
}

test('scheme, host, port and credential are those that are written, with the usual ports', () => {
  assert.deepEqual(read('smtp://mail.example.org'), ['smtp', 'mail.example.org', 587, undefined]);
  assert.deepEqual(read('smtps://Mail.Example.ORG/'), ['smtps', 'mail.example.org', 465, undefined]);
  assert.deepEqual(read('smtp://[::1]:1025'), ['smtp', '::1', 1025, undefined]);
  assert.deepEqual(read('smtp://u%40x:p%2F%3Aw@10.1.2.3:25'), ['smtp', '10.1.2.3', 25, ['u@x', 'p/:w']]);
});

test('what could weaken the way, or is read differently elsewhere, is refused without quoting the URL', () => {
  const secret = 'vErY-sEcReT';
  for (const rest of [
    `http://u:${secret}@mail.example.org`,
    `smtp://u:${secret}@mail.example.org?tls=optional`,
    `smtp://u:${secret}@mail.example.org/#x`,
    `smtp://u:${secret}@mail.example.org/path`,
    `smtp://:${secret}@mail.example.org`,
    `smtp://${secret}@mail.example.org`,
    `smtp://u:${secret}%zz@mail.example.org`,
    `smtp://u:${secret}%0d%0aRCPT@mail.example.org`,
    `smtp://u:${secret}@`,
    `smtp://u:${secret}@a,b`,
    `smtp://u:${secret}@mail.example.org:0`,
    `smtp://u:${secret}@mail.example.org:99999`,
  ]) {
    const loaded = load(rest);
    assert.ok(!loaded.ok, rest);
    assert.ok(
      loaded.faults.some(({ key }) => key === 'HOLDFAST_SMTP_URL'),
      rest,
    );
    assert.ok(!JSON.stringify(loaded.faults).includes(secret), rest);
  }
});

test('mail comes from one plain mailbox', () => {
  const from = (text: string) => {
    const loaded = load('smtp://mail.example.org', text);
    return loaded.ok ? loaded.config.mail?.from : undefined;
  };
  assert.deepEqual(from('a@b.example'), { name: 'Holdfast', address: 'a@b.example' });
  assert.deepEqual(from('Acme Ops <ops@acme.example>'), { name: 'Acme Ops', address: 'ops@acme.example' });
  for (const text of [
    'a@b@c',
    'a@b.example, c@d.example',
    '<a@b.example>',
    'A"B <a@b.example>',
    'a b@c.example',
    'nobody',
  ])
    assert.equal(from(text), undefined, text);
});

test('a mail server and a sender come together', () => {
  const faults = (env: object) => {
    const loaded = loadConfig({ env: { HOME: '/home/test', ...env } });
    return loaded.ok ? [] : loaded.faults.map(({ key }) => key);
  };
  assert.deepEqual(faults({ HOLDFAST_SMTP_URL: 'smtp://mail.example.org' }), ['HOLDFAST_MAIL_FROM']);
  assert.deepEqual(faults({ HOLDFAST_MAIL_FROM: FROM }), ['HOLDFAST_SMTP_URL']);
});
