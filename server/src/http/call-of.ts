// Builds the kernel's call from a request. Only headers named here count: a tenant or role in any other is never looked at.
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { Call } from '#kernel/call.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Visit } from './door.ts';
import type { Exchange } from './exchange.ts';

const DEVICE_LENGTH_MAX = 200;

export type Matched = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
};

/** The call without its body. Throws AppError for a credential or header that can't be read. */
export function callOf(exchange: Exchange, visit: Visit, { params, query }: Matched): Call {
  const { headers } = exchange.request;
  const idempotencyKey = textOf(headers['idempotency-key']);
  const ifMatch = headers['if-match'];
  const organization = organizationOf(textOf(headers['holdfast-organization']));
  // Only browsers have any.
  const deviceToken = headers.cookie === undefined ? undefined : visit.deviceToken?.();
  const call: Call = {
    requestId: exchange.requestId,
    credential: visit.credential(),
    caller: {
      address: visit.address,
      addressKey: visit.addressKey,
      device: (headers['user-agent'] ?? '').slice(0, DEVICE_LENGTH_MAX),
      ...(deviceToken === undefined ? {} : { deviceToken }),
    },
    params,
    query,
    body: undefined,
  };
  // Nearly every call of a model has none of these.
  if (idempotencyKey === undefined && ifMatch === undefined && organization === undefined) return call;
  return {
    ...call,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(organization === undefined ? {} : { organization }),
  };
}

/** An assertion only: it is compared with the organization of the credential, and never chooses one. */
function organizationOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const uuid = decodeId('org', text);
  if (uuid === undefined) {
    const message = 'is not an organization id of the form org_…';
    throw kernelErrors['request.invalid']({ fields: [{ pointer: '/headers/holdfast-organization', message }] });
  }
  return uuid;
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
