// The console as pages of the server: its one document with a nonce of its own for each reply, and its files, which never change.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomBytes } from '#crypto/random.ts';
import type { Page } from '#http/pages.ts';

/** Where `npm run build` leaves it. */
const FOLDER = fileURLToPath(new URL('../../../console/dist', import.meta.url));

/** Addresses of the console. What the address bar shows is for its own router; the server knows which are none of these. */
export const CONSOLE_PATHS = [
  '/',
  '/setup',
  '/outbox',
  '/sign-in',
  '/account',
  '/account/forgotten',
  '/account/reset-password',
  '/account/verify-email',
  '/account/confirm-email',
  '/invitation',
  '/usage',
  '/providers',
  '/keys',
  '/members',
  '/invitations',
  '/roles',
  '/roles/role',
  '/teams',
  '/teams/team',
  '/projects',
  '/projects/project',
  '/grants',
  '/shared',
  '/sign-in-policy',
  '/networks',
  '/reviews',
  '/reviews/review',
  '/reviews/report',
  '/break-glass',
  '/webhooks',
  '/emergency',
  '/controls',
  '/audit',
  '/design',
] as const;

/** Stands in the built document for the nonce (console/vite.config.ts). */
const PLACEHOLDER = 'HOLDFAST-NONCE';
const NONCE_BYTES = 18;
/** A name that is a hash of what it holds may be kept for a year. */
const FOREVER = 'public, max-age=31536000, immutable';

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

/** No pages when it was not built: the reference says then what there is. */
export function readConsole(folder: string = FOLDER): readonly Page[] {
  const document = readText(join(folder, 'index.html'));
  if (document === undefined) return [];
  const parts = document.split(PLACEHOLDER);
  const shell = CONSOLE_PATHS.map((path): Page => ({ path, isStatic: true, respond: () => renderShell(parts) }));
  return [...shell, filesOf(join(folder, 'assets'))];
}

/** The pages whose addresses the others have not taken. */
export function withoutPathsOf<P extends { readonly path: string }>(
  taken: readonly Page[],
  pages: readonly P[],
): readonly P[] {
  const paths = new Set<string>(taken.map(({ path }) => path));
  return pages.filter(({ path }) => !paths.has(path));
}

function renderShell(parts: readonly string[]) {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        `script-src 'nonce-${nonce}' 'strict-dynamic'`,
        `style-src 'self' 'nonce-${nonce}'`,
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
    },
    body: parts.join(nonce),
  };
}

type File = { readonly type: string; readonly plain: Buffer; readonly packed: Buffer | undefined };

function filesOf(folder: string): Page {
  const names = readdirSync(folder);
  const files = new Map(
    names.filter((name) => !name.endsWith('.br')).map((name) => [name, readFile(folder, name, names)]),
  );
  return {
    path: '/assets/:name',
    isStatic: true,
    respond: ({ params, header }) => {
      const file = files.get(params['name'] ?? '');
      if (file === undefined) return undefined;
      const packed = /\bbr\b/.test(header('accept-encoding') ?? '') ? file.packed : undefined;
      return {
        status: 200,
        headers: {
          'content-type': file.type,
          'cache-control': FOREVER,
          vary: 'accept-encoding',
          ...(packed === undefined ? {} : { 'content-encoding': 'br' }),
        },
        body: packed ?? file.plain,
      };
    },
  };
}

function readFile(folder: string, name: string, names: readonly string[]): File {
  const packed = `${name}.br`;
  return {
    type: TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    plain: readFileSync(join(folder, name)),
    packed: names.includes(packed) ? readFileSync(join(folder, packed)) : undefined,
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
