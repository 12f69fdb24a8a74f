// The control of sizes and times turns red when the running server bears more than it says.
import { Server } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { changeRequests } from './requests.ts';
import { assertTurnsRed, type Breakage, startSystem, type System } from './system.ts';

let system: System;

/** As a server that was made without limits of time: every one that is asked from now on. */
const endlessHeads: Breakage = async () => {
  const changed = new Map<Server, readonly [number, number]>();
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was, and applied to the server it is called on
  const { emit } = Server.prototype;
  Server.prototype.emit = function (this: Server, ...all: Parameters<typeof emit>) {
    if (all[0] === 'connection' && !changed.has(this)) {
      changed.set(this, [this.headersTimeout, this.requestTimeout]);
      Object.assign(this, { headersTimeout: 0, requestTimeout: 0 });
    }
    return Reflect.apply(emit, this, all);
  } as typeof emit;
  return async () => {
    Server.prototype.emit = emit;
    for (const [server, [headersTimeout, requestTimeout]] of changed) {
      Object.assign(server, { headersTimeout, requestTimeout });
    }
  };
};

describe('the control of sizes and times, on the running system', () => {
  before(async () => {
    system = await startSystem({ HOLDFAST_HEADER_TIMEOUT_SECONDS: '1' });
  });
  after(() => system[Symbol.asyncDispose]());

  it('RL3 sees a server that waits for heads for ever', () =>
    assertTurnsRed(system, { id: 'RL3', at: 'slow head' }, endlessHeads));

  it('RL3 sees a server that does not look at the announced length', () =>
    assertTurnsRed(
      system,
      { id: 'RL3', at: 'body size' },
      changeRequests(({ headers }) => {
        if (Number(headers['content-length']) > 2 ** 20) delete headers['content-length'];
      }),
    ));
});
