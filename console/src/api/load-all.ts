// Every row of a list that the server gives page by page.

type Page<Row> = { readonly items: readonly Row[]; readonly nextCursor: string | null };
/** Very long lists are cut off; then they are not whole. */
export type AllRows<Row> = { readonly rows: readonly Row[]; readonly isWhole: boolean };
export type PageQuery = { readonly limit: number; readonly cursor?: string };

const FULL_PAGE_ROWS = 200;
/** Rows that a file has at most; one of more is made with the API. */
export const FILE_ROWS_MAX = 20_000;

type Options<Row> = {
  readonly onProgress?: (count: number) => void;
  /** Whether these rows say all that was asked for. */
  readonly isEnough?: (rows: readonly Row[]) => boolean;
};

export async function loadAll<Row>(
  load: (query: PageQuery) => Promise<Page<Row>>,
  { onProgress, isEnough = () => false }: Options<Row> = {},
): Promise<AllRows<Row>> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await load({ limit: FULL_PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.items);
    onProgress?.(rows.length);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && rows.length < FILE_ROWS_MAX && !isEnough(rows));
  return { rows, isWhole: cursor === undefined };
}
