// Which keys are used, from where and with what: counted in memory, added to the database a few times a minute for all of them.
import type { KeyUse } from '#kernel/credential.ts';
import type { KeyPrincipal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { describeClient } from './clients.ts';
import { type CountedUse, noteUses } from './use-queries.ts';

type Uses = { counted: Map<string, CountedUse>; timer: NodeJS.Timeout | undefined };

const FLUSH_MS = 20_000;
/** Different (key, address, client) between two flushes; beyond it a key's calls are counted without saying from where. */
const PLACES_MAX = 5_000;
const usesOf = new WeakMap<Tools, Uses>();

/** Costs no trip: what a crash takes along is what was not yet added, 20 seconds at most. */
export function noteUse(tools: Tools, { keyId }: KeyPrincipal, use: KeyUse): void {
  let uses = usesOf.get(tools);
  if (uses === undefined) usesOf.set(tools, (uses = { counted: new Map(), timer: undefined }));
  const client = describeClient(use.userAgent);
  add(uses, { key: keyId, address: use.addressKey, client, calls: 1, failures: use.isFailure ? 1 : 0 });
  uses.timer ??= setTimeout(() => void flushUses(tools), FLUSH_MS).unref();
}

/** Adds to the database what was counted. Never rejects: what cannot be added now is added later. */
export async function flushUses(tools: Tools): Promise<void> {
  const uses = usesOf.get(tools);
  if (uses === undefined) return;
  clearTimeout(uses.timer);
  uses.timer = undefined;
  const rows = [...uses.counted.values()];
  if (rows.length === 0) return;
  uses.counted = new Map();
  try {
    await noteUses(tools.lookup, rows);
  } catch {
    for (const row of rows) add(uses, row);
    uses.timer ??= setTimeout(() => void flushUses(tools), FLUSH_MS).unref();
  }
}

function add({ counted }: Uses, use: CountedUse): void {
  const name = `${use.key} ${use.client} ${use.address}`;
  const held = counted.get(name);
  if (held !== undefined) {
    held.calls += use.calls;
    held.failures += use.failures;
  } else if (counted.size < PLACES_MAX) {
    counted.set(name, { ...use });
  } else {
    addElsewhere(counted, use);
  }
}

/** One place for each key that is used then; without room for that the call is not counted, so that memory stays as it is. */
function addElsewhere(counted: Map<string, CountedUse>, use: CountedUse): void {
  const name = `${use.key} elsewhere`;
  const held = counted.get(name);
  if (held !== undefined) {
    held.calls += use.calls;
    held.failures += use.failures;
  } else if (counted.size < PLACES_MAX * 2) {
    counted.set(name, { ...use, address: 'elsewhere', client: 'others' });
  }
}
