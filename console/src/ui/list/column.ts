// What a list shows: columns and filters as data.
import type { ReactNode } from 'react';
import type { AllRows } from '../../api/load-all.ts';
import type { FinderKind } from '../finders.ts';

export type Column<Row, Sort extends string = string> = {
  readonly title: string;
  /** For the search of what is here, and for CSV. */
  readonly text: (row: Row) => string;
  readonly show?: (row: Row) => ReactNode;
  readonly isNumber?: true;
  /** The name that the server sorts it by; without one it cannot be sorted by. */
  readonly sort?: Sort;
};

type Option = { readonly value: string; readonly label: string };

export type Filter<Name extends string = string> = { readonly name: Name; readonly label: string } & FilterKind;

type FilterKind =
  | { readonly options: readonly Option[] }
  /** One of many, found by the server. */
  | { readonly find: FinderKind }
  /** A word that is written out. */
  | { readonly example: string }
  /** From the beginning of a day, or until its end, where whoever asks is. */
  | { readonly day: 'from' | 'until' };

/** What is asked of a list beside the page: `search`, `sort`, and the filters by their names. */
export type Asked = Readonly<Record<string, string | undefined>>;

/** Where rows come from: the server page by page, or a list that is here as a whole. */
export type ListSource<Row> = {
  readonly rows: readonly Row[];
  /** Nothing is here yet. */
  readonly isPending: boolean;
  /** What is shown was asked before; what is asked now is on its way. */
  readonly isUpdating: boolean;
  readonly error: Error | null;
  readonly asked: Asked;
  readonly ask: (change: Asked) => void;
  readonly more: { readonly load: () => void; readonly isLoading: boolean } | undefined;
  /** Every row that is asked for, beyond the pages that are shown. */
  readonly loadAll: (onProgress: (count: number) => void) => Promise<AllRows<Row>>;
  /** What is shown as one document, for programs; not every list has one. */
  readonly toJson?: (() => unknown) | undefined;
};

/** Options whose values are words that people understand. */
export function optionsOf(...values: readonly string[]): readonly Option[] {
  return values.map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}
