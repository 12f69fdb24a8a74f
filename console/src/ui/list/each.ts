// Doing the same to several rows, one call each: what was done, what was refused and why, and what was not tried.
import { isProblem } from '../../api/problem.ts';

export type Outcome = {
  /** What each call that was done was answered with. */
  readonly replies: readonly unknown[];
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
  const replies: unknown[] = [];
  for (const [index, row] of rows.entries()) {
    try {
      replies.push(await act(row));
    } catch (error) {
      refused.push({ name: nameOf(row), why: whyOf(error) });
      if (endsAll(error)) return { replies, refused, untried: rows.length - index - 1 };
    }
  }
  return { replies, refused, untried: 0 };
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

export function outcomeText({ replies, refused, untried }: Outcome): string {
  return [
    `${String(replies.length)} done`,
    ...(refused.length === 0 ? [] : [`${String(refused.length)} refused`]),
    ...(untried === 0 ? [] : [`${String(untried)} not tried`]),
  ].join(', ');
}
