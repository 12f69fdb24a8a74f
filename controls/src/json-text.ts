// Reads JSON that people or strangers wrote: one member of a name in each object, or none of it counts.

/** Reads JSON text, refusing repeated member names, of which JSON.parse would silently keep the last. */
export function parseJsonText(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, fault: 'is not JSON' };
  }
  const repeated = findRepeatedMember(text);
  return repeated === undefined ? { ok: true, value } : { ok: false, fault: `has the member ${repeated} twice` };
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

// The text is known to be JSON, so a string followed by a colon is a member's name.
function findRepeatedMember(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  const tokens = text.match(token) ?? [];
  for (const [index, part] of tokens.entries()) {
    if (part === '{') open.push(new Set());
    else if (part === '[') open.push(undefined);
    else if (part === '}' || part === ']') open.pop();
    else if (part.startsWith('"') && tokens[index + 1] === ':') {
      const name = String(JSON.parse(part));
      const names = open.at(-1);
      if (names?.has(name) === true) return JSON.stringify(name);
      names?.add(name);
    }
  }
  return undefined;
}
