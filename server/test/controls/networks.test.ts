// The control of network rules turns red when the running system lets in whom no rule names, or shuts out what none is about.
import { after, before, describe, it } from 'node:test';
import type { CredentialKind } from '#kernel/credential.ts';
import type { NetworkList } from '#kernel/networks.ts';
import { changeFunction, identifyOtherwise } from './breakages.ts';
import { assertTurnsRed, type Breakage, startSystem, type System } from './system.ts';

let system: System;

/** The running server forgets one list of those that a look-up brings. */
function forget(kind: CredentialKind['kind'], list: NetworkList): Breakage {
  return identifyOtherwise(system, kind, async (tools, secret, identify) => {
    const principal = await identify(tools, secret);
    return principal !== undefined && 'networks' in principal
      ? { ...principal, networks: principal.networks.filter((rule) => rule.list !== list) }
      : principal;
  });
}

describe('the control of network rules, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  it('TR9 sees sessions that are used from anywhere', () =>
    assertTurnsRed(system, { id: 'TR9', at: 'rule of the console' }, forget('session', 'console')));

  it('TR9 sees sign-ins from anywhere', () =>
    assertTurnsRed(
      system,
      { id: 'TR9', at: 'rule of the console' },
      changeFunction(system, 'list_demands(uuid)', 'n.console', 'NULL::text[]'),
    ));

  it('TR9 sees keys that use the API from anywhere', () =>
    assertTurnsRed(system, { id: 'TR9', at: 'rule of the API' }, forget('api_key', 'api')));

  it('TR9 sees keys that call models from anywhere', () =>
    assertTurnsRed(
      system,
      { id: 'TR9', at: 'rule of models' },
      changeFunction(system, 'identify_api_keys(uuid[],uuid[])', 'w.models as', 'null::text[] as'),
    ));

  it('TR9 sees that what is said of a key is forgotten', () =>
    assertTurnsRed(system, { id: 'TR9', at: 'rule of a key' }, forget('api_key', 'key')));

  it('TR9 sees models that are closed with the API', () =>
    assertTurnsRed(
      system,
      { id: 'TR9', at: 'models while the console and the API are shut' },
      changeFunction(system, 'identify_api_keys(uuid[],uuid[])', 'w.models as', 'w.api as'),
    ));
});
