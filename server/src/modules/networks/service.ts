// The rules of network rules: nobody shuts themselves out by mistake, and what changed is told in the log.
import type { z } from 'zod';
import { parseAddress } from '#config.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { findCovering } from '#kernel/networks.ts';
import type { CheckedAddress, NetworkRules } from './model.ts';
import { errors } from './model.ts';
import { findRules, putRules, type RulesRow } from './queries.ts';

export type Lists = {
  readonly console: readonly string[];
  readonly api: readonly string[];
  readonly models: readonly string[];
};

const NONE: Lists & Pick<RulesRow, 'version'> = { console: [], api: [], models: [], version: 0 };

export function toRules(row: RulesRow | undefined, yourAddress: string): z.input<typeof NetworkRules> {
  const rules = row ?? NONE;
  return {
    console: [...rules.console],
    api: [...rules.api],
    models: [...rules.models],
    version: rules.version,
    updatedAt: row?.updated_at.toISOString() ?? null,
    yourAddress,
  };
}

/** Puts the lists. Throws `network_rules.locks_you_out` unless whoever changes them is let in, or wants it so. */
export async function changeRules(
  ctx: Context<OrgTx, unknown>,
  orgId: string,
  wanted: Lists,
  confirmLockOut: boolean,
): Promise<z.input<typeof NetworkRules>> {
  const { address } = ctx.caller;
  const locksOut = !isLetIn(wanted.console, address);
  if (locksOut && !confirmLockOut)
    throw errors['network_rules.locks_you_out']({ detail: `This server sees you at ${address}.` });
  const once = (list: readonly string[]): string[] => [...new Set(list)];
  const lists = { console: once(wanted.console), api: once(wanted.api), models: once(wanted.models) };
  const row = await putRules(ctx.tx, { org_id: orgId, ...lists, updated_at: ctx.now });
  ctx.note({ ...lists, locksOutWhoChanged: locksOut });
  return toRules(row, address);
}

/** Throws 400 for what is no address. */
export async function checkAddress(ctx: Context<OrgTx>, text: string): Promise<z.input<typeof CheckedAddress>> {
  const address = parseAddress(text);
  if (address === undefined)
    throw kernelErrors['request.invalid']({
      fields: [{ pointer: '/body/address', message: 'is no IPv4 or IPv6 address' }],
    });
  const lists = (await findRules(ctx.tx)) ?? NONE;
  const check = (blocks: readonly string[]) => ({
    letsIn: isLetIn(blocks, address.text),
    by: findCovering(blocks, address.text) ?? null,
  });
  return {
    address: address.text,
    console: check(lists.console),
    api: check(lists.api),
    models: check(lists.models),
  };
}

function isLetIn(blocks: readonly string[], address: string): boolean {
  return blocks.length === 0 || findCovering(blocks, address) !== undefined;
}
