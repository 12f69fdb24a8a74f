// TR9, judged: who is let in from an address that no rule names, what a rule for one thing closes of another, and whose cookies are read.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const PLACES = {
  console: 'rule of the console',
  api: 'rule of the API',
  models: 'rule of models',
  key: 'rule of a key',
  lockOut: 'a rule that shuts its maker out',
  beside: 'models while the console and the API are shut',
  cookies: 'cookies of a sign-in',
} as const;

const rule = (good: readonly string[], bad: readonly string[]) => ({
  accepted: 200,
  refusals: [403] as const,
  expected: '403',
  good,
  bad,
});

export const FAMILIES: Families = {
  [PLACES.console]: rule(
    ['a session from a named network', 'a sign-in from a named network'],
    ['a session from elsewhere', 'a sign-in from elsewhere'],
  ),
  [PLACES.api]: rule(['a key from a named network'], ['a key from elsewhere']),
  [PLACES.models]: rule(['a model list from a named network'], ['a model list from elsewhere']),
  [PLACES.key]: rule(['the key from a named network'], ['the key from elsewhere']),
  [PLACES.lockOut]: {
    accepted: 200,
    refusals: [409],
    expected: '409',
    good: ['rules that let their maker in'],
    bad: ['rules that shut their maker out'],
  },
};

export function judgeNetworks(evidence: readonly Evidence[]): readonly Finding[] {
  const at = (place: string): readonly Evidence[] =>
    evidence.filter((each) => each.kind === ATTEMPT && each.at === place);
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...[PLACES.beside, PLACES.cookies].filter((place) => at(place).length === 0).map(missing),
    ...at(PLACES.beside).flatMap(judgeBeside),
    ...at(PLACES.cookies).flatMap(judgeCookies),
  ];
}

function missing(at: string): Finding {
  return { verdict: 'unknown', subject: at, at, expected: 'evidence', observed: 'none', evidence: [] };
}

/** What shuts the console must not stop the programs of an organization. */
function judgeBeside(each: Evidence): readonly Finding[] {
  const status = factsOf(each).number('status');
  if (status === 200) return [];
  const finding = failureOf(each, { expected: '200', observed: String(status) });
  return [status === 403 ? finding : { ...finding, verdict: 'unknown' }];
}

/** RFC 6265bis section 4.1.3.2: `__Host-` binds a cookie to this very host, so that no sibling or parent domain shares it. */
function judgeCookies(each: Evidence): readonly Finding[] {
  const cookies = factsOf(each)
    .parts('cookies')
    .map((one) => ({ isHostOnly: one.flag('isHostOnly'), hasDomain: one.flag('hasDomain') }));
  if (cookies.length === 0)
    return [{ ...failureOf(each, { expected: 'the cookie of the session', observed: 'none' }), verdict: 'unknown' }];
  const isOpen = cookies.some(({ isHostOnly, hasDomain }) => !isHostOnly || hasDomain);
  return isOpen
    ? [failureOf(each, { expected: '__Host- and no Domain', observed: 'a cookie that other hosts share' })]
    : [];
}
