// From evidence to verdict: only good, whole, fresh evidence from the right place passes; everything else says why it doesn't.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concludeControl } from './conclude.ts';
import type { AnyControl, Finding } from './control.ts';
import { formatInstant } from './dates.ts';
import { evaluate, openEvidence } from './evaluate.ts';
import { hsts } from './examples.test-support.ts';
import { resealEvidence, type Evidence } from './evidence.ts';
import { failureOf } from './findings.ts';
import { recordProbeRun } from './probe-run.ts';
import { at, controlOf, fact, record, unixMs } from './small-control.test-support.ts';

function judge(control: AnyControl, evidence: readonly Evidence[], moment = at): readonly [string, string] {
  const { verdict, findings } = evaluate(control, [...evidence, record(evidence)], moment);
  return [verdict, findings.map(({ observed }) => observed).join('; ')];
}

test('good evidence passes, and findings of the judge fail', () => {
  assert.deepEqual(judge(controlOf({}), [fact('it', 1)]), ['pass', '']);
  const failing = controlOf({
    judge: ([first]) => (first === undefined ? [] : [failureOf(first, { expected: '1', observed: '2' })]),
  });
  assert.deepEqual(judge(failing, [fact('it', 2)]), ['fail', '2']);
});

test('nothing at all, nothing of a needed kind and too few subjects are unknown', () => {
  const two = controlOf({ needs: [{ kind: 'a.fact', vantage: ['inside'], min: 2 }] });
  assert.deepEqual(evaluate(two, [], at).verdict, 'unknown');
  assert.deepEqual(judge(two, []), ['unknown', 'none']);
  assert.deepEqual(judge(two, [fact('it', 1)]), ['unknown', '1']);
  assert.deepEqual(
    judge(two, [fact('it', 1), fact('it', 2)]),
    ['unknown', '1'],
    'one subject seen twice is one subject',
  );
  assert.deepEqual(judge(two, [fact('it', 1), fact('that', 1)]), ['pass', '']);
});

test('every need is needed', () => {
  const both = controlOf({
    needs: [
      { kind: 'a.port', vantage: ['inside'] },
      { kind: 'a.port', vantage: ['outside'] },
    ],
  });
  const inside = fact('port', 1, 'a.port', 'inside');
  const outside = fact('port', 1, 'a.port', 'outside');
  assert.equal(judge(both, [inside])[0], 'unknown');
  assert.equal(judge(both, [outside])[0], 'unknown');
  assert.equal(judge(both, [inside, outside])[0], 'pass');
});

test('the wrong vantage and a part of the evidence are unknown, a kind that nobody asked for is an error', () => {
  const good = fact('it', 1);
  assert.deepEqual(judge(controlOf({}), [good, fact('that', 1, 'a.fact', 'outside')]), [
    'unknown',
    'seen from outside',
  ]);
  const truncated = resealEvidence({ ...good, truncated: true });
  assert.deepEqual(judge(controlOf({}), [truncated]), ['unknown', 'a part of it']);
  assert.equal(judge(controlOf({}), [good, fact('it', 1, 'a.foreign')])[0], 'error');
});

test('evidence that is too old or from the future is unknown', () => {
  const later = (seconds: number): string => formatInstant(unixMs + seconds * 1_000);
  assert.equal(judge(controlOf({}), [fact('it', 1)], later(60))[0], 'pass');
  assert.equal(judge(controlOf({}), [fact('it', 1)], later(61))[0], 'unknown');
  assert.equal(judge(controlOf({}), [fact('it', 1)], later(-5))[0], 'pass', 'clocks differ a little');
  assert.equal(judge(controlOf({}), [fact('it', 1)], later(-6))[0], 'unknown');
  assert.equal(judge(controlOf({}), [fact('it', 1)], 'now')[0], 'unknown');
  const old = resealEvidence({ ...fact('it', 1), collectedAt: later(-120) });
  assert.equal(judge(controlOf({}), [fact('that', 1), old])[0], 'unknown', 'one old piece beside fresh ones');
});

test('evidence that was changed, taken away or slipped in is noticed', () => {
  const [one, other] = [fact('it', 1), fact('that', 1)];
  const whole = [one, other, record([one, other])];
  assert.equal(evaluate(controlOf({}), whole, at).verdict, 'pass');
  assert.equal(evaluate(controlOf({}), whole.slice(1), at).verdict, 'unknown');
  assert.equal(evaluate(controlOf({}), whole.slice(0, 2), at).verdict, 'unknown');
  assert.equal(evaluate(controlOf({}), [{ ...one, subject: 'x' }, ...whole.slice(1)], at).verdict, 'error');
  const moved = { ...one, collectedAt: formatInstant(unixMs - 1) };
  assert.equal(
    evaluate(controlOf({}), [moved, ...whole.slice(1)], at).verdict,
    'unknown',
    'its time is part of the record',
  );
  assert.equal(evaluate(controlOf({}), [...whole, record([one])], at).verdict, 'error', 'two records of one probe');
  const failing = controlOf({
    judge: (seen) =>
      seen.filter(({ subject }) => subject === 'slip').map((each) => failureOf(each, { expected: 'a', observed: 'b' })),
  });
  assert.equal(
    evaluate(failing, [...whole, fact('slip', 1)], at).verdict,
    'pass',
    'what the probe did not bring is not judged',
  );
});

test('an old record says nothing any more, not even that the probe failed', () => {
  const later = formatInstant(unixMs + 61_000);
  assert.equal(evaluate(controlOf({}), [record([], 'timed out')], later).verdict, 'unknown');
});

test('a probe that failed is an error, with its reason', () => {
  const { verdict, findings } = evaluate(controlOf({}), [record([], 'timed out')], at);
  assert.deepEqual([verdict, findings[0]?.observed], ['error', 'timed out']);
});

test('the record of another control or of a twin is none', () => {
  const good = fact('it', 1);
  const foreign = recordProbeRun({ control: 'ZZ2', twin: null, evidence: [good], failure: null, unixMs });
  assert.equal(evaluate(controlOf({}), [good, foreign], at).verdict, 'unknown');
  assert.equal(evaluate(controlOf({}), [good, record([good], null, 'broken')], at).verdict, 'unknown');
});

test('a judge that throws, changes its input or says what cannot be is an error', () => {
  const good = fact('it', 1);
  const finding: Finding = { subject: 'it', expected: 'a', observed: 'b', evidence: [good.sha256] };
  const judges: Readonly<Record<string, () => unknown>> = {
    throws: () => {
      throw new Error('x');
    },
    promises: () => Promise.resolve([]),
    'breaks a promise': () => Promise.reject(new Error('x')),
    nothing: () => undefined,
    'no evidence': () => [{ ...finding, evidence: [] }],
    'foreign evidence': () => [{ ...finding, evidence: ['0'.repeat(64)] }],
    'no subject': () => [{ ...finding, subject: '' }],
    'a verdict of its own': () => [{ ...finding, verdict: 'pass' }],
    more: () => [{ ...finding, more: 1 }],
  };
  for (const [name, judged] of Object.entries(judges)) {
    // Judges are code that can be wrong in spite of its type.
    const control: AnyControl = { ...controlOf({}), judge: judged as AnyControl['judge'] };
    assert.equal(judge(control, [good])[0], 'error', name);
  }
  const changing = controlOf({
    judge: ([first]) => {
      Object.assign(first?.data ?? {}, { value: 2 });
      return [];
    },
  });
  assert.equal(judge(changing, [good])[0], 'error');
});

test('a failure weighs more than a doubt, a doubt more than work for a person', () => {
  const good = fact('it', 1);
  const finding = { subject: 'it', expected: 'a', observed: 'b', evidence: [good.sha256] };
  const unknown = { ...finding, verdict: 'unknown' } as const;
  const manual = { ...finding, verdict: 'manual' } as const;
  const verdictOf = (...findings: readonly Finding[]) => judge(controlOf({ judge: () => findings }), [good])[0];
  assert.equal(verdictOf(manual, unknown, finding), 'fail');
  assert.equal(verdictOf(manual, unknown), 'unknown');
  assert.equal(verdictOf(manual), 'manual');
});

test('a control does not apply only with evidence of its own that says so', () => {
  const binding = fact('port', 1, 'net.listener', 'host');
  const applies = {
    needs: [{ kind: 'net.listener', vantage: ['host'] }],
    decide: ([first]: readonly Evidence[]) => ({ yes: false, because: 'elsewhere', evidence: [first?.sha256 ?? ''] }),
  } as const;
  const control = controlOf({ applies });
  assert.deepEqual(judge(control, [binding]), ['not_applicable', 'elsewhere']);
  assert.equal(judge(control, [fact('it', 1)])[0], 'unknown', 'without the evidence that decides');
  const cites = (...evidence: readonly string[]) =>
    controlOf({ applies: { ...applies, decide: () => ({ yes: false, because: 'so', evidence }) } });
  assert.equal(judge(cites(), [binding, fact('it', 1)])[0], 'error', 'citing nothing');
  const unsure = { ...applies, decide: () => ({ because: 'so', evidence: [binding.sha256] }) as never };
  assert.equal(judge(controlOf({ applies: unsure }), [binding, fact('it', 1)])[0], 'pass', 'no answer is no plain no');
  assert.equal(judge(cites(fact('it', 1).sha256), [binding, fact('it', 1)])[0], 'error', 'citing other evidence');
  const throwing = controlOf({
    applies: {
      ...applies,
      decide: () => {
        throw new Error('x');
      },
    },
  });
  assert.equal(judge(throwing, [binding, fact('it', 1)])[0], 'error');
});

test('a twin is caught only by a failure at its place', () => {
  const broken = fact('it', 2);
  const evidence = [fact('that', 1), broken, record([fact('that', 1)]), record([broken], null, 'broken')];
  const opened = openEvidence(evidence, at);
  assert.ok(opened.ok);
  const conclude = (place: string, verdict?: 'unknown') =>
    concludeControl(
      controlOf({
        judge: (seen) =>
          seen.flatMap((each) =>
            each.subject === 'it'
              ? [{ ...failureOf(each, { at: place, expected: '1', observed: '2' }), ...(verdict && { verdict }) }]
              : [],
          ),
      }),
      opened.pool,
      at,
    );
  assert.deepEqual([conclude('value').verdict, conclude('value').twinCaught], ['pass', true]);
  assert.deepEqual([conclude('elsewhere').verdict, conclude('elsewhere').twinCaught], ['error', false]);
  assert.equal(conclude('value', 'unknown').twinCaught, false, 'a doubt catches nothing');
  assert.match(conclude('elsewhere').findings[0]?.observed ?? '', /^probe is blind: fail/);
});

test('known wrong passes of HSTS fail', () => {
  const bad = [
    [],
    [''],
    ['max-age=0; includeSubDomains'],
    ['max-age="63072000"; includeSubDomains'],
    ['max-age=63072000; includeSubDomains', 'max-age=0'],
    ['max-age=6307200; includeSubDomains'],
    ['max-age=63072000'],
    ['max-age=63072000; max-age=0; includeSubDomains'],
    ['xmax-age=63072000; includeSubDomains'],
  ];
  const [good] = hsts.fixtures.good;
  for (const values of bad) {
    const evidence = good.evidence.map((each, index) =>
      index === 0 ? resealEvidence({ ...each, data: { values } }) : each,
    );
    const run = recordProbeRun({ control: 'TR2', twin: null, evidence, failure: null, unixMs });
    assert.equal(evaluate(hsts, [...evidence, run], at).verdict, 'fail', values.join());
  }
});
