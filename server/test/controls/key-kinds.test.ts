// The controls of keys of the organization, of what keys rest on, and of ages turn red when the running system is broken.
import { after, before, describe, it } from 'node:test';
import { changeFunction, identifyOtherwise, runStatements } from './breakages.ts';
import { assertTurnsRed, startSystem, type System } from './system.ts';

let system: System;

describe('the controls of keys of the organization, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  it('AK2 sees a service key that acts for whoever is named', () =>
    assertTurnsRed(
      system,
      // A key that was handed over acts for who has gone, which RB8 sees.
      { id: 'AK2', at: 'a key that acts for people', beside: ['RB8'] },
      changeFunction(system, 'identify_api_keys(uuid[],uuid[])', ' and l.user_id = a.person', ''),
    ));

  it('AK2 sees a key in a page that works from anywhere', () =>
    assertTurnsRed(
      system,
      { id: 'AK2', at: 'a key that stands in a page' },
      identifyOtherwise(system, 'api_key', async (tools, secret, identify) => {
        const principal = await identify(tools, secret);
        if (principal?.kind !== 'api_key' || principal.refusedFor !== 'origin') return principal;
        const { refusedFor: _forgotten, ...rest } = principal;
        return { ...rest, reach: tools.roles.reachOf('owner') };
      }),
    ));

  it('AK2 sees keys without end that nobody flags', () =>
    assertTurnsRed(
      system,
      { id: 'AK2', at: 'use of a key' },
      runStatements(
        system,
        `create function holdfast.change_key() returns trigger language plpgsql as $$
           begin if new.name = 'probe AK2' then new.expires_at := coalesce(new.expires_at, now() + interval '50 years'); end if; return new; end $$;
         grant execute on function holdfast.change_key() to public;
         create trigger change_key before insert on holdfast.api_key for each row execute function holdfast.change_key()`,
        'drop function holdfast.change_key() cascade',
      ),
    ));

  it('AK2 sees a server that forgets when a key was used', () =>
    assertTurnsRed(
      system,
      { id: 'AK2', at: 'use of a key' },
      changeFunction(
        system,
        'note_api_key_uses(jsonb)',
        'set last_used_at = now()',
        'set last_used_at = k.last_used_at',
      ),
    ));

  it('AK2 sees a server that hides errors', () =>
    assertTurnsRed(
      system,
      { id: 'AK2', at: 'use of a key' },
      changeFunction(system, 'note_api_key_uses(jsonb)', 'sum(u.failures)', '0::bigint'),
    ));

  it('AK3 sees keys of the organization that outlive who answers for them', () =>
    assertTurnsRed(
      system,
      { id: 'AK3', at: 'member of a key' },
      runStatements(
        system,
        'alter table holdfast.api_key disable trigger revoke_orphaned_key',
        'alter table holdfast.api_key enable trigger revoke_orphaned_key',
      ),
    ));

  it('AK3 sees keys whose own limit is forgotten', () =>
    assertTurnsRed(
      system,
      { id: 'AK3', at: 'limit of a key' },
      identifyOtherwise(system, 'api_key', async (tools, secret, identify) => {
        const principal = await identify(tools, secret);
        if (principal?.kind !== 'api_key') return principal;
        const { perMinute: _forgotten, ...rest } = principal;
        return rest;
      }),
    ));

  it('AK3 sees a server that gives every key more than anybody configured', () =>
    assertTurnsRed(
      system,
      { id: 'AK3', at: 'limit of a key' },
      identifyOtherwise(system, 'api_key', async (tools, secret, identify) => {
        const principal = await identify(tools, secret);
        return principal?.kind === 'api_key' ? { ...principal, perMinute: principal.perMinute ?? 6_000 } : principal;
      }),
    ));

  it('EN6 sees a secret without an age', () =>
    assertTurnsRed(
      system,
      { id: 'EN6', at: 'ages that are stored' },
      runStatements(
        system,
        'alter table holdfast.api_key alter column created_at drop not null',
        'alter table holdfast.api_key alter column created_at set not null',
      ),
    ));

  it('EN6 sees a database that keeps exposed keys alive', () =>
    assertTurnsRed(
      system,
      { id: 'EN6', at: 'a key that was seen by others' },
      runStatements(
        system,
        `create function holdfast.keep_exposed() returns trigger language plpgsql as $$
         begin
           if new.exposed_at is not null then new.exposed_at := null; new.revoked_at := null; end if;
           return new;
         end $$;
         create trigger a_keep_exposed before update on holdfast.api_key for each row execute function holdfast.keep_exposed()`,
        'drop trigger a_keep_exposed on holdfast.api_key; drop function holdfast.keep_exposed()',
      ),
    ));

  it('EN6 sees the secret of a provider that others have seen and nobody has replaced', () =>
    assertTurnsRed(
      system,
      // That the organization was founded past the product is seen too.
      { id: 'EN6', at: 'secrets that were seen by others', beside: ['ID2'] },
      runStatements(
        system,
        // Of people: what the probe's own organizations have is compared with their log.
        `with made as (insert into holdfast.organization (org_id, name, slug, created_at)
           values (gen_random_uuid(), 'Exposed', 'exposed', now()) returning org_id)
         insert into holdfast.provider (org_id, id, name, kind, base_url, local, secret_reference, created_at, exposed_at)
           select org_id, gen_random_uuid(), 'exposed', 'openai', 'https://models.example.com/v1', false, 'env:NONE', now(), now() from made`,
        `delete from holdfast.organization where slug = 'exposed'`,
      ),
    ));

  it('EN6 sees keys that are never due', () =>
    assertTurnsRed(
      system,
      { id: 'EN6', at: 'report of ages' },
      runStatements(
        system,
        `alter table holdfast.api_key alter column rotated_at set default now() + interval '20 years'`,
        'alter table holdfast.api_key alter column rotated_at drop default',
      ),
    ));
});
