// The control of grants turns red when the running system gives more than was granted, or for longer.
import { after, before, describe, it } from 'node:test';
import { changeFunction, identifyOtherwise } from './breakages.ts';
import { assertTurnsRed, type Breakage, startSystem, type System } from './system.ts';

let system: System;

/** The running server takes every member for an admin. */
function takeMembersForAdmins(): Breakage {
  return identifyOtherwise(system, 'session', async (tools, secret, identify) => {
    const principal = await identify(tools, secret);
    return principal !== undefined && 'role' in principal && principal.role === 'member'
      ? { ...principal, reach: tools.roles.reachOf('admin') }
      : principal;
  });
}

describe('the control of grants, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system?.[Symbol.asyncDispose]());

  it('RB5 sees grants whose time never ends', () =>
    assertTurnsRed(
      system,
      { id: 'RB5', at: 'one object, when the time of the grant is over' },
      changeFunction(system, 'granted_objects(uuid)', '(g.expires_at > now())', 'true'),
    ));

  it('RB5 sees grants that are everybody’s', () =>
    assertTurnsRed(
      system,
      { id: 'RB5', at: 'one object, changed' },
      changeFunction(system, 'granted_objects(uuid)', 'ELSE g.rank', 'ELSE 3'),
    ));

  it('RB5 sees members who are shown everything', () =>
    assertTurnsRed(system, { id: 'RB5', at: 'one object, in a list' }, takeMembersForAdmins()));
});
