// What controls rest on may be gone, slow or lying: none of them passes on that, and the rest say what they said before.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { askHttp } from '@holdfast/controls/probes/http.ts';
import type { Report } from '@holdfast/controls/report.ts';
import { observe, runControls } from '@holdfast/controls/run.ts';
import type { TwinAnswer } from '@holdfast/controls/twins/http.ts';
import type { Verdict } from '@holdfast/controls/verdict.ts';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { createLog } from '#telemetry/log.ts';
import { startWebTwin } from '#verification/exchange.ts';
import type { Instance } from '#verification/instance.ts';
import { twinTenants } from '#verification/twin-tenants.ts';
import { controls } from '../../src/controls.ts';
import { openInstance } from '../../src/start/instance.ts';
import { describeKeys, openStartRules } from '../../src/start/start-rules.ts';
import { cutDatabaseOff } from './breakages.ts';
import { startSystem, type System, verify } from './system.ts';

/** Controls that have nothing to say of a server, or of a database, on this machine alone. */
const NOT_APPLICABLE: readonly string[] = ['EN8', 'ID6', 'RB2', 'TR1', 'TR2'];
/** Parts of an instance behind which the database is. */
const ON_DATABASE: readonly (keyof Instance)[] = ['database', 'tenants', 'accounts', 'tenantVault', 'logWatch'];
/** They see through replies what the database decides: health, who is over a limit, whose address is counted. */
const THROUGH_REPLIES: readonly string[] = ['OB2', 'RL1', 'TR10'];
const ON_WEB: readonly (keyof Instance)[] = ['web', 'privateWeb', 'tenants'];
const BUDGET_MS = 30_000;

const options = { unixMs: Date.now, fingerprintKey: new Uint8Array(32).fill(1), probeTimeoutMs: 5_000 };

let system: System;
let opened: Awaited<ReturnType<typeof openInstance>>;
/** Which parts each control asks for. */
let asked: ReadonlyMap<string, ReadonlySet<string>>;
let healthy: Report;

type Verdicts = ReadonlyMap<string, Verdict>;

function verdictsOf(results: readonly { readonly id: string; readonly verdict: Verdict }[]): Verdicts {
  return new Map(results.map(({ id, verdict }) => [id, verdict]));
}

function restingOn(parts: readonly string[]): readonly string[] {
  return controls.map(({ id }) => id).filter((id) => parts.some((part) => asked.get(id)?.has(part)));
}

/** The parts of the running system, as the verifier opens them. */
async function openParts(): Promise<typeof opened> {
  const { config, kernel, server, admin } = system;
  const [row] = await admin('select kek_id from holdfast.data_key limit 1');
  const describing = { describe: () => ({ currentKekId: String(row?.['kek_id']), previousKekIds: [] }) };
  return openInstance({
    config,
    kernel,
    bound: () => server.bound,
    keys: describeKeys(config, describing as unknown as Parameters<typeof describeKeys>[1]),
    startRules: openStartRules({ config, env: { HOME: config.dataDirectory } }),
    log: createLog({ level: 'error', now: () => new Date(), write: () => undefined }),
  });
}

async function traceParts(): Promise<typeof asked> {
  const traced = new Map<string, ReadonlySet<string>>();
  for (const control of controls) {
    const seen = new Set<string>();
    const instance = new Proxy(opened.instance, {
      get: (target, name) => {
        seen.add(String(name));
        return Reflect.get(target, name) as unknown;
      },
    });
    await observe(control, instance, options);
    traced.set(control.id, seen);
  }
  return traced;
}

describe('controls whose ground is gone', () => {
  before(async () => {
    // With an origin that may read: where none is listed, a server that says nothing is as good as ours to TR5.
    system = await startSystem({ HOLDFAST_CORS_ORIGINS: 'https://app.example.org' });
    healthy = await verify(system);
    opened = await openParts();
    asked = await traceParts();
  });
  after(async () => {
    await opened[Symbol.asyncDispose]();
    await system[Symbol.asyncDispose]();
  });

  it('on a fresh system every control is decided within the budget, and every broken twin is caught', () => {
    const odd = healthy.controls
      .filter(({ id, verdict }) => verdict !== (NOT_APPLICABLE.includes(id) ? 'not_applicable' : 'pass'))
      .map(({ id, verdict, findings }) => `${id} ${verdict}: ${findings.map(({ observed }) => observed).join('; ')}`);
    assert.deepEqual(odd, []);
    assert.deepEqual(
      healthy.controls.filter(({ twinCaught }) => !twinCaught).map(({ id }) => id),
      [],
    );
    assert.equal(healthy.controls.length, controls.length);
    assertWithinBudget(healthy);
  });

  const lies: Readonly<Record<string, TwinAnswer>> = {
    'never answers': 'hang',
    'breaks off every reply': 'cut',
    'answers 200 and junk': { status: 200, body: 'junk' },
    'answers 200 and an empty object': { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
    'answers 201 and a session': { status: 201, headers: { 'set-cookie': 'a=b; Path=/' }, body: '{"done":true}' },
    'refuses everything with 401': { status: 401, headers: { 'retry-after': '1' } },
    'refuses everything with 404': { status: 404 },
    'refuses everything with 429': { status: 429, headers: { 'retry-after': '1' } },
    'fails with 500': { status: 500 },
  };
  for (const [name, answer] of Object.entries(lies)) {
    it(`no control that rests on the web passes on a server that ${name}`, async () => {
      await using lying = await startWebTwin({ '*': answer });
      const { web } = lying.target;
      const instance: Instance = {
        ...opened.instance,
        web,
        privateWeb: web,
        tenants: { open: async () => twinTenants },
      };
      // What hangs must not hold up the test; the twins of the controls answer far sooner.
      const probeTimeoutMs = answer === 'hang' ? 1_000 : options.probeTimeoutMs;
      const resting = new Set(restingOn(ON_WEB));
      const outcome = await runControls(
        controls.filter(({ id }) => resting.has(id)),
        instance,
        { ...options, probeTimeoutMs, budgetMs: BUDGET_MS, parallelism: 6 },
      );
      assert.ok(outcome.results.length > 0);
      const trusting = outcome.results.filter(
        ({ id, verdict }) => !['fail', 'error', 'unknown'].includes(verdict) && !NOT_APPLICABLE.includes(id),
      );
      assert.deepEqual(
        trusting.map(({ id, verdict }) => `${id} ${verdict}`),
        [],
      );
    });
  }

  it('without the database no control passes that needs it, the others stay as they were, and all of it comes back', async () => {
    const restore = await cutDatabaseOff(system);
    let cutOff: Verdicts;
    try {
      const report = await verify(system);
      assertWithinBudget(report);
      cutOff = verdictsOf(report.controls);
      await assertChecksumIsLookedAtFirst();
    } finally {
      await restore();
    }
    const needing = restingOn(ON_DATABASE);
    assert.ok(needing.length > 0);
    assert.deepEqual(
      needing
        .filter((id) => !['error', 'unknown'].includes(cutOff.get(id) ?? ''))
        .map((id) => `${id} ${cutOff.get(id)}`),
      [],
    );
    const before = verdictsOf(healthy.controls);
    const others = controls.map(({ id }) => id).filter((id) => ![...needing, ...THROUGH_REPLIES].includes(id));
    assert.ok(others.length > 0);
    assert.deepEqual(
      others.filter((id) => cutOff.get(id) !== before.get(id)).map((id) => `${id} ${cutOff.get(id)}`),
      [],
    );
    await assertComesBack(before);
  });
});

/** What a run could not look at in its time, it says so of. */
function assertWithinBudget(report: Report): void {
  const late = report.controls.filter(({ findings }) =>
    findings.some(({ observed }) => /the budget of/.test(observed)),
  );
  assert.deepEqual(
    late.map(({ id }) => id),
    [],
  );
}

/** AK1: a key with a wrong character is refused by its checksum, where a well-formed one has to be looked up. */
async function assertChecksumIsLookedAtFirst(): Promise<void> {
  const port = system.server.bound.find(({ purpose }) => purpose === 'public')?.port ?? 0;
  const key = formatApiKey({ uuid: system.kernel.tools.newId(), secretBytes: new Uint8Array(32).fill(9) });
  const changed = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A');
  const statuses = await Promise.all(
    [key, changed].map(async (each) => {
      const headers = [
        ['Host', new URL(system.server.origin).host],
        ['Authorization', `Bearer ${each}`],
      ] as const;
      const place = { origin: `http://127.0.0.1:${port}` };
      return (await askHttp(place, { path: '/v1/models', headers }, AbortSignal.timeout(10_000))).status;
    }),
  );
  assert.deepEqual(statuses, [503, 401]);
}

async function assertComesBack(before: Verdicts): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const now = verdictsOf((await verify(system)).controls);
    const odd = [...before].filter(([id, verdict]) => now.get(id) !== verdict);
    if (odd.length === 0) return;
    assert.ok(tries < 3, odd.map(([id]) => `${id} ${now.get(id)}`).join(', '));
    await sleep(1_000);
  }
}
