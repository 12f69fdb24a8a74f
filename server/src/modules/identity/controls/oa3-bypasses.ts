// Everything that other products have been seen to take for a credential, made for the probe's own organization.
import { encodeBase64, encodeBase64Url, encodeUtf8 } from '@holdfast/protocol/bytes.ts';
import { hmacSha256 } from '@holdfast/protocol/sha256.ts';
import type { Asked } from '#verification/asking.ts';
import type { Tenant } from '#verification/instance.ts';
import { FAMILIES, type Family } from './oa3-judge.ts';

export const ROUTE = '/v1/models';

type Way = Omit<Asked, 'path'> & { readonly path?: string };

/** One request for each name of the family, in its order. */
export function waysOf(family: Family, tenant: Tenant, origin: string): readonly (Way & { readonly name: string })[] {
  const ways: Readonly<Record<Family, (tenant: Tenant, origin: string) => readonly Way[]>> = {
    'forged identity headers': forgedHeaders,
    'tokens that nobody signed': unsignedTokens,
    'words in place of a credential': words,
    'other schemes': otherSchemes,
    'credentials in the query': inQuery,
    'secrets of another purpose': misused,
  };
  return ways[family](tenant, origin).map((way, index) => ({ ...way, name: FAMILIES[family][index] ?? '' }));
}

function forgedHeaders({ email, organizationId }: Tenant): readonly Way[] {
  const all = (names: string, value: string): Way => ({
    headers: names.split(' ').map((name) => [name, value] as const),
  });
  return [
    all(
      'X-User X-User-Id X-User-Email X-Forwarded-User X-Forwarded-Email X-Remote-User Remote-User X-WebAuth-User',
      email,
    ),
    all(
      'X-Auth-Request-User X-Auth-Request-Email Cf-Access-Authenticated-User-Email X-Ms-Client-Principal-Name',
      email,
    ),
    {
      headers: [
        ...['X-Holdfast-Principal', 'X-Holdfast-User', 'Holdfast-User'].map((name) => [name, email] as const),
        ...['X-Holdfast-Organization', 'X-Organization-Id'].map((name) => [name, organizationId] as const),
        ['X-Holdfast-Role', 'owner'],
      ],
    },
    all('X-Internal-Request X-Debug X-Test-Mode X-Trusted X-Admin X-Bypass-Auth X-Skip-Auth', 'true'),
  ];
}

function unsignedTokens({ email, organizationId }: Tenant, origin: string): readonly Way[] {
  // 2100-01-01.
  const claims = {
    iss: origin,
    aud: origin,
    sub: email,
    email,
    org: organizationId,
    role: 'owner',
    exp: 4_102_444_800,
  };
  const part = (value: object): string => encodeBase64Url(encodeUtf8(JSON.stringify(value)));
  const token = (header: object, sign: (text: string) => string): Way => {
    const text = `${part(header)}.${part(claims)}`;
    return { key: `${text}.${sign(text)}` };
  };
  const under = (key: string) => (text: string) => encodeBase64Url(hmacSha256(encodeUtf8(key), encodeUtf8(text)));
  const unsigned = (): string => '';
  return [
    token({ typ: 'JWT', alg: 'none' }, unsigned),
    token({ typ: 'JWT', alg: 'nOnE' }, unsigned),
    token({ typ: 'JWT' }, unsigned),
    token({ typ: 'JWT', alg: 'HS256' }, under('secret')),
    token({ typ: 'JWT', alg: 'HS256', kid: '../../../dev/null' }, under('')),
  ];
}

function words(): readonly Way[] {
  return FAMILIES['words in place of a credential'].map((word) => ({ key: word === 'nothing' ? '' : word }));
}

function otherSchemes({ email, password, key }: Tenant): readonly Way[] {
  const basic = (pair: string): string => `Basic ${encodeBase64(encodeUtf8(pair))}`;
  return [basic('admin:admin'), basic(`${email}:${password}`), `Token ${key}`, `ApiKey ${key}`, key].map((value) => ({
    headers: [['Authorization', value]],
  }));
}

/** Over a connection to itself, with a key that ends with the run. */
function inQuery({ key }: Tenant): readonly Way[] {
  return FAMILIES['credentials in the query'].map((name) => ({ path: `${ROUTE}?${name}=${key}` }));
}

function misused({ key, keyId, cookie, organizationId }: Tenant): readonly Way[] {
  const [name = '', token = ''] = cookie.split('=');
  return [
    { cookie: `${name}=${key}` },
    { key: token },
    { key: `hf_live_${token}` },
    { cookie: `session=${token}; token=${token}; holdfast=${token}` },
    { cookie: `${name}=${organizationId}` },
    { key: keyId },
  ];
}
