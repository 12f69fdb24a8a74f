// Renders an error as a problem (RFC 9457), or in the form of the protocol whose route failed.
import { problemMediaType, type Problem } from '@holdfast/protocol/problem.ts';
import type { AppError } from '#kernel/errors.ts';
import type { ProtocolFace } from '#kernel/protocol-route.ts';
import type { Outgoing } from './reply.ts';

export type ProblemPlace = {
  /** Our public origin, where the page of each problem type is. */
  readonly origin: string;
  /** Path of the request, without its query; empty where it could not be read. */
  readonly path: string;
  readonly requestId: string;
};

/** The public form of an error. What is ours to mend (5xx) is told without detail: the request id leads to the log. */
function toProblem(failure: AppError, { origin, path, requestId }: ProblemPlace): Problem {
  const { code, spec, detail, fields } = failure;
  const isOurs = spec.status >= 500;
  return {
    type: `${origin}/problems/${code}`,
    title: spec.title,
    status: spec.status,
    code,
    ...(detail === undefined || isOurs ? {} : { detail }),
    help: spec.help,
    ...(path === '' ? {} : { instance: path }),
    requestId,
    ...(fields.length === 0 || isOurs ? {} : { errors: fields }),
  };
}

/** The reply to a failed request. A 401 always says how to authenticate (RFC 9110 section 15.5.2). */
export function problemReply(failure: AppError, place: ProblemPlace, face: ProtocolFace | undefined): Outgoing {
  const problem = toProblem(failure, place);
  const rendered = face?.renderError(problem);
  return {
    status: problem.status,
    headers: {
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer realm="holdfast"' } : {}),
      ...failure.headers,
      ...rendered?.headers,
      'content-type': rendered === undefined ? problemMediaType : 'application/json',
    },
    body: JSON.stringify(rendered?.body ?? problem),
  };
}
