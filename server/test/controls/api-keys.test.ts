// The control of API keys turns red when the running system keeps keys otherwise.
import { parseApiKey } from '@holdfast/protocol/api-key.ts';
import { after, before, describe, it } from 'node:test';
import type { Principal } from '#kernel/principal.ts';
import { changeFunction, identifyOtherwise, runStatements } from './breakages.ts';
import { assertTurnsRed, type Breakage, startSystem, type System } from './system.ts';

let system: System;

/** The key that AK1 makes is changed on its way into the database. */
function beforeEachKey(change: string): Breakage {
  return runStatements(
    system,
    `create function holdfast.change_key() returns trigger language plpgsql as $$
       begin if new.name = 'probe AK1' then ${change}; end if; return new; end $$;
     grant execute on function holdfast.change_key() to public;
     create trigger change_key before insert on holdfast.api_key for each row execute function holdfast.change_key()`,
    'drop function holdfast.change_key() cascade',
  );
}

describe('the control of API keys, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  it('AK1 sees keys that still open something when they are revoked', () =>
    assertTurnsRed(
      system,
      // One that was ended because others have seen it, by a review, or with a membership, does too.
      { id: 'AK1', at: 'use of a key', beside: ['AR1', 'EN6', 'RB8'] },
      changeFunction(system, 'identify_api_keys(uuid[],uuid[])', ' and k.revoked_at is null', ''),
    ));

  it('AK1 sees keys that live too long when no lifetime is given', () =>
    assertTurnsRed(
      system,
      { id: 'AK1', at: 'lifetime of a key' },
      beforeEachKey(`new.expires_at = new.created_at + interval '200 days'`),
    ));

  it('AK1 sees keys without end', () =>
    assertTurnsRed(system, { id: 'AK1', at: 'lifetime of a key' }, beforeEachKey('new.expires_at = null')));

  it('AK1 sees a list that shows the stored hash', () =>
    assertTurnsRed(
      system,
      { id: 'AK1', at: 'a key shown again' },
      beforeEachKey(`new.name = encode(new.secret_hash, 'hex')`),
    ));

  it('AK1 sees keys whose scopes bind nothing', () =>
    assertTurnsRed(
      system,
      // A key that may do everything is seen wherever one must not do something.
      { id: 'AK1', at: 'scopes of a key', beside: ['AK2', 'EN6'] },
      identifyOtherwise(system, 'api_key', async (tools, secret, identify) => {
        const principal = await identify(tools, secret);
        return principal?.kind === 'api_key' ? { ...principal, reach: tools.roles.reachOf('owner') } : principal;
      }),
    ));

  it('AK1 sees keys of which the id alone is looked at', () => {
    const seen = new Map<string, Principal>();
    return assertTurnsRed(
      system,
      // Nor does such a key end with its member, by a review, or when others have seen it.
      { id: 'AK1', at: 'use of a key', beside: ['AR1', 'EN6', 'RB8'] },
      identifyOtherwise(system, 'api_key', async (tools, secret, identify) => {
        const known = await identify(tools, secret);
        const uuid = parseApiKey(secret)?.uuid ?? '';
        if (known !== undefined) seen.set(uuid, known);
        return known ?? seen.get(uuid);
      }),
    );
  });
});
