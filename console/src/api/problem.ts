// What the server says when it refuses (RFC 9457), as an error that pages can show.

export type FieldFault = { readonly pointer: string; readonly message: string };

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** Such as `auth.step_up`; empty when nobody answered. */
  readonly code: string;
  /** The page that says what it means and what to do. */
  readonly about: string | undefined;
  readonly detail: string | undefined;
  /** What to do about it. */
  readonly help: string | undefined;
  readonly fields: readonly FieldFault[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Of a step-up challenge (RFC 9470): `factor` or `password`. */
  readonly demandedProof: 'factor' | 'password' | undefined;

  constructor(parts: Omit<Problem, 'name' | 'stack' | 'message' | 'cause'> & { readonly title: string }) {
    super(parts.title);
    this.status = parts.status;
    this.code = parts.code;
    this.about = parts.about;
    this.detail = parts.detail;
    this.help = parts.help;
    this.fields = parts.fields;
    this.requestId = parts.requestId;
    this.retryAfterSeconds = parts.retryAfterSeconds;
    this.demandedProof = parts.demandedProof;
  }
}

export function isProblem(error: unknown, code?: string): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code);
}

type Sent = {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly help?: string;
  readonly errors?: readonly FieldFault[];
};

/** Reads a refusal; a reply that is no problem document (a proxy's page) is told by its status. */
export async function readProblem(response: Response): Promise<Problem> {
  const sent = await readSent(response);
  const challenge = response.headers.get('www-authenticate') ?? '';
  const acr = /insufficient_user_authentication.*acr_values="(factor|password)"/.exec(challenge)?.[1];
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new Problem({
    status: response.status,
    code: sent.code ?? '',
    title: sent.title ?? `The server answered with ${String(response.status)}`,
    about: sent.code === undefined ? undefined : `/problems/${sent.code}`,
    detail: sent.detail,
    help: sent.help,
    fields: sent.errors ?? [],
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
    demandedProof: acr === 'factor' || acr === 'password' ? acr : undefined,
  });
}

/** Nobody answered: the network, or a server that is down. */
export function unreachable(cause: unknown): Problem {
  return new Problem({
    status: 0,
    code: '',
    title: 'The server cannot be reached',
    about: undefined,
    detail: cause instanceof Error ? cause.message : 'no answer',
    help: 'Check your connection, and whether the server runs, then try again.',
    fields: [],
    requestId: undefined,
    retryAfterSeconds: undefined,
    demandedProof: undefined,
  });
}

async function readSent(response: Response): Promise<Sent> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** What the server says of one field of the body; undefined when it says nothing. */
export function fieldError(error: unknown, name: string): string | undefined {
  if (!isProblem(error)) return undefined;
  return error.fields.find(({ pointer }) => fieldOf(pointer) === name)?.message;
}

/** What it says of no field of the body. */
export function generalFaults({ fields }: Problem): readonly string[] {
  return fields.filter(({ pointer }) => fieldOf(pointer) === '').map(({ message }) => message);
}

/** Whether all that is wrong stands at these fields already, so that nothing but a hint is left to say. */
export function isSaidAt({ code, fields }: Problem, names: readonly string[]): boolean {
  return (
    code === 'request.invalid' && fields.length > 0 && fields.every(({ pointer }) => names.includes(fieldOf(pointer)))
  );
}

/** `/body/owner/password` is the field `owner.password`. */
function fieldOf(pointer: string): string {
  return pointer.startsWith('/body/') ? pointer.slice('/body/'.length).replaceAll('/', '.') : '';
}
