// Who asks for passkeys: the host that people know, and what must be true of any answer of a browser.
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import type { Tools } from '#kernel/tools.ts';
import { type ChallengeUse, type OpenChallenge, openChallenge } from './challenge.ts';

export const RP_NAME = 'Holdfast';

/** COSE algorithms, the one we like best first: ES256, EdDSA, RS256. */
export const ALGORITHMS = [-7, -8, -257] as const;

export type RelyingParty = { readonly origin: string; readonly rpId: string };

/** Passkeys belong to the host name, whatever its port; the origin is compared whole. */
export function relyingPartyOf(tools: Pick<Tools, 'publicOrigin'>): RelyingParty {
  const origin = tools.publicOrigin();
  return { origin, rpId: new URL(origin).hostname };
}

/**
 * The challenge that a browser says it answered, if it is ours and alive. Nobody answers for us from inside another site's
 * page (WebAuthn level 3, sections 7.1 and 7.2: crossOrigin, topOrigin). Undefined too for what is no client data.
 */
export function findChallenge(
  tools: Pick<Tools, 'keyring'>,
  use: ChallengeUse,
  clientDataJSON: string,
): OpenChallenge | undefined {
  const data = readClientData(clientDataJSON);
  if (data === undefined || typeof data['challenge'] !== 'string') return undefined;
  const isFramed = (data['crossOrigin'] ?? false) !== false || data['topOrigin'] !== undefined;
  return isFramed ? undefined : openChallenge(tools, use, data['challenge']);
}

function readClientData(clientDataJSON: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const data: unknown = decodeClientDataJSON(clientDataJSON);
    return typeof data === 'object' && data !== null ? { ...data } : undefined;
  } catch {
    return undefined;
  }
}
