// What the running server serves of its own reference: the OpenAPI document, the page for people, and the pages of problems.
import type { Registry } from '#kernel/registry.ts';
import { accountCalls, renderAccountPage } from './account-page.ts';
import { renderDocsPage } from './docs-page.ts';
import { type OpenApiOptions, renderOpenApi } from './openapi.ts';
import type { RenderedPage } from './page.ts';
import { renderProblemList, renderProblemPage } from './problem-pages.ts';
import { renderSecurityPage, type SecurityFacts } from './security-page.ts';
import { renderWelcomePage } from './welcome-page.ts';

type Served = {
  readonly status: 200;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
export type ReferencePage = {
  readonly path: `/${string}`;
  /** Undefined is a 404. */
  readonly respond: (request: { readonly params: Readonly<Record<string, string>> }) => Served | undefined;
};

/** What the pages tell beside the code: who takes reports of weaknesses, where the operator said so. */
export type ReferenceOptions = OpenApiOptions & { readonly security?: SecurityFacts };

/** The pages, rendered once; the same for everybody, since they hold nothing but the code and the operator's contact. */
export function referencePages(registry: Registry, options: ReferenceOptions): readonly ReferencePage[] {
  const document = renderOpenApi(registry, options);
  const json: Served = {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': FRESH },
    body: `${JSON.stringify(document)}\n`,
  };
  const docs = toServed(renderDocsPage(document));
  const problems = toServed(renderProblemList(registry));
  const welcome = toServed(renderWelcomePage());
  const account = Object.entries(accountCalls).map(([path, call]) => {
    const page = toServed(renderAccountPage(call));
    return { path: path as keyof typeof accountCalls, respond: () => page };
  });
  const security = toServed(renderSecurityPage(options.security ?? { contact: undefined, keyUrl: undefined }));
  return [
    { path: '/api/v1/openapi.json', respond: () => json },
    { path: '/api/docs', respond: () => docs },
    { path: '/', respond: () => welcome },
    { path: '/setup', respond: () => welcome },
    ...account,
    { path: '/security', respond: () => security },
    { path: '/problems', respond: () => problems },
    {
      path: '/problems/:code',
      respond: ({ params }) => {
        const page = renderProblemPage(registry, params['code'] ?? '');
        return page === undefined ? undefined : toServed(page);
      },
    },
  ];
}

/** Like every reply: the next release may say something else. */
const FRESH = 'no-store';

function toServed({ html, policy }: RenderedPage): Served {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': FRESH,
  };
  return { status: 200, headers, body: html };
}
