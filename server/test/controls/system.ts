// The real running system, to be broken on purpose: the server as `holdfast start` starts it, in this process, over a real database.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@holdfast/controls/report.ts';
import { loadConfig, type Config } from '#config.ts';
import { createKeyFile } from '#crypto/key-file.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { createLog } from '#telemetry/log.ts';
import { asSuperuser, cloneTemplate } from '#test/world.ts';
import { type RunningServer, startServer } from '../../src/start/server.ts';

export type System = AsyncDisposable & {
  readonly server: RunningServer;
  readonly kernel: Kernel;
  readonly config: Config;
  /** Past every wall, for breaking the database on purpose. */
  readonly admin: (sql: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;
  readonly keyFile: string;
  /** Lines of the log so far. */
  readonly lines: readonly string[];
};

/** `before` may do something to the database before the server has seen it, as a superuser. */
export async function startSystem(
  settings: Readonly<Record<string, string>> = {},
  before: (admin: System['admin']) => Promise<unknown> = async () => undefined,
): Promise<System> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'hf-system-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const database = opened.use(await cloneTemplate());
  const admin: System['admin'] = async (sql, values) => (await asSuperuser(database.as('superuser'), sql, values)).rows;
  await before(admin);
  const { host, port, user, password } = database.as('runtime');
  const keyFile = join(folder, 'master.key');
  const made = await createKeyFile({ path: keyFile, environment: 'production', unixMs: Date.now() });
  if (!made.ok) throw new Error(`key file: ${made.reason}`);
  const env = {
    HOLDFAST_DATA_DIR: folder,
    HOLDFAST_PORT: '0',
    HOLDFAST_PRIVATE_PORT: '0',
    HOLDFAST_MASTER_KEY_FILE: keyFile,
    DATABASE_URL: `postgresql://${user}:${String(password)}@${encodeURIComponent(host ?? '')}:${port}/${database.name}`,
    ...settings,
  };
  const loaded = loadConfig({ env });
  if (!loaded.ok) throw new Error(loaded.faults.map(({ key, problem }) => `${key} ${problem}`).join('\n'));
  const lines: string[] = [];
  const log = createLog({ level: 'info', now: () => new Date(), write: (line) => void lines.push(line) });
  const server = await startServer({ config: loaded.config, env, log, onStep: () => undefined });
  opened.defer(async () => void (await server.stop()));
  const rest = opened.move();
  return {
    server,
    kernel: server.kernel,
    config: loaded.config,
    admin,
    keyFile,
    lines,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** Checks the named controls, or all. */
export function verify({ server }: System, ...ids: readonly string[]): Promise<Report> {
  return server.verification.verifier.run(ids.length === 0 ? undefined : ids);
}

/** Breaks something, and gives back how to mend it. */
export type Breakage = () => Promise<() => Promise<unknown>>;

/** Controls that were seen to be the only ones to turn red: looking at all of them takes seconds. */
const seenAlone = new Set<string>();

/**
 * The control passes on the running system, fails when the system is broken, with a finding at `at`, and passes again when it is
 * mended. No other control fails but those named in `beside`: all are looked at for the first breakage of each control.
 */
export async function assertTurnsRed(
  system: System,
  expected: { readonly id: string; readonly at: string; readonly beside?: readonly string[] },
  breakIt: Breakage,
): Promise<void> {
  const { id, at, beside = [] } = expected;
  assert.deepEqual(verdictsOf(await verify(system, id)), [`${id} pass`]);
  const mend = await breakIt();
  try {
    const report = await (seenAlone.has(id) ? verify(system, id) : verify(system));
    seenAlone.add(id);
    const control = report.controls.find((each) => each.id === id);
    assert.equal(control?.verdict, 'fail', JSON.stringify(control?.findings));
    assert.ok(
      control.findings.some((finding) => finding.at === at),
      `${id}: ${JSON.stringify(control.findings)}`,
    );
    const odd = verdictsOf(report).filter((text) => !/ (?:pass|not_applicable)$/.test(text));
    assert.deepEqual(
      odd.filter((text) => !beside.includes(text.split(' ')[0] ?? '')),
      [`${id} fail`],
    );
  } finally {
    await mend();
  }
  assert.deepEqual(verdictsOf(await verify(system, id)), [`${id} pass`]);
}

function verdictsOf(report: Report): readonly string[] {
  return report.controls.map(({ id, verdict, findings, twinCaught }) => {
    const why =
      verdict === 'error' || verdict === 'unknown' ? `: ${findings.map(({ observed }) => observed).join('; ')}` : '';
    return `${id} ${verdict}${twinCaught ? '' : ' (twin not caught)'}${why}`;
  });
}
