// The pages that the `type` of a problem resolves to: what went wrong, and what the caller can do about it.
import type { ErrorSpec } from '#kernel/errors.ts';
import type { Registry } from '#kernel/registry.ts';
import { markup, type Markup } from './markup.ts';
import { renderPage, type RenderedPage } from './page.ts';

/** The page of one code; undefined for a code that nothing answers with. */
export function renderProblemPage(registry: Registry, code: string): RenderedPage | undefined {
  const spec = Object.hasOwn(registry.errors, code) ? registry.errors[code] : undefined;
  if (spec === undefined) return undefined;
  return renderPage(
    `${code} · Holdfast`,
    markup`<main>
      <p><a href="/problems">All problems</a></p>
      ${problemMarkup(code, spec)}
    </main>`,
  );
}

/** Every code on one page, in alphabetical order. */
export function renderProblemList(registry: Registry): RenderedPage {
  const sections = Object.entries(registry.errors)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, spec]) => problemMarkup(code, spec));
  return renderPage(
    'Problems · Holdfast',
    markup`<main>
      <h1>Problems</h1>
      ${sections}
    </main>`,
  );
}

function problemMarkup(code: string, { status, title, help }: ErrorSpec): Markup {
  return markup`<section id="${code}">
    <h3>
      <a href="/problems/${code}"><code>${code}</code></a>
    </h3>
    <dl>
      <dt>status</dt>
      <dd>${status}</dd>
      <dt>meaning</dt>
      <dd>${title}</dd>
      <dt>what to do</dt>
      <dd>${help}</dd>
    </dl>
  </section> `;
}
