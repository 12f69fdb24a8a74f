// What a benchmark is told on its command line is understood whole or refused in one line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpOf, type Options, parseOptions } from './options.ts';

const options = {
  passes: { kind: 'number', default: 3, min: 1, isWhole: true, is: 'how often' },
  seconds: { kind: 'number', default: 1.5, min: 0.1, isWhole: false, is: 'how long' },
  only: { kind: 'parts', of: ['latency', 'streams'], is: 'what of it' },
  node: { kind: 'texts', is: 'how Node runs' },
  full: { kind: 'flag', is: 'all of it' },
} as const satisfies Options;

test('without a word the options have their defaults', () => {
  assert.deepEqual(parseOptions(options, []), {
    kind: 'values',
    values: { passes: 3, seconds: 1.5, only: ['latency', 'streams'], node: [], full: false },
  });
});

test('each kind of option is read as what it is', () => {
  const args = ['--passes', '1', '--seconds=0.5', '--only', 'streams', '--node=--a', '--node=--b', '--full'];
  assert.deepEqual(parseOptions(options, args), {
    kind: 'values',
    values: { passes: 1, seconds: 0.5, only: ['streams'], node: ['--a', '--b'], full: true },
  });
});

for (const [args, problem] of [
  [['--pases', '1'], "Unknown option '--pases'"],
  [['gateway'], "Unexpected argument 'gateway'"],
  [['--passes'], "Option '--passes <value>' argument missing"],
  [['--passes', '0'], "--passes takes a whole number from 1 up, not '0'"],
  [['--passes', '1.5'], "--passes takes a whole number from 1 up, not '1.5'"],
  [['--passes', ''], "--passes takes a whole number from 1 up, not ''"],
  [['--seconds', '0'], "--seconds takes a number from 0.1 up, not '0'"],
  [['--seconds', '1e9'], "--seconds takes a number from 0.1 up, not '1e9'"],
  [['--only', 'latency,nothing'], "--only takes latency, streams, not 'nothing'"],
  [['--full=yes'], "Option '--full' does not take an argument"],
] as const) {
  test(`\`${args.join(' ')}\` is refused in one line`, () => {
    assert.deepEqual(parseOptions(options, args), { kind: 'refused', problem });
  });
}

test('help is given for -h too, names every option with its default, and says what is measured and needed', () => {
  for (const flag of ['--help', '-h']) assert.deepEqual(parseOptions(options, [flag]), { kind: 'help' });
  const help = helpOf({ name: 'it', measures: ['Whether it works.'], needs: ['a machine'], options });
  for (const part of ['bench/it.ts', 'Whether it works.', 'a machine', '(3)', '(1.5)', 'latency, streams (all)'])
    assert.ok(help.includes(part), part);
  for (const name of Object.keys(options)) assert.match(help, new RegExp(`^ {2}--${name}\\b`, 'm'));
});
