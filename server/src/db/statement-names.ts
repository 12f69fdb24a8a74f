// Which statements PostgreSQL keeps prepared: those that come again and again. Reading and planning a statement anew, with
// row security in it, costs several times what running it does.

/** A server has a few hundred statements; each connection keeps the plans of those it ran. */
const NAMES_MAX = 300;
/** Texts that came once or twice are counted, not named: a list of changing length must not use the names up. */
const USES_BEFORE_NAME = 3;
const COUNTED_MAX = 1_000;

export type StatementNames = { readonly nameOf: (text: string) => string | undefined };

/** Names are given for good: the driver refuses another text under a name that a connection has prepared. */
export function createStatementNames(
  namesMax = NAMES_MAX,
  usesBeforeName = USES_BEFORE_NAME,
  countedMax = COUNTED_MAX,
): StatementNames {
  const names = new Map<string, string>();
  const uses = new Map<string, number>();
  return {
    nameOf: (text) => {
      const known = names.get(text);
      if (known !== undefined || names.size >= namesMax) return known;
      const count = (uses.get(text) ?? 0) + 1;
      if (count > usesBeforeName) {
        const name = `statement_${names.size}`;
        names.set(text, name);
        uses.delete(text);
        return name;
      }
      if (uses.size >= countedMax) uses.clear();
      uses.set(text, count);
      return undefined;
    },
  };
}
