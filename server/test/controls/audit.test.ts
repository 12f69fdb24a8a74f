// The controls of the audit log, of what may stand in it, and of the way out turn red when the running system breaks.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parseAllowList } from '#outbound/allow-list.ts';
import { createOutbound, type Outbound } from '#outbound/outbound.ts';
import { assertTurnsRed, type Breakage, startSystem, type System, verify } from './system.ts';

let system: System;

/** The server calls out through another client. */
function setOutbound(other: Pick<Outbound, 'fetch'>): Breakage {
  return async () => {
    const { outbound } = system.kernel.tools;
    Object.assign(system.kernel.tools, { outbound: { ...outbound, ...other } });
    return async () => void Object.assign(system.kernel.tools, { outbound });
  };
}

/** As a module would call that knows nothing of the outbound part. */
const bareFetch: Pick<Outbound, 'fetch'> = {
  fetch: async ({ url }) => {
    try {
      const reply = await fetch(url, { signal: AbortSignal.timeout(300) });
      return { ok: true, status: reply.status, headers: {}, body: Buffer.from(await reply.bytes()), url };
    } catch {
      return { ok: false, reason: 'unreachable', sent: false, detail: 'bare fetch' };
    }
  },
};

describe('the controls of audit, log and outbound calls, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  for (const at of ['a server on loopback', 'the metadata service', 'loopback in octal'])
    it(`SF1 sees at ${at} that the server calls out without a policy`, () =>
      assertTurnsRed(system, { id: 'SF1', at }, setOutbound(bareFetch)));

  it('SF1 does not pass on a client that answers nothing any more', async () => {
    const allow = parseAllowList('');
    assert.ok(allow.ok);
    const closed = createOutbound({ allow: allow.list });
    await closed.close();
    const mend = await setOutbound(closed)();
    assert.deepEqual(
      (await verify(system, 'SF1')).controls.map(({ verdict }) => verdict),
      ['unknown'],
    );
    await mend();
  });
});
