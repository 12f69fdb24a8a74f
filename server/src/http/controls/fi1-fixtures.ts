// What FI1 tells apart: input refused with a problem that helps and betrays nothing, and everything less.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { problemMediaType, type Problem } from '@holdfast/protocol/problem.ts';
import { type AttemptLook, attemptFixture } from '#verification/asking.ts';

/** Known nowhere: whoever takes it has looked at nothing but what it knows. */
export const UNKNOWN = 'holdfast_probe';

export const INPUT = 'input';
export const DETAILS = 'problem details';
export const TYPE = 'problem type';

export type InputFacts = {
  /** good: right in every way · bad: wrong in one · swept: with unknown parts, at any operation. */
  readonly role: 'good' | 'bad' | 'swept';
  readonly status: number;
  readonly contentType: string;
  /** The body, with the request's id replaced. */
  readonly text: string;
  /** Parts of the request in which the unknown member stood. */
  readonly unknownIn: readonly string[];
  /** How the address of the problem's type is answered; 0 where it leads elsewhere, or is none. */
  readonly typeStatus: number;
};

export const inputLook = (subject: string, facts: InputFacts): AttemptLook => ({ subject, at: INPUT, facts });

const problem: Problem = {
  type: 'https://holdfast.example.org/problems/request.invalid',
  title: 'The request is not valid',
  status: 400,
  code: 'request.invalid',
  instance: '/api/v1/api-keys',
  requestId: 'id',
  errors: [{ pointer: '/body/name', message: 'Invalid input: expected string, received number' }],
};
const textOf = (changes: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({ ...problem, ...changes });
const named = (...parts: readonly string[]) => ({
  errors: parts.map((part) => ({ pointer: `/${part}`, message: `Unrecognized key: "${UNKNOWN}"` })),
});

const refusal: InputFacts = {
  role: 'bad',
  status: 400,
  contentType: problemMediaType,
  text: textOf(),
  unknownIn: [],
  typeStatus: 200,
};
const right = (facts: Partial<InputFacts> = {}) =>
  attemptFixture(
    inputLook('a right request', {
      ...refusal,
      role: 'good',
      status: 201,
      contentType: 'application/json; charset=utf-8',
      text: '',
      typeStatus: 0,
      ...facts,
    }),
  );
const bad = (name: string, facts: Partial<InputFacts> = {}) =>
  attemptFixture(inputLook(name, { ...refusal, ...facts }));
const field = (facts: Partial<InputFacts> = {}) =>
  bad('an unknown field', { text: textOf(named('body')), unknownIn: ['body'], ...facts });
const swept = (facts: Partial<InputFacts> = {}) =>
  bad('session.create', {
    role: 'swept',
    text: textOf(named('query', 'body')),
    unknownIn: ['query', 'body'],
    ...facts,
  });
const rest: readonly Evidence[] = [
  bad('an unknown parameter'),
  bad('no JSON', { status: 415, text: textOf({ status: 415 }) }),
  bad('a wrong id'),
];
const seen = (type: Partial<InputFacts> = {}, unknown: Partial<InputFacts> = {}, any: Partial<InputFacts> = {}) => [
  right(),
  bad('a wrong type', type),
  field(unknown),
  swept(any),
  ...rest,
];
const from = 'every input refused with a problem';
const mutant = (name: string, hits: string, evidence: readonly Evidence[]) => ({
  name,
  from,
  apply: () => evidence,
  hits,
});
const betrayal = (name: string, detail: string) => mutant(name, DETAILS, seen({ text: textOf({ detail }) }));

export const inputFixtures: Fixtures = {
  good: [
    { name: from, evidence: seen() },
    { name: 'an operation out of reach', evidence: seen({}, {}, { status: 403, text: textOf({ status: 403 }) }) },
  ],
  mutants: [
    mutant('a wrong type is taken', INPUT, seen({ status: 201 })),
    mutant('an unknown field is taken', INPUT, seen({}, { status: 201 })),
    mutant('an unknown field is taken somewhere', INPUT, seen({}, {}, { status: 200 })),
    mutant('an unknown field goes unnoticed', INPUT, seen({}, { text: textOf() })),
    mutant('an unknown parameter goes unnoticed', INPUT, seen({}, {}, { text: textOf(named('body')) })),
    mutant('plain JSON', DETAILS, seen({ contentType: 'application/json' })),
    mutant('a page', DETAILS, seen({ contentType: 'text/html', text: '<h1>Bad request</h1>' })),
    mutant('a problem without a code', DETAILS, seen({ text: textOf({ code: undefined }) })),
    mutant('a problem without the id of the request', DETAILS, seen({ text: textOf({ requestId: undefined }) })),
    mutant('a problem of another status', DETAILS, seen({ text: textOf({ status: 500 }) })),
    betrayal('a stack', 'TypeError: x is undefined\n    at handle (/srv/holdfast/src/route.ts:12:5)'),
    betrayal('a file', 'cannot read /home/holdfast/data/master.key'),
    betrayal('a statement', 'select "id" from "api_key" where "id" = $1 failed'),
    betrayal('a database', 'duplicate key value violates unique constraint "api_key_pkey"'),
    betrayal('a library', 'ZodError: invalid_type'),
    mutant('a type that leads nowhere', TYPE, seen({ typeStatus: 404 })),
    mutant('a type of somebody else', TYPE, seen({ typeStatus: 0 })),
  ],
  notApplicable: [],
  blind: [
    { name: 'the right request refused too', evidence: [right({ status: 400 }), ...seen().slice(1)] },
    { name: 'no right request', evidence: seen().slice(1) },
    { name: 'a server that is broken', evidence: seen({ status: 500, text: textOf({ status: 500 }) }) },
    { name: 'limited anyway', evidence: seen({ status: 429, text: textOf({ status: 429 }) }) },
    { name: 'nobody signed in', evidence: seen({ status: 401, text: textOf({ status: 401 }) }) },
  ],
  same: [
    {
      name: 'the type with a charset',
      as: from,
      evidence: seen({ contentType: 'Application/Problem+JSON; charset=utf-8' }),
    },
    { name: 'refused as unprocessable', as: from, evidence: seen({ status: 422, text: textOf({ status: 422 }) }) },
  ],
};
