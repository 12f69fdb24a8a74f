// Every route and stream, as every kind of caller, against a running kernel: who gets what, and what it leaves behind.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repositoryRoot } from '../../tools/lib/repository.ts';
import { type AnyOperation, operationsOf } from '../../tools/gen/operations.ts';
import {
  type Caller,
  callersOf,
  type Cell,
  expectedCell,
  maySeeAll,
  renderMatrix,
} from '../../tools/gen/permission-matrix.ts';
import { buildRegistry } from '#kernel/registry.ts';
import { modules } from '../src/modules.ts';
import { errorCodesOf } from '../src/reference/error-codes.ts';
import { startModelUpstream } from './e2e/model-upstream.ts';
import type { Example } from './example.ts';
import { examples } from './examples.ts';
import { type MatrixStage, openMatrixStage } from './matrix/callers.ts';
import { type Outcome, runOperation, withRandomIds } from './matrix/making-calls.ts';
import { tablesChanged, type Watch, watchWorld } from './matrix/watching.ts';
import type { Person } from './people.ts';

let upstream: Awaited<ReturnType<typeof startModelUpstream>>;
let stage: MatrixStage;
let world: MatrixStage['world'];
let people: MatrixStage['people'];
let owner: Person;
let stranger: Person;
let watch: Watch;
describe('every operation as every caller', () => {
  // Not before its turn: who signed in a quarter of an hour ago must prove anew who they are.
  before(async () => {
    upstream = await startModelUpstream();
    stage = await openMatrixStage(upstream.port);
    ({ world, people, owner, stranger } = stage);
    watch = await watchWorld(world);
  });
  after(async () => {
    await watch[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  const operations = operationsOf(buildRegistry(modules));
  const found = new Map<string, Cell>();
  const cellAt = ({ id }: AnyOperation, caller: Caller): string => `${id} as ${caller}`;
  let requests = 0;

  function exampleOf(operation: AnyOperation, actor: Person): Example | Promise<Example> {
    const make = examples[operation.id];
    if (make === undefined) throw new Error(`${operation.id} has no example; add one to server/test/examples.ts`);
    return make(stage, actor);
  }

  function isPerson(caller: Caller): boolean {
    return caller in people || caller in stage.holders || caller === 'owner of another organization';
  }

  /** The person who owns what a caller’s call is about. */
  function actorOf(caller: Caller): Person {
    if (caller === 'owner of another organization') return stranger;
    if (caller === 'service key for a member') return people.member;
    return stage.holders[caller] ?? (caller in people ? people[caller as keyof typeof people] : owner);
  }

  type Made = {
    readonly outcome: Outcome;
    readonly requestId: string;
    readonly changed: readonly string[];
    readonly left: number;
  };

  /** Makes one call and says what it left. */
  async function callAs(caller: Caller, operation: AnyOperation, example: Example): Promise<Made | 'no key'> {
    const usual = await stage.credentialOf(caller, operation);
    if (usual === 'no key') return usual;
    const credential = isPerson(caller) ? (example.credential ?? usual) : usual;
    requests += 1;
    const requestId = `req_matrix_${String(requests)}`;
    const before = await watch.look();
    const outcome = await runOperation(example.on ?? world.kernel, operation, {
      ...example.call,
      credential,
      requestId,
    });
    const after = await watch.look();
    return { outcome, requestId, changed: tablesChanged(before, after), left: after.total - before.total };
  }

  /** Calls that must be possible to make: a caller without a key is no answer. */
  async function mustCallAs(caller: Caller, operation: AnyOperation, example: Example): Promise<Made> {
    const made = await callAs(caller, operation, example);
    if (made === 'no key') throw new Error(`${cellAt(operation, caller)} has no credential to call with`);
    return made;
  }

  /** What the example took away is put back also when the test fails: else every test after it would. */
  async function settling(example: Example, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } finally {
      await example.settle?.();
    }
  }

  /** What every refusal has in common, whoever gets it. */
  function assertRefusal(operation: AnyOperation, caller: Caller, { outcome, changed, left }: Made): void {
    const at = cellAt(operation, caller);
    assert.ok(!outcome.ok, `${at} is done: ${JSON.stringify(outcome)}`);
    assert.deepEqual(changed, [], `${at} is refused and changes something`);
    assert.ok(errorCodesOf(operation).includes(outcome.code), `${at} answers ${outcome.code}, which it does not list`);
    // Somebody without any credential leaves nothing: there is nobody to tell of.
    assert.equal(
      left,
      outcome.code === 'auth.required' ? 0 : 1,
      `${at}: ${outcome.code} leaves ${String(left)} traces`,
    );
  }

  test('every route and stream has an example, and every example a route', () => {
    assert.deepEqual(Object.keys(examples).toSorted(), operations.map(({ id }) => id).toSorted());
  });

  for (const operation of operations) {
    const refused = callersOf(operation).filter((caller) => /^\d/.test(expectedCell(operation, caller)));
    test(`${operation.id} is refused to ${String(refused.length)} kinds of caller, changes nothing and is traced once`, async () => {
      const { credential: _own, ...example } = await exampleOf(operation, owner);
      const elsewhere = withRandomIds(example);
      await settling(example, async () => {
        for (const caller of refused) {
          const made = await mustCallAs(caller, operation, example);
          assertRefusal(operation, caller, made);
          assert.equal(String(made.outcome.status), expectedCell(operation, caller), cellAt(operation, caller));
          found.set(cellAt(operation, caller), String(made.outcome.status) as Cell);
          if (elsewhere === undefined) continue;
          const nowhere = await mustCallAs(caller, operation, { ...example, call: elsewhere });
          assert.deepEqual(made.outcome, nowhere.outcome, `${cellAt(operation, caller)} learns that the thing exists`);
        }
      });
    });
  }

  for (const operation of operations) {
    const reached = callersOf(operation).filter((caller) => /^(?:own|granted)$/.test(expectedCell(operation, caller)));
    test(`${operation.id} keeps to what the caller owns or was granted for ${String(reached.length)} kinds of caller`, async () => {
      const { credential: _own, ...example } = await exampleOf(operation, stage.bystander);
      const elsewhere = withRandomIds(example);
      await settling(example, async () => {
        for (const caller of elsewhere === undefined ? [] : reached) {
          const made = await mustCallAs(caller, operation, example);
          assertRefusal(operation, caller, made);
          // 403 tells that the thing exists, so only who may see it may hear that.
          if (made.outcome.status === 403 && maySeeAll(stage.world.kernel.registry.roles, operation, caller)) continue;
          assert.equal(made.outcome.status, 404);
          const nowhere = await mustCallAs(caller, operation, { ...example, call: elsewhere ?? {} });
          assert.deepEqual(made.outcome, nowhere.outcome, `${cellAt(operation, caller)} learns that the thing exists`);
        }
      });
    });
  }

  test('no key of any kind is made for what it may not hold', async () => {
    for (const operation of operations)
      for (const caller of callersOf(operation)) {
        if (expectedCell(operation, caller) !== 'no key') continue;
        const made = await stage.credentialOf(caller, operation);
        assert.equal(made, 'no key', cellAt(operation, caller));
        found.set(cellAt(operation, caller), 'no key');
      }
  });

  test('a role that lets somebody hand on, or act upon others, gives nothing of that', async () => {
    for (const operation of operations)
      for (const caller of callersOf(operation)) {
        if (expectedCell(operation, caller) !== 'beyond') continue;
        const { credential: _own, ...example } = await exampleOf(operation, owner);
        await settling(example, async () => {
          const made = await mustCallAs(caller, operation, example);
          assertRefusal(operation, caller, made);
          assert.match(made.outcome.ok ? '' : made.outcome.code, /\.beyond_yours$/, cellAt(operation, caller));
          found.set(cellAt(operation, caller), 'beyond');
        });
      }
  });

  /** Allowed: a mutation leaves exactly one event, of its own action, and a route that declares none leaves none. */
  async function assertTraced(operation: AnyOperation, caller: Caller, { requestId, left }: Made): Promise<void> {
    const at = cellAt(operation, caller);
    const events = await watch.eventsOf(requestId);
    const expected = 'action' in operation.audit ? [[operation.audit.action, 'allowed']] : [];
    assert.deepEqual(
      events.map(({ action, outcome }) => [action, outcome]),
      expected,
      at,
    );
    assert.equal(left, expected.length, at);
  }

  /** What a list shows follows who asks: only one’s own, or others’ too, or nothing of this organization. */
  function assertShown(operation: AnyOperation, caller: Caller, cell: Cell, body: string): void {
    const at = cellAt(operation, caller);
    if (cell === 'elsewhere')
      for (const text of stage.telling) assert.ok(!body.includes(text), `${at} is told of ${text}`);
    const owners = new Set([...body.matchAll(/"ownerUserId":"([^"]+)"/g)].map((match) => match[1]));
    if (cell === 'own' && owners.size > 0) assert.equal(owners.size, 1, `${at} is shown what others own`);
  }

  for (const operation of operations) {
    const allowed = callersOf(operation).filter((caller) =>
      /^(?:yes|own|granted|elsewhere)$/.test(expectedCell(operation, caller)),
    );
    test(`${operation.id} is done for ${String(allowed.length)} kinds of caller, and leaves what it declares`, async () => {
      for (const caller of allowed) {
        const cell = expectedCell(operation, caller);
        // What is granted is somebody else's.
        const example = await exampleOf(operation, cell === 'granted' ? owner : actorOf(caller));
        if (cell === 'granted') await stage.grant(example.call.params, actorOf(caller));
        let made: Made | undefined;
        await settling(example, async () => {
          made = await mustCallAs(caller, operation, example);
        });
        assert.ok(made !== undefined);
        assert.ok(made.outcome.ok, `${cellAt(operation, caller)} is refused: ${JSON.stringify(made.outcome)}`);
        await assertTraced(operation, caller, made);
        assertShown(operation, caller, cell, made.outcome.body);
        if (operation.method === 'GET')
          assert.deepEqual(made.changed, [], `${cellAt(operation, caller)} reads and changes something`);
        found.set(cellAt(operation, caller), cell);
      }
    });
  }

  test('what was found is the matrix that is written down', () => {
    const rows = operations.map((operation) => {
      const cells = callersOf(operation).map((caller) => [caller, found.get(cellAt(operation, caller)) ?? 'not found']);
      return { id: operation.id, cells: Object.fromEntries(cells) };
    });
    assert.equal(renderMatrix(rows), readFileSync(join(repositoryRoot, 'docs/reference/permission-matrix.md'), 'utf8'));
    assert.deepEqual(world.unexpected, []);
  });
});
