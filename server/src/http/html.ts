// HTML made of text that can't become markup.

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text for an element or a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (character) => ESCAPES[character] ?? '');
}

/** A template whose values are escaped, except those made by `html` themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Markup | readonly Markup[])[]): Markup {
  const rendered = values.map((value) =>
    typeof value === 'string'
      ? escapeHtml(value)
      : isMarkup(value)
        ? value.markup
        : value.map((one) => one.markup).join(''),
  );
  return { markup: parts.map((part, index) => part + (rendered[index] ?? '')).join('') };
}

/** Markup of ours. */
export type Markup = { readonly markup: string };

function isMarkup(value: Markup | readonly Markup[]): value is Markup {
  return 'markup' in value;
}
