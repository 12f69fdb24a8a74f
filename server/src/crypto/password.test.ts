// Tests passwords against the reference implementation's hashes, and that hashing is bounded and off the event loop.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHashQueue, type HashQueue } from './hash-queue.ts';
import {
  hashPassword,
  passwordBytesMax,
  passwordParameters,
  verifyAgainstNothing,
  verifyPassword,
  type VerifyPasswordResult,
} from './password.ts';
import { formatPhc, parsePhc } from './phc.ts';
import { toSecret } from './secret.ts';

const queue = createHashQueue({ concurrency: 2, queueMax: 100 });
const matches: VerifyPasswordResult = { ok: true, needsRehash: false };
const mismatch: VerifyPasswordResult = { ok: false, reason: 'mismatch' };

// All made with the reference implementation (libargon2 20171227, argon2id_hash_encoded); the first is also in its own tests.
const smallHash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
const standardHash =
  '$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$gYJZtjEAJqjg26xdLmknq8/bB7MiWPrE9hsYuA+SkIU';
const strongHash = '$argon2id$v=19$m=65536,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$hTsnKkTbFCHAKWJmmlXrCZTzyrOF7RxMeSU+7hm6tJ4';
const unicodeHash = '$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$o24ypxOehI9Yzt8CFVie9hH2/UJWBwXa7Dluhl7a19s';
const emptyHash = '$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$p9c4ucO/R2KPDN+PkWHKJ8BFh72sWSAvoB5iH9pNqCY';

test('hashes of the reference implementation verify, and weaker ones ask for a new hash', async () => {
  assert.deepEqual(await verify(standardHash, 'correct horse battery staple'), matches);
  assert.deepEqual(await verify(strongHash, 'correct horse battery staple'), matches);
  assert.deepEqual(await verify(unicodeHash, 'pässwörd €'), matches);
  assert.deepEqual(await verify(emptyHash, ''), matches);
  assert.deepEqual(await verify(smallHash, 'password'), { ok: true, needsRehash: true });
});

test('another password does not verify', async () => {
  for (const wrong of ['correct horse battery stapl', 'Correct horse battery staple', '']) {
    assert.deepEqual(await verify(standardHash, wrong), mismatch);
  }
  assert.deepEqual(await verify(emptyHash, ' '), mismatch);
});

test('one fewer pass, less memory, a shorter salt or a shorter hash each asks for a new hash', async () => {
  const { salt, hash } = parsePhc(standardHash) ?? assert.fail('the hash parses');
  const weaker = [
    { parameters: { ...passwordParameters, passes: 1 }, salt, tagBytes: 32 },
    { parameters: { ...passwordParameters, memoryKib: 19_455 }, salt, tagBytes: 32 },
    { parameters: passwordParameters, salt: salt.subarray(8), tagBytes: 32 },
    { parameters: passwordParameters, salt, tagBytes: 16 },
  ];
  for (const { parameters, salt: otherSalt, tagBytes } of weaker) {
    const phc = formatPhc({ parameters, salt: otherSalt, hash: await compute(parameters, otherSalt, tagBytes) });
    assert.deepEqual(await verify(phc, 'password'), { ok: true, needsRehash: true }, phc);
  }
  assert.equal(hash.length, 32);
});

test('a new hash has the promised parameters, a fresh salt, and verifies', async () => {
  const [first, second] = [await hash('hunter2 and more'), await hash('hunter2 and more')];
  assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(first.split('$')[4], second.split('$')[4]);
  assert.notEqual(first.split('$')[5], second.split('$')[5]);
  assert.deepEqual(await verify(first, 'hunter2 and more'), matches);
  assert.deepEqual(await verify(first, 'hunter2 and mor'), mismatch);
});

test('a password typed as composed or decomposed characters is one password', async () => {
  assert.deepEqual(await verify(unicodeHash, 'pässwörd €'.normalize('NFD')), matches);
  assert.deepEqual(await verify(await hash('pässwörd €'.normalize('NFD')), 'pässwörd €'), matches);
});

test('a password too long or not well-formed is never hashed and never matches', async () => {
  const longest = 'x'.repeat(passwordBytesMax);
  assert.deepEqual(await verify(await hash(longest), longest), matches);
  for (const unusable of [`${longest}x`, 'ä'.repeat(passwordBytesMax / 2 + 1), 'lone \ud800']) {
    assert.deepEqual(await hashPassword(queue, toSecret(unusable)), { ok: false, reason: 'unusable' });
    assert.deepEqual(await verify(standardHash, unusable), mismatch);
    // Hashed as empty to cost the same, but an empty password's hash must not let it in.
    assert.deepEqual(await verify(emptyHash, unusable), mismatch);
  }
});

test('a damaged stored hash is reported as such and lets nobody in', async () => {
  const damaged = [
    '',
    'password',
    standardHash.slice(0, -1),
    `${standardHash}=`,
    `${standardHash}\n`,
    ` ${standardHash}`,
    standardHash.replace('argon2id', 'argon2i'),
    standardHash.replace('argon2id', 'argon2d'),
    standardHash.replace('v=19', 'v=16'),
    standardHash.replace('$v=19', ''),
    standardHash.replace('m=19456,t=2', 't=2,m=19456'),
    standardHash.replace('m=19456', 'm=019456'),
    standardHash.replace('m=19456', 'm=+19456'),
    standardHash.replace('m=19456', 'm=7'),
    standardHash.replace('m=19456', 'm=262145'),
    standardHash.replace('m=19456', 'm=99999999'),
    standardHash.replace('t=2', 't=0'),
    standardHash.replace('t=2', 't=17'),
    standardHash.replace('p=1', 'p=17'),
    standardHash.replace('m=19456,t=2,p=1', 'm=31,t=2,p=4'),
    standardHash.replace('p=1', 'p=1,keyid=AAAA'),
    standardHash.replace('AAECAwQFBgcICQoLDA0ODw', 'AAECAwQFBg'),
    standardHash.replace('AAECAwQFBgcICQoLDA0ODw', 'AAECAwQFBgcICQoLDA0ODx'),
    standardHash.replace('+', '-'),
    standardHash.replace(/\$[^$]+$/, '$AAAAAAAAAAAAAAAAAAAA'),
  ];
  for (const phc of damaged) {
    assert.notEqual(phc, standardHash);
    assert.equal(parsePhc(phc), undefined, phc);
  }
  assert.deepEqual(await verify('', ''), { ok: false, reason: 'unreadable_hash' });
  assert.deepEqual(await verify(`${standardHash}=`, 'correct horse battery staple'), {
    ok: false,
    reason: 'unreadable_hash',
  });
});

test('a PHC string reads back as written', () => {
  for (const phc of [smallHash, standardHash, strongHash]) {
    assert.equal(formatPhc(parsePhc(phc) ?? assert.fail('the hash parses')), phc);
  }
});

test('an account that does not exist costs a hash and is never ok', async () => {
  const counting = countJobs();
  assert.deepEqual(await verifyAgainstNothing(counting.queue, toSecret('')), mismatch);
  assert.deepEqual(await verifyAgainstNothing(counting.queue, toSecret('hunter2 and more')), mismatch);
  assert.equal(counting.jobs(), 2);
});

test('an unusable password and a damaged hash cost a hash too', async () => {
  const counting = countJobs();
  await verifyPassword(counting.queue, standardHash, toSecret('lone \ud800'));
  await verifyPassword(counting.queue, 'damaged', toSecret('hunter2 and more'));
  assert.equal(counting.jobs(), 2);
});

test('a full queue answers busy at once, alike for known and unknown accounts and for new hashes', async () => {
  const full = createHashQueue({ concurrency: 1, queueMax: 0 });
  const running = verifyPassword(full, standardHash, toSecret('correct horse battery staple'));
  const busy = { ok: false, reason: 'busy' };
  assert.deepEqual(await verifyPassword(full, standardHash, toSecret('correct horse battery staple')), busy);
  assert.deepEqual(await verifyPassword(full, 'damaged', toSecret('x')), busy);
  assert.deepEqual(await verifyAgainstNothing(full, toSecret('x')), busy);
  assert.deepEqual(await hashPassword(full, toSecret('x')), busy);
  assert.deepEqual(await running, matches);
  assert.deepEqual(await verifyPassword(full, standardHash, toSecret('correct horse battery staple')), matches);
});

test('of fifty sign-ins at once no more run than allowed, and those beyond the queue are refused', async () => {
  const bounded = createHashQueue({ concurrency: 2, queueMax: 20 });
  const watched = watchQueue(bounded);
  const results = await Promise.all(
    Array.from({ length: 50 }, () => verifyPassword(watched.queue, smallHash, toSecret('password'))),
  );
  assert.equal(watched.runningMax(), 2);
  assert.equal(results.filter(({ ok }) => ok).length, 22);
  assert.equal(results.filter((result) => !result.ok && result.reason === 'busy').length, 28);
  assert.deepEqual(bounded.stats(), { running: 0, waiting: 0 });
});

test('the event loop turns while passwords are hashed', async () => {
  const single = createHashQueue({ concurrency: 1, queueMax: 10 });
  const order: string[] = [];
  const turn = new Promise<void>((resolve) => {
    setImmediate(() => {
      order.push('turn');
      resolve();
    });
  });
  // One after the other: hashing on the event loop would end all of them before its next turn.
  const hashes = Array.from({ length: 5 }, async () => {
    await verifyPassword(single, standardHash, toSecret('correct horse battery staple'));
    order.push('hash');
  });
  await Promise.all([turn, ...hashes]);
  assert.ok(order.indexOf('turn') < order.lastIndexOf('hash'), order.join());
  assert.equal(order.filter((each) => each === 'hash').length, 5);
});

async function hash(password: string): Promise<string> {
  const result = await hashPassword(queue, toSecret(password));
  return result.ok ? result.phc : assert.fail(result.reason);
}

async function verify(phc: string, password: string): Promise<VerifyPasswordResult> {
  return verifyPassword(queue, phc, toSecret(password));
}

async function compute(
  { memoryKib, passes, parallelism }: typeof passwordParameters,
  salt: Uint8Array,
  tagLength: number,
): Promise<Buffer> {
  const { argon2Sync } = await import('node:crypto');
  const input = { message: 'password', nonce: salt, memory: memoryKib, passes, parallelism, tagLength };
  return argon2Sync('argon2id', input);
}

function countJobs(): { readonly queue: HashQueue; jobs(): number } {
  const watched = watchQueue(createHashQueue({ concurrency: 1, queueMax: 0 }));
  return { queue: watched.queue, jobs: watched.jobs };
}

/** The same queue, with its jobs counted as they begin and end. */
function watchQueue(inner: HashQueue) {
  let running = 0;
  let runningMax = 0;
  let jobs = 0;
  const watched: HashQueue = {
    stats: () => inner.stats(),
    run: (job) =>
      inner.run(async () => {
        jobs += 1;
        running += 1;
        runningMax = Math.max(runningMax, running);
        try {
          return await job();
        } finally {
          running -= 1;
        }
      }),
  };
  return { queue: watched, jobs: () => jobs, runningMax: () => runningMax };
}
