// The settings of sizes, times and rates. Each has a bound, so that no value turns a limit off.
import { defaultedKey } from './key.ts';
import { wholeNumber } from './kinds.ts';

export const limitKeys = {
  HOLDFAST_BODY_BYTES_MAX: limit('Largest body of an ordinary request.', 'bytes', 1024, 67_108_864, 1_048_576),
  HOLDFAST_STREAM_BODY_BYTES_MAX: limit(
    'Largest body of a model or tool call, which may carry images.',
    'bytes',
    1024,
    268_435_456,
    33_554_432,
  ),
  HOLDFAST_HEADER_BYTES_MAX: limit(
    'Largest head of a request: its line and all headers.',
    'bytes',
    4096,
    65_536,
    16_384,
  ),
  HOLDFAST_CONNECTIONS_MAX: limit('Open connections at once.', 'connections', 16, 65_536, 4096),
  HOLDFAST_HEADER_TIMEOUT_SECONDS: limit('Time a client has to send the head of a request.', 'seconds', 1, 60, 10),
  HOLDFAST_REQUEST_TIMEOUT_SECONDS: limit('Time a client has to send a whole request.', 'seconds', 1, 600, 60),
  HOLDFAST_KEEP_ALIVE_SECONDS: limit(
    'Time an idle connection stays open; keep it above that of your proxy.',
    'seconds',
    1,
    600,
    75,
  ),
  HOLDFAST_DRAIN_SECONDS: limit('Time running requests have to end when the server stops.', 'seconds', 0, 300, 20),
  HOLDFAST_RATE_READ_PER_MINUTE: rate('Reading calls of one caller.', 1_000_000, 1200),
  HOLDFAST_RATE_WRITE_PER_MINUTE: rate('Changing calls of one caller.', 1_000_000, 300),
  HOLDFAST_RATE_MODEL_PER_MINUTE: rate('Model and tool calls of one caller.', 1_000_000, 600),
  HOLDFAST_RATE_EXPENSIVE_PER_MINUTE: rate(
    'Embeddings, uploads, text recognition, retrieval and URL fetching of one caller.',
    100_000,
    60,
  ),
  HOLDFAST_RATE_SIGN_IN_PER_MINUTE: rate('Calls of the sign-in routes from one address, successful or not.', 1000, 60),
  HOLDFAST_RATE_API_KEY_PER_MINUTE: rate('Calls of one API key, of every kind together.', 1_000_000, 600),
  HOLDFAST_RATE_ADDRESS_PER_MINUTE: rate('Calls from one address, whoever calls from there.', 1_000_000, 6000),
  HOLDFAST_RATE_ORGANIZATION_PER_MINUTE: rate(
    'Calls of one organization, all its people and keys together.',
    10_000_000,
    60_000,
  ),
  HOLDFAST_RATE_GLOBAL_PER_MINUTE: rate('Calls of everybody together.', 100_000_000, 600_000),
  HOLDFAST_FAILURES_PER_ACCOUNT_PER_MINUTE: rate(
    'Failed sign-ins for one account from one address. It can only be lowered.',
    5,
    5,
  ),
  HOLDFAST_FAILURES_PER_ADDRESS_PER_MINUTE: rate(
    'Failed credentials from one address. It can only be lowered.',
    20,
    20,
  ),
} as const;

function limit(text: string, unit: string, min: number, max: number, preset: number) {
  const written = String(preset);
  return defaultedKey(wholeNumber(min, max), { group: 'Limits', text, unit, default: written, example: written });
}

function rate(text: string, max: number, preset: number) {
  const written = String(preset);
  return defaultedKey(wholeNumber(1, max), {
    group: 'Rates',
    text,
    unit: 'a minute',
    default: written,
    example: written,
  });
}
