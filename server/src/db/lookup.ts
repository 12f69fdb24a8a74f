// Calls of the narrow security-definer functions, made before anybody is known: one statement, no transaction, no table in reach.
import type { Lane, Lanes } from './pool.ts';
import { release } from './pool.ts';

export type Lookup = <Row>(name: string, args: readonly unknown[], lane?: Lane) => Promise<readonly Row[]>;

const IDENTIFIER = /^[a-z][a-z0-9_]{1,62}$/;

/** Runs `select * from holdfast.<name>($1, …)` on the given lane (default: signIn). */
export function createLookup(lanes: Lanes): Lookup {
  return async <Row>(name: string, args: readonly unknown[], lane: Lane = 'signIn') => {
    if (!IDENTIFIER.test(name)) throw new TypeError(`${name} is not the name of a look-up`);
    const client = await lanes.checkout(lane);
    let failure: unknown;
    try {
      const places = args.map((_, index) => `$${index + 1}`).join(', ');
      const result = await client.query({
        name: `lookup_${name}`,
        text: `select * from holdfast.${name}(${places})`,
        values: [...args],
      });
      return result.rows as readonly Row[];
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      release(client, failure);
    }
  };
}
