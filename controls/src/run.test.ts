// Runs on live targets: good ones pass, broken ones fail, and whatever hangs, lies or sees nothing ends as an error.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { Control, ProbeTools } from './control.ts';
import { evaluate } from './evaluate.ts';
import { goodHeader, hsts, keyFile, roles, startSite, type SiteTarget } from './examples.test-support.ts';
import type { Evidence } from './evidence.ts';
import { recordProbeRun } from './probe-run.ts';
import { observe, runControls, type Progress, type RunOptions } from './run.ts';
import { startTcpTwin } from './twins/tcp.ts';
import type { TwinAnswers } from './twins/http.ts';
import { controls, nowMs, options, startTarget, type Target } from './world.test-support.ts';

const header = { 'strict-transport-security': goodHeader };

async function resultOf(control: Control<Target>, target: Target, change: Partial<RunOptions> = {}) {
  const { results } = await runControls([control], target, { ...options, ...change });
  const [result] = results;
  assert.ok(result !== undefined);
  return result;
}

async function resultOfSite(answers: TwinAnswers, change: Partial<RunOptions> = {}) {
  await using site = await startSite(options, answers);
  await using world = await startTarget({ target: site.target });
  return await resultOf(hsts, world.target, change);
}

/** The control with another probe, which its twins are observed with too. */
function probing(probe: (target: SiteTarget, tools: ProbeTools) => Promise<readonly Evidence[]>): Control<Target> {
  const [twin] = hsts.twins;
  return {
    ...hsts,
    probe,
    twins: [{ ...twin, probe: (tools) => probe({ url: '', vantage: 'outside', isLoopback: false }, tools) }],
  };
}

test('a good target passes every control, and every twin is caught', async () => {
  await using world = await startTarget();
  const { results, evidence } = await runControls(controls, world.target, options);
  assert.deepEqual(
    results.map(({ id, verdict, twinCaught }) => [id, verdict, twinCaught]),
    [
      ['TR2', 'pass', true],
      ['TN3', 'pass', true],
      ['EN3', 'pass', true],
    ],
  );
  assert.ok(evidence.length > 0);
});

test('what is broken turns exactly its own control red, with the place and what was seen', async () => {
  await using world = await startTarget({ mode: 0o644 });
  const { results } = await runControls(controls, world.target, options);
  assert.deepEqual(
    results.map(({ verdict }) => verdict),
    ['pass', 'pass', 'fail'],
  );
  assert.deepEqual(
    results[2]?.findings.map(({ at, observed }) => [at, observed]),
    [['mode', '0644']],
  );
});

test('a header that is there on 200 and gone on 404 fails', async () => {
  const { verdict, findings } = await resultOfSite({ 'GET /': { status: 200, headers: header } });
  assert.deepEqual([verdict, findings.map(({ subject }) => subject)], ['fail', ['GET /nowhere']]);
});

test('a control that does not apply says so with evidence, and its twin is caught all the same', async () => {
  await using world = await startTarget({ target: { isLoopback: true } });
  const { verdict, twinCaught, findings } = await resultOf(hsts, world.target);
  assert.deepEqual([verdict, twinCaught, findings[0]?.evidence.length], ['not_applicable', true, 1]);
});

test('an endpoint that hangs is an error, and costs no more than the time limit', async () => {
  const { verdict, twinCaught, findings } = await resultOfSite({ '*': 'hang' }, { probeTimeoutMs: 500 });
  assert.deepEqual([verdict, twinCaught, findings[0]?.observed], ['error', true, 'timed out after 500 ms']);
});

test('an endpoint that promises more than it sends is an error', async () => {
  const { verdict } = await resultOfSite({ 'GET /': { status: 200, headers: header }, '*': 'cut' });
  assert.equal(verdict, 'error');
});

test('a dead endpoint and a wrong vantage never pass', async () => {
  await using world = await startTarget();
  const dead = { ...world.target, url: 'https://127.0.0.1:9' };
  assert.equal((await resultOf(hsts, dead)).verdict, 'error');
  const inside = { ...world.target, vantage: 'inside' } as const;
  assert.equal((await resultOf(hsts, inside)).verdict, 'unknown');
});

test('a probe that sees good everywhere is blind: its twin tells', async () => {
  await using world = await startTarget();
  const [fixture] = hsts.fixtures.good;
  const blind = probing((_target, { evidence }) =>
    Promise.resolve(
      fixture.evidence.map(({ kind, subject, at, data, vantage, ttlSeconds }) =>
        evidence({ kind, subject, at, data, vantage, ttlSeconds }),
      ),
    ),
  );
  const { verdict, twinCaught, findings } = await resultOf(blind, world.target);
  assert.deepEqual([verdict, twinCaught], ['error', false]);
  assert.equal(findings[0]?.observed, 'probe is blind: pass');
});

test('a twin that does not start, or hangs, is an error even where the target is good', async () => {
  await using world = await startTarget();
  const [twin] = roles.twins;
  const failing: Control<Target> = {
    ...roles,
    twins: [twin, { ...twin, name: 'dead', probe: () => Promise.reject(new Error('no port')) }],
  };
  const { verdict, findings } = await resultOf(failing, world.target);
  assert.deepEqual([verdict, findings[0]?.observed], ['error', 'probe is blind: error: no port']);
  const hanging: Control<Target> = { ...roles, twins: [{ ...twin, probe: () => new Promise(() => {}) }] };
  assert.equal((await resultOf(hanging, world.target, { probeTimeoutMs: 100 })).verdict, 'error');
});

test('a probe that throws, hangs, or brings what is no evidence is an error', async () => {
  await using world = await startTarget();
  const bring = (brought: unknown) => () => Promise.resolve(brought as readonly Evidence[]);
  const throwing = (thrown: unknown) => (): never => {
    throw thrown;
  };
  for (const [name, probe] of Object.entries({
    'throws at once': throwing(new Error('broken')),
    'throws nothing': throwing(undefined),
    'throws without a word': throwing(new Error(' ')),
    rejects: () => Promise.reject(new Error('broken')),
    hangs: () => new Promise<never>(() => {}),
    'brings nothing': bring(undefined),
    'brings a text': bring('evidence'),
    'brings forged evidence': bring([{ ...hsts.fixtures.good[0].evidence[0], data: { values: [goodHeader, 'x'] } }]),
    'brings what only looks like it': bring([{ kind: 'probe.run' }]),
  })) {
    const { verdict, twinCaught, findings } = await resultOf(probing(probe), world.target, { probeTimeoutMs: 100 });
    assert.deepEqual([verdict, twinCaught], ['error', false], name);
    const said = findings.at(-1)?.observed ?? '';
    assert.match(said, name.startsWith('brings') ? /list of evidence|^evidence/ : /\w/, name);
  }
});

test('a probe that brings records of probes harms nobody but itself', async () => {
  await using world = await startTarget();
  const run = { control: 'TN3', twin: null, evidence: [], failure: null, unixMs: nowMs };
  const forging = probing(() => Promise.resolve([recordProbeRun(run)]));
  const { results } = await runControls<Target>([forging, roles], world.target, options);
  assert.deepEqual(
    results.map(({ verdict }) => verdict),
    ['error', 'pass'],
  );
});

test('a probe that brings no evidence is unknown on its target', async () => {
  await using world = await startTarget();
  const [twin] = roles.twins;
  const empty: Control<Target> = { ...roles, probe: () => Promise.resolve([]), twins: [twin] };
  assert.equal((await resultOf(empty, world.target)).verdict, 'unknown');
});

test('a secret in the message of a failure does not reach the report', async () => {
  await using world = await startTarget();
  const leaking = probing(() => Promise.reject(new Error('cannot reach postgres://app:hunter2@db/holdfast')));
  const { evidence, results } = await runControls([leaking], world.target, options);
  assert.equal(results[0]?.verdict, 'error');
  assert.doesNotMatch(JSON.stringify({ evidence, results }), /hunter2/);
});

test('once the budget is spent, or the caller gives up, everything that is left is an error', async () => {
  await using world = await startTarget();
  const hanging: Control<Target> = { ...roles, id: 'ZZ1', probe: () => new Promise(() => {}) };
  let probed = 0;
  const counting: Control<Target> = {
    ...keyFile,
    probe: (target, tools) => {
      probed += 1;
      return keyFile.probe(target, tools);
    },
  };
  const run = (change: Partial<RunOptions>) =>
    runControls<Target>([hanging, counting], world.target, { ...options, parallelism: 1, ...change });
  const spent = await run({ budgetMs: 100 });
  assert.deepEqual(
    spent.results.map(({ verdict }) => verdict),
    ['error', 'error'],
  );
  assert.match(spent.results[1]?.findings.at(-1)?.observed ?? '', /budget of 100 ms is spent/);
  assert.equal(probed, 0, 'nothing is begun any more');
  const given = await run({ signal: AbortSignal.abort(new Error('given up')) });
  assert.deepEqual(
    given.results.map(({ findings }) => findings.at(-1)?.observed),
    ['given up', 'given up'],
  );
});

test('no more controls are observed at a time than allowed', async () => {
  await using world = await startTarget();
  let open = 0;
  let most = 0;
  const [twin] = roles.twins;
  const busy = (id: string): Control<Target> => ({
    ...roles,
    id,
    probe: async (target, tools) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open -= 1;
      return (await target.listRoles()).length === 0 ? [] : twin.probe(tools);
    },
  });
  const many = ['ZZ1', 'ZZ2', 'ZZ3', 'ZZ4', 'ZZ5'].map(busy);
  const { results } = await runControls(many, world.target, { ...options, parallelism: 2 });
  assert.equal(most, 2);
  assert.deepEqual(
    results.map(({ id }) => id),
    ['ZZ1', 'ZZ2', 'ZZ3', 'ZZ4', 'ZZ5'],
  );
});

test('progress tells of each control once when it starts and once, with its verdict, when it is done', async () => {
  await using world = await startTarget();
  const events: Progress[] = [];
  await runControls(controls, world.target, { ...options, onProgress: (event) => events.push(event) });
  const told = events.map((event) =>
    event.kind === 'started' ? event.id : `${event.result.id} ${event.result.verdict}`,
  );
  assert.deepEqual(told.toSorted(), ['EN3', 'EN3 pass', 'TN3', 'TN3 pass', 'TR2', 'TR2 pass']);
  assert.deepEqual(
    events.flatMap((event) => (event.kind === 'finished' ? [event.done] : [])),
    [1, 2, 3],
  );
});

test('two controls of one id are not run', async () => {
  await using world = await startTarget();
  await assert.rejects(runControls([roles, roles], world.target, options), /two controls have the id TN3/);
});

test('one control can be observed and judged without its twins, as a start does', async () => {
  await using world = await startTarget({ mode: 0o600 });
  const evidence = await observe(keyFile, world.target, options);
  assert.equal(evaluate(keyFile, evidence, '2026-11-22T10:45:00.000Z').verdict, 'pass');
});

test('a twin is stopped, although a probe hangs on it and ignores its signal', async () => {
  await using world = await startTarget();
  const server = await startTcpTwin({ greeting: 'hello' });
  const [{ hits }] = roles.twins;
  let stopped = false;
  const { defineControl } = await import('./define-control.ts');
  const control = defineControl<Target>({
    ...roles,
    probe: () => new Promise(() => {}),
    twins: [
      {
        name: 'hangs',
        hits,
        start: () =>
          Promise.resolve({
            target: world.target,
            [Symbol.asyncDispose]: async () => {
              await server[Symbol.asyncDispose]();
              stopped = true;
            },
          }),
      },
    ],
  });
  await resultOf(control, world.target, { probeTimeoutMs: 50 });
  const socket = connect(server.port, server.host);
  await assert.rejects(once(socket, 'connect'), /ECONNREFUSED/);
  assert.ok(stopped);
});
