// RB3, judged: who may change what decides how people and programs get in, and who may hand that on.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const REGISTRY = 'http.guarded_operations';
export const MANAGE = 'security_configuration:manage';

export const PLACES = {
  policy: 'sign-in policy',
  rules: 'network rules',
  keys: 'keys of the organization',
  making: 'a role that holds the right, made',
  giving: 'a role that holds the right, given',
  delegated: 'the right, given by a role',
  operations: 'operations that decide who gets in',
} as const;

/** Operations that change what decides how people and programs get in; the right alone opens them. */
export const GUARDED: readonly string[] = [
  'network_rules.update',
  'sign_in_policy.update',
  'emergency.seal',
  'emergency.end',
  'emergency.review',
  'webhook.create',
  'webhook.update',
  'webhook.rotate',
  'webhook.delete',
];
/** What they are about: whatever else changes it asks for the right too. */
const RESOURCES = /^(?:sign_in_policy|network_rules|sso|scim|break_glass|emergency|webhook)\./;
/** At the host, where there are no roles; with the sealed parts in hand, when nobody gets in; a question that changes nothing. */
const OTHERS: readonly string[] = [
  'network_rules.clear',
  'emergency.open_at_host',
  'emergency.open',
  'emergency.collect',
  'network_rules.check',
];

const pair = (accepted: number, refusal: number, good: string, bad: string) => ({
  accepted,
  refusals: [refusal] as const,
  expected: `${refusal}`,
  good: [good],
  bad: [bad],
});

export const FAMILIES: Families = {
  [PLACES.policy]: pair(200, 403, 'saved by an owner', 'saved by an admin'),
  [PLACES.rules]: pair(200, 403, 'put by an owner', 'put by an admin'),
  [PLACES.keys]: pair(201, 403, 'a key made by an owner', 'a key made by an admin'),
  [PLACES.making]: pair(201, 422, 'made by an owner', 'made by an admin'),
  [PLACES.giving]: pair(204, 403, 'given by an owner', 'given by an admin'),
  [PLACES.delegated]: pair(200, 403, 'rules put by an admin who has it', 'rules put by an admin it was taken from'),
};

export function judgeGuard(evidence: readonly Evidence[]): readonly Finding[] {
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...evidence.filter(({ kind }) => kind === REGISTRY).flatMap(judgeRegistry),
  ];
}

function judgeRegistry(each: Evidence): readonly Finding[] {
  const operations = factsOf(each)
    .parts('operations')
    .map((one) => ({ id: one.text('id'), permissions: one.texts('permissions') }));
  const lacking = GUARDED.filter((id) => !operations.some((one) => one.id === id));
  const open = operations.filter(
    ({ permissions }) => permissions.length === 0 || permissions.some((one) => one !== MANAGE),
  );
  return [
    ...lacking.map((id): Finding => ({
      ...failureOf(each, { expected: `${id} among them`, observed: 'no such operation' }),
      verdict: 'unknown',
    })),
    ...open.map(({ id, permissions }) =>
      failureOf(each, { expected: `${id} asks for ${MANAGE} alone`, observed: permissions.join(', ') || 'nothing' }),
    ),
  ];
}

/** Whether an operation is one of those that the right must guard: it changes something of theirs. */
export function isGuarded(operation: { readonly id: string; readonly auditAction: string | undefined }): boolean {
  if (GUARDED.includes(operation.id)) return true;
  return RESOURCES.test(operation.id) && operation.auditAction !== undefined && !OTHERS.includes(operation.id);
}
