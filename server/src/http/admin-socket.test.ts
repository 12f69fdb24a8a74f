// The operator's socket: only this user's, never somebody else's place, and the same routes as everywhere.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { createEdgeWorld, type EdgeWorld, parseReply, type RawReply, readToEnd } from '#test/edge-world.ts';
import { type AdminSocket, createAdminSocket } from './admin-socket.ts';

describe('the operator’s socket', () => {
  let stage: EdgeWorld;
  let folder: string;
  before(async () => {
    stage = await createEdgeWorld();
  });
  after(() => stage[Symbol.asyncDispose]());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hf-admin-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function make(path = join(folder, 'admin.sock')): Promise<AdminSocket> {
    const { kernel, log, traces, health, config } = stage.parts;
    return createAdminSocket({
      kernel,
      log,
      traces,
      health,
      limits: config.limits,
      path,
      origin: () => 'http://localhost',
    });
  }

  async function askAt(path: string, line: string, headers: readonly string[] = [], body = ''): Promise<RawReply> {
    const socket = connect({ path });
    await once(socket, 'connect');
    const type = body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`];
    socket.write(
      [`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, ...type, '', body].join('\r\n'),
    );
    return parseReply(await readToEnd(socket));
  }

  test('the folder is ours alone, the socket too, and a caller is the operator', async () => {
    await chmod(folder, 0o755);
    const path = join(folder, 'admin.sock');
    const admin = await make();
    await admin.listen();
    assert.equal((await lstat(folder)).mode & 0o777, 0o700);
    assert.equal((await lstat(path)).mode & 0o777, 0o600);
    const reply = await askAt(path, 'POST /api/v1/setup/token', [], '{}');
    assert.equal(reply.status, 201, reply.body);
    assert.equal((await askAt(path, 'GET /api/v1/organization')).status, 403, 'the operator is in no organization');
    await admin.stop({ drainSeconds: 0 });
  });

  test('a credential in a header makes nobody else of the operator', async () => {
    const path = join(folder, 'admin.sock');
    const { key } = await stage.enter();
    const admin = await make();
    await admin.listen();
    assert.equal((await askAt(path, 'GET /v1/models', [`Authorization: Bearer ${key}`])).status, 403);
    await admin.stop({ drainSeconds: 0 });
  });

  test('the socket that a killed process left behind is replaced', async () => {
    const path = join(folder, 'admin.sock');
    const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    const child = spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
    await once(child, 'exit');
    assert.equal((await lstat(path)).isSocket(), true);
    const admin = await make();
    await admin.listen();
    assert.equal((await askAt(path, 'GET /health/live')).status, 200);
    await admin.stop({ drainSeconds: 0 });
  });

  test('a socket that another process listens to, a file and a link are left alone', async () => {
    const path = join(folder, 'admin.sock');
    const live = createServer().listen(path);
    await once(live, 'listening');
    await assert.rejects((await make()).listen(), /another process/);
    live.close();
    await once(live, 'close');
    await writeFile(path, 'a file');
    await assert.rejects((await make()).listen(), /not our socket/);
    await rm(path);
    await symlink('/nowhere', path);
    await assert.rejects((await make()).listen(), /not our socket/);
  });

  test('a path that systems have no room for, and a folder that is a link, are refused', async () => {
    await assert.rejects((await make(join(folder, 'a'.repeat(100), 'admin.sock'))).listen(), /longer than/);
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    await assert.rejects((await make(join(folder, 'link', 'admin.sock'))).listen(), /not a folder of this user/);
  });
});
