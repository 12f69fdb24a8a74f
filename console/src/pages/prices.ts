// Prices as people write them: a model a line, with what a million tokens cost that are sent, and that come back.
import type { Reply } from '../api/client.ts';

export type Prices = Reply<'provider.list'>['items'][number]['prices'];

export function writePrices(prices: Prices): string {
  return prices
    .map(
      ({ model, inputPerMillion, outputPerMillion }) =>
        `${model} ${String(inputPerMillion)} ${String(outputPerMillion)}`,
    )
    .join('\n');
}

/** Lines that `badPriceLine` finds nothing wrong with. */
export function readPrices(text: string): Prices {
  return linesOf(text).map((line) => {
    const [model = '', input, output] = line.split(/\s+/);
    return { model, inputPerMillion: Number(input), outputPerMillion: Number(output) };
  });
}

/** The first line that is no model and two numbers; undefined when all are. */
export function badPriceLine(text: string): string | undefined {
  return linesOf(text).find((line) => !/^\S+\s+\d+(?:\.\d{1,6})?\s+\d+(?:\.\d{1,6})?$/.test(line));
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
