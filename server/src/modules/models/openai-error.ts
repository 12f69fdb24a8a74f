// Problems in the shape OpenAI clients understand: { error: { message, type, param, code } }.
import type { Problem } from '@holdfast/protocol/problem.ts';

/** The type words clients switch on; anything else of 4xx is their `invalid_request_error`. */
function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

export function renderOpenAiError(problem: Problem): { readonly body: object } {
  const [field] = problem.errors ?? [];
  const detail = field === undefined ? problem.detail : `${field.pointer.replace('/body/', '')} ${field.message}`;
  return {
    body: {
      error: {
        message: detail === undefined ? problem.title : `${problem.title}: ${detail}`,
        type: typeOf(problem.status),
        param: field === undefined ? null : field.pointer.replace('/body/', ''),
        code: problem.code,
        request_id: problem.requestId,
      },
    },
  };
}
