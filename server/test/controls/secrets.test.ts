// The controls of keys, secrets, configuration and supply chain turn red when the running system is broken under them.
import assert from 'node:assert/strict';
import { chmod, lstat, readFile, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createKeyFile } from '#crypto/key-file.ts';
import { newToken } from '#crypto/random.ts';
import { reveal, toSecret } from '#crypto/secret.ts';
import { temporaryFolder } from '../../../tools/test/temporary-folder.ts';
import type { OrgSealer } from '#kernel/tools.ts';
import { makeAuthority } from '#test/certificates.ts';
import { publishedSecrets } from '../../src/config/published-secrets.ts';
import { copyHome, runFrom } from './home.ts';
import { changeReplies } from './replies.ts';
import { assertTurnsRed, type Breakage, startSystem, type System, verify } from './system.ts';

let system: System;
let folder: ReturnType<typeof temporaryFolder>;
let authorities: string;
let home: string;
let credential: string;

describe('controls of keys and secrets, on the running system', () => {
  before(async () => {
    folder = temporaryFolder();
    authorities = join(folder.path, 'authorities.pem');
    using authority = makeAuthority();
    await writeFile(authorities, authority.cert, { mode: 0o644 });
    credential = join(folder.path, 'metrics');
    await writeFile(credential, reveal(newToken(), 'test.credential'), { mode: 0o600 });
    home = join(folder.path, 'home');
    await copyHome(home);
    system = await startSystem({
      HOLDFAST_OUTBOUND_CA_FILE: authorities,
      HOLDFAST_METRICS_CREDENTIAL_FILE: credential,
    });
  });
  after(async () => {
    await system[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('EN3 sees a key file that others may read', () =>
    assertTurnsRed(system, { id: 'EN3', at: 'mode', beside: beside.keyFile }, setMode(system.keyFile, 0o644)));

  it('EN3 sees a folder of the key that others may write to', () =>
    assertTurnsRed(
      system,
      { id: 'EN3', at: 'folder mode', beside: beside.keyFile },
      setMode(dirname(system.keyFile), 0o777),
    ));

  it('EN3 sees another key in the place of the one in use', () =>
    assertTurnsRed(system, { id: 'EN3', at: 'key id' }, async () => {
      const { keyFile: path } = system;
      await rename(path, `${path}.kept`);
      const made = await createKeyFile({ path, environment: 'production', unixMs: Date.now() });
      assert.ok(made.ok);
      return () => rename(`${path}.kept`, path);
    }));

  it('EN3 sees a link where the key file was, and the file gone', async () => {
    const { keyFile: path } = system;
    await rename(path, `${path}.kept`);
    try {
      assert.equal(await verdictOf('EN3'), 'fail');
      await symlink(`${path}.kept`, path);
      assert.equal(await verdictOf('EN3'), 'fail');
      await unlink(path);
    } finally {
      await rename(`${path}.kept`, path);
    }
    assert.equal(await verdictOf('EN3'), 'pass');
  });

  it('CN2 sees that the present configuration would not start again', () =>
    assertTurnsRed(system, { id: 'CN2', at: 'start' }, setMode(authorities, 0o666)));

  it('CN2 sees a start that has forgotten which secrets are published', () =>
    assertTurnsRed(system, { id: 'CN2', at: 'HOLDFAST_METRICS_CREDENTIAL', beside: beside.published }, async () => {
      // A list of constants, emptied as a careless change would.
      const known = publishedSecrets as string[];
      const kept = known.splice(0);
      return async () => void known.push(...kept);
    }));

  it('EN1 sees secrets that are stored as they come', () =>
    assertTurnsRed(system, { id: 'EN1', at: 'envelope' }, storeProviderSecrets('latin1')));

  it('EN1 finds them in the rows in another notation', () =>
    assertTurnsRed(system, { id: 'EN1', at: 'search' }, storeProviderSecrets('base64')));

  it('EN1 sees sealed values that open in the place of others', () => {
    const anywhere = { purpose: 'any', table: 'any', column: 'any', rowId: 'any' };
    return assertTurnsRed(
      system,
      { id: 'EN1', at: 'place' },
      changeSealer(({ seal, open }) => ({
        seal: (_place, plaintext) => seal(anywhere, plaintext),
        open: (_place, sealed) => open(anywhere, sealed),
      })),
    );
  });

  it('EN1 sees a column of bytes that nobody declared', () =>
    assertTurnsRed(system, { id: 'EN1', at: 'catalog' }, async () => {
      await system.admin('alter table holdfast.provider add column further bytea');
      return () => system.admin('alter table holdfast.provider drop column further');
    }));

  it('EN1 passes on nothing when no provider can be made, and leaves none behind', async () => {
    const { keyring } = system.kernel.tools;
    const { forOrg } = keyring;
    Object.assign(keyring, { forOrg: () => Promise.reject(new Error('no key')) });
    try {
      assert.match((await verdictOf('EN1')) ?? '', /^(?:unknown|error)$/);
    } finally {
      Object.assign(keyring, { forOrg });
    }
    assert.equal(await verdictOf('EN1'), 'pass');
    assert.deepEqual(await system.admin("select 1 from holdfast.provider where name like 'probe EN1 %'"), []);
  });

  it('EN5 sees a secret file that a group may read', () =>
    assertTurnsRed(system, { id: 'EN5', at: 'mode' }, setMode(credential, 0o640)));

  it('EN5 sees a server that runs with a credential of which everybody knows', () =>
    assertTurnsRed(system, { id: 'EN5', at: 'strength' }, async () => {
      const { metricsCredential } = system.config;
      const weak = toSecret('super-secret-jwt-token-with-at-least-32-characters-long');
      Object.assign(system.config, { metricsCredential: weak });
      return async () => void Object.assign(system.config, { metricsCredential });
    }));

  it('EN5 sees a secret that somebody left in a source', () =>
    assertTurnsRed(
      system,
      { id: 'EN5', at: 'source tree' },
      atHome('server/src/main.ts', (text) => `${text}const apiKey = '${reveal(newToken(), 'test.planted')}7';\n`),
    ));

  it('EN5 sees a template with a default in it', () =>
    assertTurnsRed(system, { id: 'EN5', at: 'templates' }, async () => {
      const path = join(home, '.env.example');
      await writeFile(path, 'HOLDFAST_METRICS_CREDENTIAL=changeme\n');
      const leave = await runFrom(home)();
      return async () => {
        await leave();
        await unlink(path);
      };
    }));

  it('SC1 sees a package that no hash proves', () =>
    assertTurnsRed(
      system,
      { id: 'SC1', at: 'integrity' },
      atHome('package-lock.json', (text) => text.replace(/"integrity": "sha512-[^"]*",?/, '')),
    ));

  it('SC1 sees a dependency by range', () =>
    assertTurnsRed(
      system,
      { id: 'SC1', at: 'pin' },
      atHome('server/package.json', (text) => text.replace(/"pg": "/, '"pg": "^')),
    ));

  it('SC1 sees another version installed than the locked one', () =>
    assertTurnsRed(
      system,
      { id: 'SC1', at: 'installed version' },
      atHome('node_modules/pg/package.json', (text) => text.replace(/"version": "[^"]*"/, '"version": "8.0.0"')),
    ));

  it('SC1 sees a CI that no longer audits what it installs', () =>
    assertTurnsRed(
      system,
      { id: 'SC1', at: 'audit' },
      atHome('.ci/run', (text) => text.replace(/^npm run --silent audit:dependencies.*$/m, '$& || true')),
    ));

  it('SC1 knows nothing of a product without its lock file', async () => {
    const mend = await runFrom(folder.path)();
    try {
      assert.equal(await verdictOf('SC1'), 'unknown');
    } finally {
      await mend();
    }
  });

  it('SC2 sees a proxy that answers security.txt as a page', () =>
    assertTurnsRed(
      system,
      { id: 'SC2', at: 'reply' },
      changeReplies((headers, reply) => {
        if (reply.req.url === '/.well-known/security.txt') headers.set('content-type', ['text/html']);
      }),
    ));

  it('SC2 sees a policy of the product that promises no answer any more', () =>
    assertTurnsRed(
      system,
      { id: 'SC2', at: 'policy.file' },
      atHome('SECURITY.md', (text) => text.replace('72', '720')),
    ));
});

/** What a breakage brings down with it. */
const beside = {
  // The start refuses such a key file too, so the present configuration is none that would start again.
  keyFile: ['CN2'],
  // Its twin is a server with such a secret, which nobody can tell any more.
  published: ['EN5'],
} as const;

async function verdictOf(id: string): Promise<string | undefined> {
  const report = await verify(system, id);
  return report.controls[0]?.verdict;
}

function setMode(path: string, mode: number): Breakage {
  return async () => {
    const before = (await lstat(path)).mode & 0o7777;
    await chmod(path, mode);
    return () => chmod(path, before);
  };
}

/** The server runs from the copy, in which one file is changed. */
function atHome(name: string, change: (text: string) => string): Breakage {
  return async () => {
    const path = join(home, name);
    const before = await readFile(path, 'utf8');
    const changed = change(before);
    assert.notEqual(changed, before);
    await writeFile(path, changed);
    const leave = await runFrom(home)();
    return async () => {
      await leave();
      await writeFile(path, before);
    };
  };
}

/** Every sealer of an organization that is made from now on is another one. */
function changeSealer(change: (sealer: OrgSealer) => OrgSealer): Breakage {
  return async () => {
    const { keyring } = system.kernel.tools;
    const { forOrg } = keyring;
    Object.assign(keyring, { forOrg: async (orgId: string) => change(await forOrg(orgId)) });
    return async () => void Object.assign(keyring, { forOrg });
  };
}

/** Secrets of providers are stored as `encoding` writes them, instead of sealed; they still serve. */
function storeProviderSecrets(encoding: 'latin1' | 'base64'): Breakage {
  return changeSealer(({ seal, open }) => ({
    seal: (place, plaintext) =>
      place.table === 'provider'
        ? Buffer.from(Buffer.from(reveal(plaintext, 'test.keep')).toString(encoding), 'latin1')
        : seal(place, plaintext),
    open: (place, sealed) =>
      place.table === 'provider'
        ? { ok: true, plaintext: toSecret(Buffer.from(Buffer.from(sealed).toString('latin1'), encoding)) }
        : open(place, sealed),
  }));
}
