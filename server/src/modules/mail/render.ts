// A template and its values to a subject, a plain text and an HTML form. Values are text: none of them becomes markup or a header.
import { type Block, mailTemplates, type MailTemplate, type TemplateName } from './templates.ts';

export type RenderedMail = { readonly subject: string; readonly text: string; readonly html: string };
export type Rendering =
  | { readonly ok: true; readonly mail: RenderedMail }
  | { readonly ok: false; readonly problem: string };
export type Values = Readonly<Record<string, string>>;

const valueCharactersMax = 1_000;

/** Refuses a value that is missing, too many, longer than a line of mail may be, or holds control characters, and foreign links. */
export function renderMail(name: TemplateName, values: Values): Rendering {
  const template: MailTemplate = mailTemplates[name];
  const problem = findProblem(template, values);
  if (problem !== undefined) return { ok: false, problem: `${name}: ${problem}` };
  const mail = {
    subject: template.subject,
    text: `${template.blocks.map((block) => renderText(block, values)).join('\n\n')}\n`,
    html: page(template.subject, template.blocks.map((block) => renderHtml(block, values)).join('\n')),
  };
  return { ok: true, mail };
}

/** Whether a word names a template; what is stored may be of a release that had others. */
export function isTemplateName(name: string): name is TemplateName {
  return Object.hasOwn(mailTemplates, name);
}

function findProblem({ values: named }: MailTemplate, values: Values): string | undefined {
  const expected = [...named, 'origin'].toSorted().join();
  if (Object.keys(values).toSorted().join() !== expected) return `takes ${expected}`;
  const odd = Object.entries(values).find(
    ([, value]) =>
      typeof value !== 'string' || value.length > valueCharactersMax || /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(value),
  );
  if (odd !== undefined) return `${odd[0]} is no line of text`;
  const { link, origin = '' } = values;
  // A link of a mail leads to us and nowhere else, whoever made it.
  return link === undefined || link.startsWith(`${origin}/`) ? undefined : 'links elsewhere';
}

function renderText(block: Block, values: Values): string {
  return block.kind === 'link'
    ? `${block.label}:\n${valueOf(values, block.value)}`
    : fill(block.text, values, (value) => value);
}

function renderHtml(block: Block, values: Values): string {
  if (block.kind === 'text') return `<p>${fill(escapeHtml(block.text), values, escapeHtml)}</p>`;
  const address = escapeHtml(valueOf(values, block.value));
  return `<p><a href="${address}">${escapeHtml(block.label)}</a></p>\n<p style="word-break:break-all;color:#555">${address}</p>`;
}

function fill(words: string, values: Values, form: (value: string) => string): string {
  return words.replace(/\{(\w+)\}/g, (_, name: string) => form(valueOf(values, name)));
}

/** Every name is there: the values were compared with the template's, and a test fills each template. */
function valueOf(values: Values, name: string): string {
  return values[name] ?? '';
}

function escapeHtml(words: string): string {
  return words.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** No image, no style sheet, nothing that a reader's program would fetch. */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body style="font:16px/1.5 sans-serif;max-width:36em;margin:2em auto;padding:0 1em">
${body}
</body></html>
`;
}
