// What a look at the first run reads: numbers alone, through functions that lend no more.
import type { Database } from '#verification/instance.ts';

export type SetupRows = {
  /** Somebody has founded an organization, read apart from what the pages of the first run say. */
  readonly founded: boolean;
  readonly liveTokens: number;
  readonly probePeople: number;
  /** People, the probe's aside, who were there before anybody set the installation up. */
  readonly earlyPeople: number;
  /** Which of the asked e-mail addresses have an account with a password. */
  readonly accounts: readonly string[];
};

const STATEMENT = `select founded as "founded", live_tokens::integer as "liveTokens", probe_people::integer as "probePeople",
  early_people::integer as "earlyPeople",
  array(select a.address from unnest($1::text[]) a (address) where exists (select from holdfast.find_password(a.address)))
    as "accounts"
  from holdfast.look_at_setup()`;

/** The stored hash of an account that can sign in; it goes no further than into a comparison. */
export async function readHash({ query }: Database, address: string, signal: AbortSignal): Promise<string | undefined> {
  const [row] = await query("select hash from holdfast.find_password($1) where status = 'active'", [address], signal);
  const hash = row?.['hash'];
  return typeof hash === 'string' ? hash : undefined;
}

/** Undefined when the database tells nothing. Throws what it says instead. */
export async function readSetup(
  { query }: Database,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<SetupRows | undefined> {
  const [row] = await query(STATEMENT, [addresses], signal);
  // The statement above names and types every column.
  return row as SetupRows | undefined;
}
