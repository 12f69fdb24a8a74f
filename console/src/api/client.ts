// Calls of the API by the ids of its operations. A demand for a fresh proof is met in place: the call waits and is made again.
import { type OperationId, type Operations, places } from './operations.ts';
import { type Problem, readProblem, unreachable } from './problem.ts';

type Given<T, K extends string> = T extends undefined ? { readonly [key in K]?: never } : { readonly [key in K]: T };

/** What an operation takes; a query may always be left out. */
export type Input<Id extends OperationId> = Given<Operations[Id]['params'], 'params'> &
  Given<Operations[Id]['body'], 'body'> & {
    readonly query?: Operations[Id]['query'];
    /** What was read: when it is another by now, nothing is changed and the server says so. */
    readonly version?: number;
  };

export type Reply<Id extends OperationId> = Operations[Id]['reply'];

type Loose = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly version?: number;
};

/** Asks the person to prove again; false when they would rather not. */
type AskForProof = (demanded: 'factor' | 'password') => Promise<boolean>;

let askForProof: AskForProof = async () => false;
let assertedOrganization: string | undefined;

/** The dialog that meets step-up; there is one for the whole console. */
export function meetStepUpWith(ask: AskForProof): void {
  askForProof = ask;
}

/** Every call says in which organization this tab believes to be; the server answers 409 when it is another by now. */
export function assertOrganization(id: string | undefined): void {
  assertedOrganization = id;
}

/** Throws Problem. */
export async function call<Id extends OperationId>(id: Id, input: Input<Id>, signal?: AbortSignal): Promise<Reply<Id>> {
  const answer = await send(id, input, signal);
  if (answer.ok) return answer.reply as Reply<Id>;
  const { problem } = answer;
  if (problem.demandedProof === undefined || !(await askForProof(problem.demandedProof))) throw problem;
  const again = await send(id, input, signal);
  if (again.ok) return again.reply as Reply<Id>;
  throw again.problem;
}

type Answer = { readonly ok: true; readonly reply: unknown } | { readonly ok: false; readonly problem: Problem };

async function send(id: OperationId, input: Loose, signal: AbortSignal | undefined): Promise<Answer> {
  const { method, path } = places[id];
  const headers: Record<string, string> = { accept: 'application/json' };
  if (input.body !== undefined) headers['content-type'] = 'application/json';
  if (input.version !== undefined) headers['if-match'] = `"${String(input.version)}"`;
  if (assertedOrganization !== undefined) headers['holdfast-organization'] = assertedOrganization;
  try {
    const response = await fetch(urlOf(path, input), {
      method,
      headers,
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok) return { ok: false, problem: await readProblem(response) };
    return { ok: true, reply: response.status === 204 ? undefined : await response.json() };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return { ok: false, problem: unreachable(error) };
  }
}

function urlOf(path: string, { params = {}, query = {} }: Loose): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) search.set(name, String(value));
  }
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}
