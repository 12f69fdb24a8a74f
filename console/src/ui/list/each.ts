// Doing the same to several rows, one call each: what was done, what was refused and why, and what was not tried.
import { isProblem } from '../../api/problem.ts';

export type Outcome = {
  readonly done: number;
  readonly refused: readonly { readonly name: string; readonly why: string }[];
  /** Left alone because the one before it said that none of them would go. */
  readonly untried: number;
};

/** One after another, in the order of the rows. A refusal is of that row alone, unless it says that nobody answers or who calls is not believed. */
export async function doEach<Row>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  act: (row: Row) => Promise<unknown>,
): Promise<Outcome> {
  const refused: { name: string; why: string }[] = [];
  let done = 0;
  for (const [index, row] of rows.entries()) {
    try {
      await act(row);
      done += 1;
    } catch (error) {
      refused.push({ name: nameOf(row), why: whyOf(error) });
      if (endsAll(error)) return { done, refused, untried: rows.length - index - 1 };
    }
  }
  return { done, refused, untried: 0 };
}

function whyOf(error: unknown): string {
  if (!isProblem(error)) return error instanceof Error ? error.message : 'An unknown fault';
  return error.detail === undefined ? error.message : `${error.message}. ${error.detail}`;
}

/** No answer, no session, a proof that was not given, another organization by now, or too many calls. */
function endsAll(error: unknown): boolean {
  return (
    !isProblem(error) ||
    error.status === 0 ||
    error.status === 401 ||
    error.status === 429 ||
    error.demandedProof !== undefined
  );
}

export function outcomeText({ done, refused, untried }: Outcome): string {
  return [
    `${String(done)} done`,
    ...(refused.length === 0 ? [] : [`${String(refused.length)} refused`]),
    ...(untried === 0 ? [] : [`${String(untried)} not tried`]),
  ].join(', ');
}
