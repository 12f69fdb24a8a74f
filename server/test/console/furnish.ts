// An organization that has been at work for a month: providers, people, keys, calls and sessions, written past every route.
import type { Stage } from './stage.ts';

/** Ours, and what others have: names and addresses as long as they are in life. */
const PROVIDERS = [
  ['OpenAI', 'openai', 'https://api.openai.com/v1', null, false],
  ['Anthropic (research)', 'anthropic', 'https://api.anthropic.com/v1', '{claude-sonnet-4-5,claude-haiku-4-5}', false],
  ['GPU box in the cellar', 'ollama', 'http://gpu-07.models.internal.acme.example:11434', '{llama3.3:70b}', true],
] as const;

const PEOPLE = [
  ['admin', 'Adaeze Okonkwo', 'adaeze.okonkwo@acme.example'],
  ['admin', 'Jean-Baptiste de la Fontaine-Martinez', 'jean-baptiste.delafontaine-martinez@subsidiary.acme.example'],
  ['member', 'Mia Lindqvist', 'mia@acme.example'],
  ['member', 'Łukasz Żółkiewski', 'lukasz@acme.example'],
  ['member', 'Bo', 'bo@acme.example'],
  ['viewer', 'Auditor of the year', 'auditor@controllers.example'],
] as const;

const KEYS = [
  ['Billing reports, nightly', '{models:use}', 'null', 'null'],
  ['Support answers', '{models:use,usage:read}', "now() + interval '60 days'", 'null'],
  ['audit-export-to-warehouse', '{audit:read,audit:verify,controls:read}', "now() + interval '300 days'", 'null'],
  ['Trial of the spring', '{models:use}', "now() - interval '3 days'", 'null'],
  ['Laptop of a contractor', '{models:use}', 'null', "now() - interval '9 days'"],
] as const;

const MODELS = ['gpt-5.1', 'gpt-5.1-mini', 'claude-sonnet-4-5', 'text-embedding-3-large', 'llama3.3:70b'] as const;

const ORGANIZATION = "(select org_id from organization where slug = 'acme')";
const OWNER_ID = "(select user_id from person where email = 'olga@acme.example')";

export async function furnish({ query }: Stage): Promise<void> {
  for (const [at, [name, kind, url, models, isLocal]] of PROVIDERS.entries())
    await query(`insert into provider (org_id, id, name, kind, base_url, models, local, created_at)
      values (${ORGANIZATION}, gen_random_uuid(), '${name}', '${kind}', '${url}',
        ${models === null ? 'null' : `'${models}'`}, ${String(isLocal)}, now() - interval '${String(40 - at)} days')`);
  for (const [at, [role, name, email]] of PEOPLE.entries())
    await query(`with one as (
        insert into person (user_id, email, name, created_at)
        values (gen_random_uuid(), '${email}', '${name}', now() - interval '${String(39 - at)} days') returning user_id, created_at)
      insert into member (org_id, id, user_id, role, created_at)
      select ${ORGANIZATION}, gen_random_uuid(), user_id, '${role}', created_at from one`);
  for (const [at, [name, scopes, ends, revoked]] of KEYS.entries())
    await query(`insert into api_key (org_id, id, owner_user_id, name, scopes, secret_hash, expires_at, revoked_at, created_at)
      values (${ORGANIZATION}, gen_random_uuid(), ${OWNER_ID}, '${name}', '${scopes}', sha256(gen_random_uuid()::text::bytea),
        ${ends}, ${revoked}, now() - interval '${String(30 - at)} days')`);
  await query(`insert into model_call (org_id, id, owner_user_id, key_id, provider_id, model, endpoint, request_id, state, status,
      input_tokens, output_tokens, duration_ms, started_at)
    select ${ORGANIZATION}, gen_random_uuid(), ${OWNER_ID}, k.id, p.id,
      ('{${MODELS.map((model) => `"${model}"`).join()}}'::text[])[1 + n % ${String(MODELS.length)}], 'chat.completions',
      'req_' || n, case when n % 37 = 0 then 'upstream_failed' else 'finished' end, 200, 300 + n * 7 % 4100, n * 3 % 900, 400 + n % 900,
      now() - make_interval(hours => n % 660)
    from generate_series(1, 1200) n
    join lateral (select id from api_key order by created_at, n limit 1 offset n % 4) k on true
    join lateral (select id from provider order by created_at, n limit 1 offset n % 3) p on true`);
  await query(`insert into session (user_id, id, org_id, token_hash, created_at, last_seen_at, proven_at, idle_minutes, expires_at,
      address, device)
    select ${OWNER_ID}, gen_random_uuid(), ${ORGANIZATION}, sha256(gen_random_uuid()::text::bytea), now() - interval '2 days',
      now() - interval '3 minutes', now() - interval '2 days', 600, now() + interval '5 days', address, device
    from (values ('2001:db8:85a3::8a2e:370:7334', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15'),
      ('203.0.113.7', '')) as seen (address, device)`);
}
