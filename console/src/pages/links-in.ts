// Addresses in a plain text, to be copied: they are shown as text, and lead nowhere by themselves.

/** Each once, in their order. */
export function linksIn(text: string): readonly string[] {
  return [...new Set(text.match(/\bhttps?:\/\/\S+/g)?.filter((link) => link.includes('#token=')))];
}
