// Remembers answers of functions that depend on one text alone and are asked for the same few texts over and over.

/** `make` with a memory of at most `entriesMax` answers: strangers who send ever new texts make it forget, not grow. */
export function remember<T>(entriesMax: number, make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (known.size >= entriesMax) known.clear();
    known.set(text, made);
    return made;
  };
}
