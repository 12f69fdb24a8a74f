// What providers take, for modules that tell what calls cost.
import type { OrgTx } from '#db/scope.ts';
import { Provider } from './model.ts';
import { listProviderPrices } from './queries.ts';

/** Of every provider that is connected, as they are set now. */
export async function listPrices(tx: OrgTx) {
  const rows = await listProviderPrices(tx);
  return rows.map(({ id, currency, prices }) => ({ id, currency, prices: Provider.shape.prices.parse(prices) }));
}
