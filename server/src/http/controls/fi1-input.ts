// FI1: input that no schema knows gets in nowhere, and what it is answered with helps its sender and betrays nothing.
import type { Finding, StartedTwin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Attempt, judgePair, type Outcome } from '@holdfast/controls/paired.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { isProblem, problemMediaType } from '@holdfast/protocol/problem.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { startTenantTwin } from '#verification/twin-tenants.ts';
import { DETAILS, INPUT, inputFixtures, TYPE, UNKNOWN } from './fi1-fixtures.ts';
import { type InputTarget, seeInputs, TRIED } from './fi1-probe.ts';

const EXPECTED = 'input refused that its schema does not know';
const REFUSALS: ReadonlySet<number> = new Set([400, 415, 422]);
/** Where the probe's own owner may not go, nothing gets in either. */
const OUT_OF_REACH: ReadonlySet<number> = new Set([401, 403, 404]);

export const inputControl = defineControl({
  id: 'FI1',
  title: 'Every input is held to a schema, and refusals betray nothing',
  severity: 'high',
  waivable: true,
  needs: [{ kind: ATTEMPT, vantage: ['inside'], min: TRIED }],
  judge: (evidence) => {
    const seen = evidence.map((each) => ({ each, facts: factsOf(each), attempt: attemptOf(each) }));
    const isGood = ({ facts }: { readonly facts: Facts }): boolean => facts.text('role') === 'good';
    return [
      ...judgePair({
        good: seen.filter(isGood).map(({ attempt }) => attempt),
        bad: seen.filter((one) => !isGood(one)).map(({ attempt }) => attempt),
        expected: EXPECTED,
      }),
      ...seen
        .filter((one) => !isGood(one) && one.attempt.outcome === 'refused')
        .flatMap(({ each, facts }) => judgeRefusal(each, facts)),
    ];
  },
  remedy:
    'Give the route a strict schema for params, query and body, and let the kernel answer; see that no proxy replaces its problem details.',
  maps: { asvs: ['2.2.1', '4.1.1', '16.5.1'], cwe: ['20', '209', '915'], nist80053: ['SI-10', 'SI-11'] },
  probe: (target: InputTarget, tools) => seeInputs(target, tools),
  twins: [
    {
      name: 'a server that overlooks what it does not know',
      hits: INPUT,
      start: () => startInputTwin(({ name }) => (typeof name === 'string' ? undefined : 'not a text')),
    },
    {
      name: 'a server that shows its stack',
      hits: DETAILS,
      start: () => startInputTwin((body) => faultIn(body) && 'Error\n    at handle (/srv/app/route.ts:1:1)'),
    },
    {
      name: 'a server whose types of problems lead nowhere',
      hits: TYPE,
      start: () => startInputTwin(faultIn, 404),
    },
  ],
  fixtures: inputFixtures,
});

function attemptOf(evidence: Evidence): Attempt {
  const facts = factsOf(evidence);
  const status = facts.number('status');
  return { evidence, outcome: outcomeOf(facts.text('role'), status), shown: `${status}` };
}

function outcomeOf(role: string, status: number): Outcome {
  if (status >= 200 && status < 300) return 'accepted';
  return REFUSALS.has(status) || (role === 'swept' && OUT_OF_REACH.has(status)) ? 'refused' : 'other';
}

function judgeRefusal(each: Evidence, facts: Facts): readonly Finding[] {
  const [status, contentType, text] = [facts.number('status'), facts.text('contentType'), facts.text('text')];
  const typeStatus = facts.number('typeStatus');
  const isReached = facts.text('role') !== 'swept' || !OUT_OF_REACH.has(status);
  const unnamed = facts.texts('unknownIn').filter((part) => isReached && !isNamedIn(text, part));
  const fault = (at: string, expected: string, observed: string): Finding =>
    failureOf(each, { at, expected, observed });
  return [
    ...unnamed.map((part) => fault(INPUT, `an unknown member of the ${part} refused by its name`, 'not named')),
    ...detailFaults(status, contentType, text).map((observed) => fault(DETAILS, 'a problem (RFC 9457)', observed)),
    ...(typeStatus === 200 ? [] : [fault(TYPE, 'a page about the problem', `${typeStatus}`)]),
  ];
}

function isNamedIn(text: string, part: string): boolean {
  const value = parse(text);
  const errors = isProblem(value) ? (value.errors ?? []) : [];
  return errors.some(({ pointer, message }) => pointer.startsWith(`/${part}`) && message.includes(UNKNOWN));
}

/** Stacks, files, statements and the names of what we are made of. */
const INTERNALS =
  /\n\s*at |\bnode:|\.[cm]?[jt]s\b|\/(?:home|usr|srv|var|opt|etc|app|work)\/|\bzod|\bpostgres|\bkysely|\bsqlstate|\bselect .+ from |\binsert into |unique constraint|\brelation "|node_modules|Error:/i;

function detailFaults(status: number, contentType: string, text: string): readonly string[] {
  const value = parse(text);
  const [type = ''] = contentType.toLowerCase().split(';');
  const internals = INTERNALS.exec(unescaped(text));
  return [
    ...(type.trim() === problemMediaType ? [] : [contentType]),
    ...(isProblem(value) ? [] : ['a body of another form']),
    ...(isProblem(value) && value.status !== status ? [`status ${value.status} in a reply with ${status}`] : []),
    ...(internals === null ? [] : [`internals: ${internals[0].trim()}`]),
  ];
}

/** As a person reads it: a stack has its lines again. */
function unescaped(text: string): string {
  return text.replaceAll(String.raw`\n`, '\n');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Body = Readonly<Record<string, unknown>>;

function faultIn(body: Body): string | undefined {
  return UNKNOWN in body || typeof body['name'] !== 'string' ? 'not what the schema says' : undefined;
}

/** Makes keys for whoever asks, unless `findFault` names a fault; that is then the detail of its problem. */
async function startInputTwin(
  findFault: (body: Body) => string | undefined,
  typeStatus = 200,
): Promise<StartedTwin<InputTarget>> {
  const refuse = ({ path, headers }: TwinRequest, detail: string): TwinAnswer => ({
    status: 400,
    headers: { 'content-type': problemMediaType },
    body: JSON.stringify({
      type: `http://${headers.host ?? ''}/problems/request.invalid`,
      title: 'The request is not valid',
      status: 400,
      code: 'request.invalid',
      detail,
      instance: path,
      requestId: 'twin',
      errors: ['query', 'body'].map((part) => ({ pointer: `/${part}`, message: UNKNOWN })),
    }),
  });
  return startTenantTwin(
    {
      'POST /api/v1/api-keys': (request) => {
        const body = parse(request.body);
        const isObject = typeof body === 'object' && body !== null;
        const isJson = request.headers['content-type'] === 'application/json';
        const fault = isObject && isJson && !request.path.includes('?') ? findFault({ ...body }) : 'no object';
        return fault === undefined ? { status: 201, body: '{"id":"key_twin"}' } : refuse(request, fault);
      },
      'GET /problems/request.invalid': { status: typeStatus },
      'DELETE /api/v1/api-keys/key_twin': { status: 204 },
      '*': (request) => refuse(request, 'nothing here'),
    },
    {},
  );
}
