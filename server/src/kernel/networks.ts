// From which addresses a credential may be used: lists of blocks, each of which lets in what it covers and nothing else.
import { type Cidr, cidrContains, parseAddress, parseCidr } from '#config.ts';
import { kernelErrors } from './errors.ts';

/** `console` and `key` go with the credential wherever it is used; `api` and `models` with a key and where it is used. */
export type NetworkList = 'console' | 'api' | 'models' | 'key';

/** One list that says something: an organization, or the maker of a key, has named the blocks that may come. */
export type NetworkRule = { readonly list: NetworkList; readonly blocks: readonly string[] };

/** The rules of a credential, as a look-up brings them; null and empty say nothing. */
export function rulesOf(
  lists: Readonly<Partial<Record<NetworkList, readonly string[] | null>>>,
): readonly NetworkRule[] {
  // The keys of a record that this file's type names.
  return (Object.entries(lists) as [NetworkList, readonly string[] | null][]).flatMap(([list, blocks]) =>
    blocks === null || blocks.length === 0 ? [] : [{ list, blocks }],
  );
}

/** Where models and tools are called: what closes the console and the API closes neither. */
export function isModelPath(path: string): boolean {
  return /^\/(?:v1|mcp)(?:\/|$)/.test(path);
}

/** The rule that keeps the address out at the path; undefined when none does. */
export function findRefusing(rules: readonly NetworkRule[], path: string, address: string): NetworkRule | undefined {
  if (rules.length === 0) return undefined;
  const skipped: NetworkList = isModelPath(path) ? 'api' : 'models';
  return rules.find(({ list, blocks }) => list !== skipped && findCovering(blocks, address) === undefined);
}

/** The first block that covers the address. One that cannot be read covers nobody. */
export function findCovering(blocks: readonly string[], address: string): string | undefined {
  const caller = parseAddress(address);
  if (caller === undefined) return undefined;
  return blocks.find((text) => {
    const block = blockOf(text);
    return block !== undefined && cidrContains(block, caller);
  });
}

const NAMES: Readonly<Record<NetworkList, string>> = {
  console: 'the console',
  api: 'API keys',
  models: 'model calls',
  key: 'this very key',
};

/** 403 `network.refused`, for who has proved a credential: they may hear which kind of rule it was. */
export function refuseNetwork(list: NetworkList, address: string) {
  return kernelErrors['network.refused']({
    detail: `This server sees you at ${address}, which the rules for ${NAMES[list]} do not name.`,
  });
}

const BLOCKS_MAX = 20_000;
const blocksRead = new Map<string, Cidr | undefined>();

/** The same few texts come with every call of an organization. */
function blockOf(text: string): Cidr | undefined {
  if (blocksRead.has(text)) return blocksRead.get(text);
  const block = parseCidr(text);
  if (blocksRead.size >= BLOCKS_MAX) blocksRead.clear();
  blocksRead.set(text, block);
  return block;
}
