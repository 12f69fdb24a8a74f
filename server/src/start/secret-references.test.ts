// A listed secret is read for the origin it is listed with, and for no other.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { reveal, toSecret } from '#crypto/secret.ts';
import { createSecretReferences } from './secret-references.ts';

test('a secret is allowed and read where it may go, and refused everywhere else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hf-reference-'));
  try {
    const file = `file:${join(folder, 'key')}`;
    await writeFile(join(folder, 'key'), 'sk-file\n');
    const references = createSecretReferences(
      [
        { reference: 'env:KEY', origin: 'https://api.example.com' },
        { reference: file, origin: 'https://api.example.com:8443' },
      ],
      (name) => (name === 'KEY' ? toSecret('sk-env') : undefined),
    );
    const read = async (reference: string, baseUrl: string) =>
      reveal(await references.read(reference, baseUrl), 'test.compare');
    assert.equal(await read('env:KEY', 'https://API.example.com:443/v1'), 'sk-env');
    assert.equal(await read(file, 'https://api.example.com:8443/v1'), 'sk-file');
    for (const [reference, baseUrl] of [
      ['env:KEY', 'https://api.example.com:8443/v1'],
      ['env:KEY', 'http://api.example.com/v1'],
      ['env:KEY', 'https://api.example.com.evil.example/v1'],
      ['env:KEY', 'https://evil.example/https://api.example.com'],
      ['env:KEY', 'nonsense'],
      ['env:OTHER', 'https://api.example.com/v1'],
      [file, 'https://api.example.com/v1'],
    ] as const) {
      assert.equal(references.isAllowed(reference, baseUrl), false, `${reference} for ${baseUrl}`);
      await assert.rejects(references.read(reference, baseUrl), { code: 'server.unavailable' });
    }
    assert.equal(references.isAllowed('env:KEY', 'https://api.example.com/v2'), true);
  } finally {
    await rm(folder, { recursive: true });
  }
});
