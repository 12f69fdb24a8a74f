// The pages that problem types resolve to (RFC 9457 section 3.1.1), made from the error specs of the registry.
import type { ErrorSpec } from '#kernel/errors.ts';
import { newNonce, pagePolicy } from './headers.ts';
import { html, type Markup } from './html.ts';
import type { OwnPage } from './pages.ts';
import type { Outgoing } from './reply.ts';

type Errors = Readonly<Record<string, ErrorSpec>>;

/** `/problems` lists every code, `/problems/:code` explains one; another code is a 404. */
export function problemPages(errors: Errors): readonly OwnPage[] {
  return [
    { path: '/problems', respond: () => htmlReply('Problems', listOf(errors)) },
    {
      path: '/problems/:code',
      respond: ({ params }) => {
        const code = params['code'] ?? '';
        const spec = Object.hasOwn(errors, code) ? errors[code] : undefined;
        return spec === undefined ? undefined : htmlReply(spec.title, explanationOf(code, spec));
      },
    },
  ];
}

function listOf(errors: Errors): Markup {
  const rows = Object.entries(errors)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { status, title }]) =>
        html`<tr>
          <td>
            <a href="/problems/${code}"><code>${code}</code></a>
          </td>
          <td>${String(status)}</td>
          <td>${title}</td>
        </tr>`,
    );
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Code</th>
        <th scope="col">Status</th>
        <th scope="col">Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function explanationOf(code: string, { status, help }: ErrorSpec): Markup {
  return html`<p><code>${code}</code>, HTTP status ${String(status)}</p>
    <p>${help}</p>
    <p><a href="/problems">All problems</a></p>`;
}

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
  'td,th{text-align:left;padding:.25rem 1rem .25rem 0;vertical-align:top}';

function htmlReply(title: string, content: Markup): Outgoing {
  const nonce = newNonce();
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} · Holdfast</title>
        <style nonce="${nonce}">
          ${{ markup: STYLE }}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy({ nonce }) },
    body: page.markup,
  };
}
