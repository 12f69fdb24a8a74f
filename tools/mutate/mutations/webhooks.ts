// Sabotages of webhooks: each lets a message be forged, lost, sent where it must not go, or its secret be seen.
import type { Mutation } from '../mutation.ts';

const WEBHOOKS = 'server/src/modules/webhooks';
const TESTS = `${WEBHOOKS}/webhooks.test.ts`;
const BOUNDS = `${WEBHOOKS}/bounds.test.ts`;
const SEND =
  "  const reply = await tools.outbound.open({ tenant, method: 'POST', signal, limits: LIMITS, ...message });\n";

export const webhookMutations: readonly Mutation[] = [
  {
    name: 'every-attempt-is-an-alarm',
    file: 'server/src/kernel/probing.ts',
    find: '    if (first?.allowed !== true) return;\n',
    replace: '    if (first === undefined) return;\n',
    mustTurnRed: `${WEBHOOKS}/probing.test.ts :: is told of once for fifty attempts at once`,
  },
  {
    name: 'probing-is-not-told',
    file: 'server/src/kernel/recorder.ts',
    find: "if (refusal.code === 'resource.not_found') probing?.note",
    replace: "if (refusal.code === 'auth.forbidden') probing?.note",
    mustTurnRed: `${WEBHOOKS}/probing.test.ts :: is told of once for fifty attempts at once`,
  },
  {
    name: 'a-flood-of-attempts-costs-memory',
    file: 'server/src/kernel/probing.ts',
    find: ' || running.size >= AT_ONCE_MAX) return;',
    replace: ') return;',
    mustTurnRed: `${WEBHOOKS}/probing.test.ts :: costs no more memory under a flood`,
  },
  {
    name: 'break-glass-stays-shut-for-a-webhook-that-goes',
    file: `${WEBHOOKS}/queries.ts`,
    find: '  return query.forKeyShare().execute();',
    replace: '  return query.execute();',
    mustTurnRed: `${WEBHOOKS}/deleted-meanwhile.test.ts :: does not keep break-glass from opening`,
  },
  {
    name: 'one-organization-takes-every-place-of-a-job',
    file: 'server/src/jobs/queries.ts',
    find: 'place + coalesce(n, 0) <= ${shareMax}',
    replace: 'place + coalesce(n, 0) >= 0 * ${shareMax}',
    mustTurnRed: 'server/src/jobs/worker.test.ts :: slow jobs of one organization',
  },
  {
    name: 'one-organization-keeps-the-alarms-of-others',
    file: `${WEBHOOKS}/jobs.ts`,
    find: '  shareMax: 2,\n',
    replace: '',
    mustTurnRed: `${BOUNDS} :: that let one organization wait`,
  },
  {
    name: 'a-webhook-is-not-signed',
    file: `${WEBHOOKS}/sending.ts`,
    find: "      'webhook-signature': signWebhookWithEach(secrets, { id, timestampSeconds, body: row.body }),\n",
    replace: '',
    mustTurnRed: `${TESTS} :: bring every step of break-glass once`,
  },
  {
    name: 'a-signature-forgets-the-id',
    file: 'protocol/src/webhook-signature.ts',
    find: 'encodeUtf8(`${id}.${String(timestampSeconds)}.`)',
    replace: 'encodeUtf8(`${String(timestampSeconds)}.`)',
    mustTurnRed: 'protocol/src/webhook-signature.test.ts :: signatures and secrets agree with the vectors',
  },
  {
    name: 'the-secret-of-a-webhook-lies-open',
    file: `${WEBHOOKS}/secrets.ts`,
    find: "sealer.seal(placeOf(id), toSecret(Buffer.from(reveal(text, 'webhook.seal'), 'utf8')))",
    replace: "Buffer.from(reveal(text, 'webhook.seal'), 'utf8')",
    mustTurnRed: `${BOUNDS} :: keep the secret sealed`,
  },
  {
    name: 'a-webhook-logs-its-path',
    file: `${WEBHOOKS}/service.ts`,
    find: 'return new URL(row.url).host;',
    replace: 'return row.url;',
    mustTurnRed: `${BOUNDS} :: keep the secret sealed`,
  },
  {
    name: 'a-second-try-has-another-id',
    file: `${WEBHOOKS}/sending.ts`,
    find: "const id = encodeId('whd', delivery);",
    replace: "const id = encodeId('whd', crypto.randomUUID());",
    mustTurnRed: `${TESTS} :: are tried again under the same id`,
  },
  {
    name: 'a-webhook-follows-redirects',
    file: `${WEBHOOKS}/sending.ts`,
    find: SEND,
    replace:
      "  const whole = await tools.outbound.fetch({ tenant, method: 'POST', signal, limits: LIMITS, ...message });\n  const reply = whole.ok ? { ...whole, abort: () => undefined } : whole;\n",
    mustTurnRed: `${BOUNDS} :: follow no redirect`,
  },
  {
    name: 'a-webhook-goes-past-the-outbound-rules',
    file: `${WEBHOOKS}/sending.ts`,
    find: SEND,
    replace:
      "  const plain = await fetch(message.url, { method: 'POST', signal, headers: message.headers, body: message.body }).catch(() => undefined);\n  const reply = plain === undefined ? { ok: false as const, reason: 'refused' as const, tenant } : { ok: true as const, status: plain.status, abort: () => undefined };\n",
    mustTurnRed: `${BOUNDS} :: reach no address of this machine`,
  },
  {
    name: 'a-secret-that-was-replaced-signs-on',
    file: 'server/src/db/migrations/0053_webhooks.sql',
    find: ' and (s.ends_at is null or s.ends_at > now())',
    replace: '',
    mustTurnRed: `${TESTS} :: sign with both secrets`,
  },
  {
    name: 'a-webhook-signs-with-what-opens',
    file: `${WEBHOOKS}/sending.ts`,
    find: 'if (readable.length < secrets.length)',
    replace: 'if (readable.length === 0)',
    mustTurnRed: `${BOUNDS} :: sign with no secret that was moved`,
  },
  {
    name: 'an-emergency-session-silences-its-alarm',
    file: `${WEBHOOKS}/secrets.ts`,
    find: "if (principal.kind === 'emergency') throw",
    replace: "if (principal.kind === 'operator') throw",
    mustTurnRed: `${BOUNDS} :: are for whoever manages security`,
  },
  {
    name: 'break-glass-calls-no-webhook',
    file: 'server/src/modules/emergency/alarm.ts',
    find: '[mailOwners, callWebhooks]',
    replace: '[mailOwners]',
    mustTurnRed: `${TESTS} :: bring every step of break-glass once`,
  },
  {
    name: 'a-delivery-is-noted-and-not-planned-again',
    file: `${WEBHOOKS}/jobs.ts`,
    find: 'if (nextAt !== undefined) await ctx.enqueue(deliverJob, what, nextAt);',
    replace: 'if (nextAt !== undefined) return;',
    mustTurnRed: `${TESTS} :: are tried again under the same id`,
  },
  {
    name: 'nobody-sees-an-opening-that-was-not-told',
    file: 'server/src/modules/emergency/controls/bg1-judge.ts',
    find: "  untold: 'every webhook told of every opening',\n",
    replace: '',
    mustTurnRed: 'server/test/controls/gate.test.ts :: BG1 fails on every mutant',
  },
  {
    name: 'nobody-sees-an-alarm-that-was-given-up',
    file: 'server/src/db/migrations/0057_emergency_alarms.sql',
    find: "where d.state = 'dead' and d.last_error",
    replace: "where d.state = 'delivered' and d.last_error",
    mustTurnRed: `${TESTS} :: that were told of an opening are seen`,
  },
];
