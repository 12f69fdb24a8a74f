// Judges SPDX license expressions (SPDX 2.3, annex D) against the identifiers that are allowed.

type Token = string;

/**
 * Whether an expression can be satisfied with allowed licenses alone: one side of OR is enough, both sides of AND count,
 * and `x WITH y` must be allowed as a whole. Anything that is no SPDX expression is not allowed.
 */
export function isAllowedLicense(expression: string, allowed: ReadonlySet<string>): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  const rest: Token[] = [...tokens];
  const verdict = readOr(rest, allowed);
  return verdict === true && rest.length === 0;
}

type Verdict = boolean | undefined;

function readOr(rest: Token[], allowed: ReadonlySet<string>): Verdict {
  let verdict = readAnd(rest, allowed);
  while (rest[0] === 'OR') {
    rest.shift();
    const right = readAnd(rest, allowed);
    verdict = verdict === undefined || right === undefined ? undefined : verdict || right;
  }
  return verdict;
}

function readAnd(rest: Token[], allowed: ReadonlySet<string>): Verdict {
  let verdict = readOne(rest, allowed);
  while (rest[0] === 'AND') {
    rest.shift();
    const right = readOne(rest, allowed);
    verdict = verdict === undefined || right === undefined ? undefined : verdict && right;
  }
  return verdict;
}

/** Undefined when what stands there is no expression. */
function readOne(rest: Token[], allowed: ReadonlySet<string>): Verdict {
  const token = rest.shift();
  if (token === '(') {
    const inner = readOr(rest, allowed);
    return rest.shift() === ')' ? inner : undefined;
  }
  if (token === undefined || !/^[A-Za-z0-9.+-]+$/.test(token) || /^(?:AND|OR|WITH)$/.test(token)) return undefined;
  if (rest[0] !== 'WITH') return allowed.has(token);
  const [, exception] = rest.splice(0, 2);
  return exception === undefined ? undefined : allowed.has(`${token} WITH ${exception}`);
}
