// Sabotages of verification: a check that cannot fail is the worst of all defects, so each thing that lets it fail is taken away once.
import type { Mutation } from '../mutation.ts';

const ENGINE = 'controls/src';
const STATE = 'server/src/verification';

export const controlMutations: readonly Mutation[] = [
  {
    name: 'blind-probes-are-believed',
    file: `${ENGINE}/conclude.ts`,
    find: "verdict: blind.length === 0 ? target.verdict : 'error',",
    replace: 'verdict: target.verdict,',
    mustTurnRed: `${ENGINE}/run.test.ts :: a probe that sees good everywhere is blind`,
    isQuick: true,
  },
  {
    name: 'nothing-seen-is-good',
    file: `${ENGINE}/evaluate.ts`,
    find: "if (lacking !== undefined) return stop(control, 'unknown', lacking.expected, lacking.observed);\n  let returned",
    replace: 'let returned',
    mustTurnRed: `${ENGINE}/evaluate.test.ts :: nothing at all, nothing of a needed kind`,
  },
  {
    name: 'reports-are-believed',
    file: `${ENGINE}/sign.ts`,
    find: 'if (!whole.ok) return { ok: false, reason: `line 2: ${whole.reason}` };',
    replace: "if (!whole.ok && whole.reason === '') return { ok: false, reason: `line 2: ${whole.reason}` };",
    mustTurnRed: `${ENGINE}/sign.test.ts :: one changed byte anywhere is refused`,
  },
  {
    name: 'old-evidence-counts',
    file: `${ENGINE}/evaluate.ts`,
    find: 'if (ageFault(parsed.value, at) === undefined) runs.push(run.value);',
    replace: 'runs.push(run.value);',
    mustTurnRed: `${STATE}/verifier.test.ts :: is unknown before the first look`,
  },
  {
    name: 'drift-is-lost-with-the-log',
    file: `${STATE}/verifier.ts`,
    find: 'if (await tell(parts, drift, after)) before = after;',
    replace: 'await tell(parts, drift, after);\n    before = after;',
    mustTurnRed: `${STATE}/verifier.test.ts :: tells drift again that could not be told`,
  },
  {
    name: 'the-start-refuses-nothing',
    file: 'server/src/start/guard.ts',
    find: 'if (refusing.length > 0) throw new StartRefused(refusing.flatMap(faultsOf));',
    replace: '',
    mustTurnRed: 'server/test/controls/guard.test.ts :: a start refuses what verify fails',
    isQuick: true,
  },
];
