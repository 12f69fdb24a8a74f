// The control of the one right over security turns red when the running system lets somebody by who lacks it, or who hands it on without it.
import { after, before, describe, it } from 'node:test';
import { assertTurnsRed, type Breakage, startSystem, type System } from './system.ts';
import type { AnyRoute } from '#kernel/route.ts';
import { identifyOtherwise } from './breakages.ts';

const MANAGE = 'security_configuration:manage';

let system: System;

/** The running server takes every admin for an owner. */
function takeAdminsForOwners(): Breakage {
  return identifyOtherwise(system, 'session', async (tools, secret, identify) => {
    const principal = await identify(tools, secret);
    return principal !== undefined && 'role' in principal && principal.role === 'admin'
      ? { ...principal, reach: tools.roles.reachOf('owner') }
      : principal;
  });
}

/** The running server takes the right for one that admins have, where it is handed on. */
function mistakeTheRight(): Breakage {
  return async () => {
    const { tools } = system.kernel;
    const { roles } = tools;
    const findPermission: typeof roles.findPermission = (name) =>
      roles.findPermission(name === MANAGE ? 'role:give' : name);
    Object.assign(tools, { roles: { ...roles, findPermission } });
    return async () => Object.assign(tools, { roles });
  };
}

/** The registry has an operation with the access of another. */
function guardOtherwise(id: string): Breakage {
  return async () => {
    // The registry is made once and not meant to be changed; here it is.
    const routes = system.kernel.registry.routes as AnyRoute[];
    const at = routes.findIndex((one) => one.id === id);
    const [route, other] = [routes[at], routes.find((one) => one.id === 'organization.update')];
    if (route === undefined || other === undefined) throw new Error(`no ${id}`);
    routes[at] = { ...route, access: other.access };
    return async () => {
      routes[at] = route;
    };
  };
}

describe('the control of the one right over security, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system?.[Symbol.asyncDispose]());

  it('RB3 sees admins who are let in', () =>
    assertTurnsRed(system, { id: 'RB3', at: 'network rules' }, takeAdminsForOwners()));

  it('RB3 sees a right that anybody hands on', () =>
    assertTurnsRed(system, { id: 'RB3', at: 'a role that holds the right, given' }, mistakeTheRight()));

  it('RB3 sees an operation that asks for another right', () =>
    assertTurnsRed(
      system,
      { id: 'RB3', at: 'operations that decide who gets in' },
      guardOtherwise('network_rules.update'),
    ));

  it('RB3 sees a right that is kept when its role is taken', () =>
    assertTurnsRed(system, { id: 'RB3', at: 'the right, given by a role' }, keepWhatWasTaken()));
});

/** A role that is taken from somebody stays theirs. */
function keepWhatWasTaken(): Breakage {
  return async () => {
    await system.admin(
      `create function holdfast.keep_it() returns trigger language plpgsql as 'begin return null; end'`,
    );
    await system.admin(
      'create trigger keep_it before delete on holdfast.member_role for each row when (pg_trigger_depth() = 0) execute function holdfast.keep_it()',
    );
    return () => system.admin('drop function holdfast.keep_it() cascade');
  };
}
