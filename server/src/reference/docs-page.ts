// The API reference as one HTML page, made from the OpenAPI document: everything visible, so the browser's find finds it.
import { markup, type Markup, type Part } from './markup.ts';
import { listOperations, type OpenApiDocument, resolveParameter, resolveResponses } from './openapi.ts';
import type { Media, Operation, Parameter } from './operation.ts';
import { renderPage, type RenderedPage } from './page.ts';
import { describe, lineOf, schemaMarkup } from './schema-markup.ts';

type Listed = { readonly path: string; readonly method: string; readonly operation: Operation };

/** The page of /api/docs; send its policy along. */
export function renderDocsPage(document: OpenApiDocument): RenderedPage {
  const operations = listOperations(document);
  const groups = document.tags.map(({ name }) => {
    const group = operations.filter(({ operation }) => operation.tags[0] === name);
    return markup`<h2 id="${name}">${name}</h2>
      ${group.map((listed) => sectionOf(document, listed))}`;
  });
  const body = markup`<header>
      <h1>${document.info.title} API ${document.info.version}</h1>
      <p>${document.info.description}</p>
      <p>
        The same for programs: <a href="/api/v1/openapi.json"><code>/api/v1/openapi.json</code></a
        >. Errors: <a href="/problems"><code>/problems</code></a
        >.
      </p>
      <nav aria-label="Operations">
        <ul>
          ${operations.map(linkOf)}
        </ul>
      </nav>
    </header>
    <main>${groups}</main>`;
  return renderPage(`${document.info.title} API`, body);
}

function linkOf({ path, method, operation }: Listed): Markup {
  return markup`<li>
    <span class="method">${method}</span> <a href="#${operation.operationId}"><code>${path}</code></a>
  </li>`;
}

function sectionOf(document: OpenApiDocument, { path, method, operation }: Listed): Markup {
  const rows = [
    row('access', accessOf(operation)),
    row('rate', rateText(operation['x-rate'])),
    row('audit', auditOf(operation)),
    ...(operation['x-step-up'] === true ? [row('step-up', 'people prove who they are again after 15 minutes')] : []),
    ...(operation['x-idempotency'] === undefined
      ? []
      : [row('Idempotency-Key', IDEMPOTENCY[operation['x-idempotency']])]),
    ...((operation.parameters ?? []).length === 0
      ? []
      : [row('parameters', parameterList(document, operation.parameters ?? []))]),
    ...(operation.requestBody === undefined ? [] : [row('body', mediaMarkup(operation.requestBody.content))]),
    ...responseRows(document, operation),
  ];
  return markup`<section id="${operation.operationId}">
    <h3><span class="method">${method}</span> <code>${path}</code></h3>
    <p>
      ${operation.summary} <span class="quiet"><code>${operation.operationId}</code></span>
    </p>
    <dl>${rows}</dl>
  </section> `;
}

const IDEMPOTENCY = {
  stored: 'honored; the reply is kept for a day',
  sealed: 'honored; the reply holds a secret, so it is kept encrypted and for minutes',
} as const;

function row(name: string, value: Part): Markup {
  return markup`<dt>${name}</dt>
    <dd>${value}</dd>`;
}

function accessOf(operation: Operation): Part {
  const permission = operation['x-permission'];
  if (permission === undefined) return `public: ${operation['x-public'] ?? ''}`;
  const credentials = operation.security.flatMap((one) => Object.keys(one)).map((name) => CREDENTIALS[name] ?? name);
  return markup`<code>${permission}</code> <span class="quiet">by ${credentials.join(', ')}</span>`;
}

const CREDENTIALS: Readonly<Record<string, string>> = {
  session: 'session',
  apiKey: 'API key',
  operator: 'operator at the admin socket',
};

function rateText({ class: name, keyedByInput }: Operation['x-rate']): string {
  return keyedByInput ? `${name}, for the caller and for what is asked` : name;
}

function auditOf(operation: Operation): Part {
  const audit = operation['x-audit'];
  return 'action' in audit ? markup`<code>${audit.action}</code>` : `no event: ${audit.none}`;
}

function parameterList(document: OpenApiDocument, parameters: readonly Parameter[]): Markup {
  const items = parameters
    .map((one) => resolveParameter(document, one))
    .map(({ name, in: place, required, schema, description }) => {
      const known = { ...(schema as Readonly<Record<string, unknown>>), description };
      return markup`<li>
        <code>${String(name)}</code>
        <span class="quiet">${String(place)}</span>
        ${lineOf(known)}${required === true ? '' : ', optional'}${describe(known)}
      </li>`;
    });
  return markup`<ul class="fields">
    ${items}
  </ul>`;
}

function mediaMarkup(content: Media): Part {
  return Object.entries(content).map(
    ([type, { schema }]) => markup`<span class="quiet">${type}</span> ${schemaMarkup(schema)}`,
  );
}

function responseRows(document: OpenApiDocument, { responses }: Operation): readonly Markup[] {
  return resolveResponses(document, responses).map(([status, { description, content }]) => {
    if (Number(status) < 400)
      return row(status, markup`${description} ${content === undefined ? '' : mediaMarkup(content)}`);
    const errors = [...description.matchAll(/`([^`]+)`: ([^\n]+)/g)].map(
      ([, code = '', title = '']) =>
        markup`<li>
          <a href="/problems/${code}"><code>${code}</code></a> ${title}
        </li>`,
    );
    return row(
      status,
      markup`<ul class="fields">
        ${errors}
      </ul>`,
    );
  });
}
