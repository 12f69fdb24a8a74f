// What calls cost at the prices of their providers, exact to the millionth of a currency. Pure.

export type Priced = {
  readonly id: string;
  readonly currency: string;
  readonly prices: readonly {
    readonly model: string;
    readonly inputPerMillion: number;
    readonly outputPerMillion: number;
  }[];
};

export type Spent = {
  readonly provider_id: string;
  readonly model: string;
  readonly calls: string | number | bigint;
  readonly input_tokens: string | number | bigint;
  readonly output_tokens: string | number | bigint;
};

export type Cost = {
  readonly amounts: { readonly currency: string; readonly amount: string }[];
  readonly unpricedCalls: number;
};

const MILLION = 1_000_000n;

/** Calls of models that have no price, or of a provider that is gone, are counted apart. */
export function costOf(spent: readonly Spent[], providers: readonly Priced[]): Cost {
  const sums = new Map<string, bigint>();
  let unpricedCalls = 0;
  for (const { provider_id: id, model, ...row } of spent) {
    const provider = providers.find((one) => one.id === id);
    const price = provider?.prices.find((one) => one.model === model);
    if (provider === undefined || price === undefined) {
      unpricedCalls += Number(row.calls);
      continue;
    }
    // Millionths of millionths, so that nothing is rounded before all of it is added up.
    const cost =
      BigInt(row.input_tokens) * millionths(price.inputPerMillion) +
      BigInt(row.output_tokens) * millionths(price.outputPerMillion);
    sums.set(provider.currency, (sums.get(provider.currency) ?? 0n) + cost);
  }
  const amounts = [...sums].map(([currency, sum]) => ({ currency, amount: decimal((sum + MILLION / 2n) / MILLION) }));
  return { amounts: amounts.toSorted((one, other) => (one.currency < other.currency ? -1 : 1)), unpricedCalls };
}

/** A price has six places at most. */
function millionths(price: number): bigint {
  return BigInt(Math.round(price * 1_000_000));
}

function decimal(amount: bigint): string {
  const places = String(amount % MILLION)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return places === '' ? String(amount / MILLION) : `${String(amount / MILLION)}.${places}`;
}
