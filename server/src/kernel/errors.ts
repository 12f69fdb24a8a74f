// Errors as data: the status belongs to the code, the public text is constant, details never name what may not be seen.

export type FieldFault = { readonly pointer: string; readonly message: string };

export type ErrorSpec = {
  readonly status:
    | 400
    | 401
    | 403
    | 404
    | 405
    | 406
    | 408
    | 409
    | 411
    | 412
    | 413
    | 414
    | 415
    | 417
    | 421
    | 422
    | 428
    | 429
    | 431
    | 500
    | 502
    | 503
    | 504;
  /** Constant, public, one sentence: what went wrong. */
  readonly title: string;
  /** What the caller can do about it; shown on the page that the problem type resolves to. */
  readonly help: string;
  /** How a pipeline failure with this code is recorded: denied and failed are audited, rejected is a metric only. */
  readonly recorded?: 'denied' | 'failed';
};

export type ErrorParts = {
  /** Public; never shown for 5xx. */
  readonly detail?: string;
  readonly fields?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
};

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly spec: ErrorSpec;
  readonly detail: string | undefined;
  readonly fields: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, spec: ErrorSpec, parts: ErrorParts = {}) {
    super(code, { cause: parts.cause });
    this.code = code;
    this.spec = spec;
    this.detail = parts.detail;
    this.fields = parts.fields ?? [];
    this.headers = parts.headers ?? {};
  }
}

export type ErrorMaker = ((parts?: ErrorParts) => AppError) & { readonly code: string; readonly spec: ErrorSpec };

/** Declares a module's errors. Codes are `module.reason`; the registry refuses a code that is declared twice. */
export function defineErrors<const S extends Readonly<Record<string, ErrorSpec>>>(
  specs: S,
): { readonly [K in keyof S]: ErrorMaker } {
  const makers = Object.entries(specs).map(([code, spec]) => {
    const make = (parts?: ErrorParts): AppError => new AppError(code, spec, parts);
    return [code, Object.freeze(Object.assign(make, { code, spec }))] as const;
  });
  return Object.freeze(Object.fromEntries(makers)) as { readonly [K in keyof S]: ErrorMaker };
}

export const kernelErrors = defineErrors({
  'request.invalid': {
    status: 400,
    title: 'The request does not have the documented form',
    help: 'See `errors`: each entry points at one field and says what is wrong with it.',
  },
  'request.malformed': {
    status: 400,
    title: 'The request could not be read',
    help: 'Send well-formed JSON in UTF-8 with `Content-Type: application/json`.',
  },
  'request.too_large': {
    status: 413,
    title: 'The request is larger than this server takes',
    help: 'Send less at once; the limits are in the configuration reference.',
  },
  'request.headers_too_large': {
    status: 431,
    title: 'The headers are larger than this server takes',
    help: 'Send fewer or shorter headers.',
  },
  'request.media_type': {
    status: 415,
    title: 'The body has a type this route does not take',
    help: 'Send `Content-Type: application/json`.',
  },
  'request.timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    help: 'Send the whole request within the time limit.',
  },
  'request.duplicate_header': {
    status: 400,
    title: 'A header that must stand once stands twice',
    help: 'Send the header once.',
  },
  'request.expectation': {
    status: 417,
    title: 'The request expects something this server does not do',
    help: 'The only expectation that is met is `Expect: 100-continue`.',
  },
  'request.misdirected': {
    status: 421,
    title: 'This server does not serve that host',
    help: 'Use the address the server printed, or configure HOLDFAST_PUBLIC_URL and HOLDFAST_TRUSTED_PROXIES.',
  },
  'request.cross_site': {
    status: 403,
    title: 'A cookie does not speak for another site',
    help: 'Call from the console itself, or use an API key.',
    recorded: 'denied',
  },
  'auth.required': {
    status: 401,
    title: 'Sign in or send an API key',
    help: 'Send `Authorization: Bearer hf_live_…`, or sign in.',
  },
  'auth.invalid': {
    status: 401,
    title: 'The credential is not valid',
    help: 'It may have expired, been revoked, or been mistyped. Make a new one, or sign in again.',
    recorded: 'denied',
  },
  'auth.forbidden': {
    status: 403,
    title: 'You may not do this',
    help: 'Ask an owner or admin of your organization for the permission.',
    recorded: 'denied',
  },
  'auth.behalf_refused': {
    status: 403,
    title: 'This credential does not act for this person',
    help: 'Only a service key acts for others, and only for active members in its list: name one in `Holdfast-On-Behalf-Of`, or leave the header out where the key acts for nobody.',
    recorded: 'denied',
  },
  'auth.origin_refused': {
    status: 403,
    title: 'This key does not work from here',
    help: 'A publishable key works from the pages of the origins it was made for, and nowhere else.',
    recorded: 'denied',
  },
  'auth.step_up': {
    status: 401,
    title: 'Prove again that it is you',
    help: 'Send a fresh proof to `POST /api/v1/session/proof`, then the same request again: this action needs one no older than 15 minutes, by a second factor if you have one.',
    recorded: 'denied',
  },
  'auth.factor_required': {
    status: 403,
    title: 'Your organization demands a second factor',
    help: 'Enroll one with `POST /api/v1/account/factors/totp` or a passkey, or show the one you have with `POST /api/v1/session/proof`. Until then you can do nothing else.',
    recorded: 'denied',
  },
  'auth.organization_mismatch': {
    status: 409,
    title: 'Your session is in another organization',
    help: 'Reload the page: the organization was switched elsewhere.',
  },
  'network.refused': {
    status: 403,
    title: 'Your organization lets nobody in from where you are',
    help: 'See `detail` for the address this server sees you at. Use a network that the organization names, or ask an owner of it to add yours. When nobody can get in any more, the operator of the host can take the rules away: `holdfast networks clear ORGANIZATION`.',
    recorded: 'denied',
  },
  'resource.not_found': {
    status: 404,
    title: 'There is no such thing',
    help: 'Check the id; you may also not be allowed to see it.',
    recorded: 'denied',
  },
  'route.not_found': {
    status: 404,
    title: 'There is no such route',
    help: 'The routes are listed in the API reference.',
  },
  'route.method': {
    status: 405,
    title: 'This path does not take that method',
    help: 'The methods of each path are listed in the API reference.',
  },
  'resource.version_needed': {
    status: 428,
    title: 'Say which version you have read',
    help: 'Send the `ETag` of the object as `If-Match`; `*` is not enough.',
  },
  'resource.changed': {
    status: 412,
    title: 'It changed since you read it',
    help: 'Read it again, and send the new ETag as If-Match.',
  },
  'rate.exceeded': { status: 429, title: 'Too many requests', help: 'Wait as long as `Retry-After` says.' },
  'server.busy': {
    status: 429,
    title: 'The server is doing as much of this as it can',
    help: 'Try again in a few seconds.',
  },
  'idempotency.in_flight': {
    status: 409,
    title: 'A request with this idempotency key is being handled',
    help: 'Wait for it, then send the same request again to get its reply.',
  },
  'idempotency.mismatch': {
    status: 409,
    title: 'This idempotency key was used for another request',
    help: 'Use a new key for a new request.',
  },
  'server.unavailable': {
    status: 503,
    title: 'The server cannot answer now',
    help: 'A part it depends on is down; nothing was changed. Try again shortly.',
    recorded: 'failed',
  },
  'server.outcome_unknown': {
    status: 503,
    title: 'The connection to the database broke while saving',
    help: 'Look whether the change is there before you send it again; an idempotency key makes this safe.',
    recorded: 'failed',
  },
  'server.stopping': { status: 503, title: 'The server is stopping', help: 'Try again shortly.' },
  'server.unexpected': {
    status: 500,
    title: 'Something went wrong on our side',
    help: 'Tell your operator the request id; the log has the rest.',
    recorded: 'failed',
  },
});
