// Where a rule does not hold, and why that is right. The list may only shrink: the record below goes down with it.

export type Exception = {
  readonly rule: string;
  readonly path: string;
  /** How many violations stand there, exactly; fewer means that the exception must shrink too. */
  readonly times: number;
  readonly reason: string;
};

export const exceptions: readonly Exception[] = [];

/** The sum of `times` when the list was last shortened. */
export const EXCEPTIONS_RECORDED = 0;
