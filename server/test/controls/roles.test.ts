// The controls of roles turn red when the running system takes one role for another, lets somebody by who lacks the one right over security,
// or keeps what was taken.
import { after, before, describe, it } from 'node:test';
import { assertTurnsRed, type Breakage, startSystem, type System } from './system.ts';
import { type BuiltInRole, uniteReach } from '#kernel/permissions.ts';
import type { AnyRoute } from '#kernel/route.ts';
import { identifyOtherwise } from './breakages.ts';

const MANAGE = 'security_configuration:manage';

let system: System;

/** The running server takes everybody of a role for somebody of another, who has a right more. */
function mistake(role: BuiltInRole, other: BuiltInRole, more?: string): Breakage {
  return identifyOtherwise(system, 'session', async (tools, secret, identify) => {
    const principal = await identify(tools, secret);
    return principal !== undefined && 'role' in principal && principal.role === role
      ? { ...principal, reach: tools.roles.reachOfMember(other, more === undefined ? [] : [more]) }
      : principal;
  });
}

/** The running server lets every owner do what is for the host alone. */
function takeOwnersForTheHost(): Breakage {
  return identifyOtherwise(system, 'session', async (tools, secret, identify) => {
    const principal = await identify(tools, secret);
    if (principal === undefined || !('role' in principal) || principal.role !== 'owner') return principal;
    return { ...principal, reach: uniteReach(principal.reach, tools.roles.reachOf('operator')) };
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

describe('the controls of roles, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system?.[Symbol.asyncDispose]());

  it('RB1 sees viewers who are taken for members', () =>
    assertTurnsRed(system, { id: 'RB1', at: 'operations beyond a viewer' }, mistake('viewer', 'member')));

  it('RB1 sees members who are taken for admins', () =>
    assertTurnsRed(system, { id: 'RB1', at: 'the audit log, read' }, mistake('member', 'admin')));

  it('RB1 sees a role that is kept when it is taken', () =>
    assertTurnsRed(system, { id: 'RB1', at: 'a right, given by a role' }, keepWhatWasTaken('member_role')));

  it('RB1 sees what a team gives to who has left it', () =>
    assertTurnsRed(system, { id: 'RB1', at: 'an object, granted to a team' }, keepWhatWasTaken('team_member')));

  it('RB1 sees a door that nobody declared for viewers', () =>
    assertTurnsRed(
      system,
      { id: 'RB1', at: 'operations beyond a viewer' },
      mistake('viewer', 'viewer', 'credential:read'),
    ));

  it('RB1 sees owners who are let in where no role is', () =>
    assertTurnsRed(system, { id: 'RB1', at: 'operations that no role holds' }, takeOwnersForTheHost()));

  it('RB3 sees admins who are let in', () =>
    assertTurnsRed(
      system,
      // An admin who is an owner sees more than admins do, which is RB1's.
      { id: 'RB3', at: 'network rules', beside: ['RB1'] },
      mistake('admin', 'owner'),
    ));

  it('RB3 sees a right that anybody hands on', () =>
    assertTurnsRed(system, { id: 'RB3', at: 'a role that holds the right, given' }, mistakeTheRight()));

  it('RB3 sees an operation that asks for another right', () =>
    assertTurnsRed(
      system,
      { id: 'RB3', at: 'operations that decide who gets in' },
      guardOtherwise('network_rules.update'),
    ));

  it('RB3 sees a right that is kept when its role is taken', () =>
    assertTurnsRed(system, { id: 'RB3', at: 'the right, given by a role' }, keepWhatWasTaken('member_role')));
});

/** A role or a place that is taken from somebody stays theirs. */
function keepWhatWasTaken(table: 'member_role' | 'team_member'): Breakage {
  return async () => {
    await system.admin(
      `create function holdfast.keep_it() returns trigger language plpgsql as 'begin return null; end'`,
    );
    await system.admin(
      `create trigger keep_it before delete on holdfast.${table} for each row when (pg_trigger_depth() = 0) execute function holdfast.keep_it()`,
    );
    return () => system.admin('drop function holdfast.keep_it() cascade');
  };
}
