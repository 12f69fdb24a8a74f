// The one shape of an error reply: RFC 9457 problem details with a stable code and the request's id.

/** Content type of a problem (RFC 9457 section 3). */
export const problemMediaType = 'application/problem+json';

/** One fault of the request's content; `pointer` is a JSON pointer (RFC 6901) such as `/body/url`. */
export type ProblemError = { readonly pointer: string; readonly message: string };

/**
 * A problem. `code` is stable and for programs; `title` and `help`, which says what to do, are constant per code; `detail` never
 * appears on a 5xx.
 */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly help?: string;
  readonly instance?: string;
  readonly requestId: string;
  readonly errors?: readonly ProblemError[];
};

const pointerPattern = /^(?:\/(?:[^~/]|~[01])*)*$/;

/** Whether a parsed reply body is a problem. Unknown members are allowed, as RFC 9457 section 3.2 demands of clients. */
export function isProblem(value: unknown): value is Problem {
  if (!isRecord(value)) return false;
  return (
    ['type', 'title', 'code', 'requestId'].every((member) => isText(value[member]) && value[member] !== '') &&
    isErrorStatus(value['status']) &&
    ['detail', 'help', 'instance'].every((member) => !(member in value) || isText(value[member])) &&
    (!('errors' in value) || (Array.isArray(value['errors']) && value['errors'].every(isProblemError)))
  );
}

function isProblemError(value: unknown): value is ProblemError {
  return (
    isRecord(value) && isText(value['message']) && isText(value['pointer']) && pointerPattern.test(value['pointer'])
  );
}

function isErrorStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
