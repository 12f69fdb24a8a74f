// Turns what was thrown into words that may stand in a report: short, well-formed, without secrets.
import { findSecret } from './secrets.ts';

const lengthMax = 300;

/** One line about a failure. Messages of errors come from anywhere, the target included. */
export function describeFailure(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const short = message.toWellFormed().replaceAll(/\s+/g, ' ').trim().slice(0, lengthMax).toWellFormed();
  if (short === '') return 'it failed without a reason';
  return findSecret(short) === undefined ? short : 'it failed; the reason seems to hold a secret and is left out';
}
