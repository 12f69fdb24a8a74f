// Writes HTML from values, each escaped unless it is markup made here.

export type Markup = { readonly html: string };
export type Part = string | number | Markup | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A template of HTML; every value in it is escaped, unless it is markup or a list of such parts. Not called `html`, because
 * formatters rewrite templates of that name, and the hash of a style sheet knows each space of it.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  const texts = strings.map((text, index) => {
    const value = values[index];
    return value === undefined ? text : `${text}${render(value)}`;
  });
  return { html: texts.join('') };
}

function render(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  return 'html' in part ? part.html : part.map(render).join('');
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
