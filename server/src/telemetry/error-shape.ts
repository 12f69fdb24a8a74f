// What the log may keep of an error: names, codes and places in code. Never a message, because messages quote data.
import { fileURLToPath } from 'node:url';
import { isName } from './values.ts';

/** An error as it is logged. */
export type ErrorShape = {
  readonly name: string;
  readonly code?: string;
  /** PostgreSQL: the constraint that refused; a name of our schema. */
  readonly constraint?: string;
  /** `function (file:line:column)`, innermost first. */
  readonly frames: readonly string[];
  /** The errors behind it (cause, aggregated, suppressed), nearest first. */
  readonly causes?: readonly CauseShape[];
};

/** An error behind an error. */
export type CauseShape = { readonly name: string; readonly code?: string; readonly constraint?: string };

const framesMax = 16;
const frameChars = 160;
const causesMax = 8;

/** Folder of the product: paths in frames are written from here, so that they don't show where it is installed. */
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Reduces anything thrown to what may be logged. Never throws, whatever getters or proxies the value has. */
export function shapeError(thrown: unknown): ErrorShape {
  const causes = collectCauses(thrown);
  return {
    ...describeError(thrown),
    frames: attempt(() => readFrames(thrown)) ?? [],
    ...(causes.length > 0 ? { causes } : {}),
  };
}

/** Name and codes of anything thrown, without what is behind it. */
export function describeError(thrown: unknown): CauseShape {
  if (!isObject(thrown)) return { name: `thrown:${typeof thrown}` };
  const code = attempt(() => readCode(thrown));
  const constraint = attempt(() => readConstraint(thrown, code));
  return {
    name: attempt(() => readName(thrown)) ?? 'unnamed',
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
  };
}

type Thrown = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Thrown {
  return typeof value === 'object' && value !== null;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readName(thrown: Thrown): string | undefined {
  const name = thrown['name'];
  return typeof name === 'string' &&
    /^[A-Za-z_$][\w$.]{0,63}$/.test(name) &&
    isName(name.replace(/^[_$]/, 'x').replaceAll('$', '-'))
    ? name
    : undefined;
}

// Codes in use: SQLSTATE (`23505`), the platform's (`ECONNREFUSED`, `ERR_INVALID_ARG_TYPE`), our own (`auth.required`).
const codePattern = /^(?:[0-9A-Z]{5}|[A-Z][A-Z0-9_]{1,47}|[a-z][a-z0-9_]{0,31}(?:\.[a-z][a-z0-9_]{0,31})?)$/;

function readCode(thrown: Thrown): string | undefined {
  const code = thrown['code'];
  if (typeof code === 'number' && Number.isSafeInteger(code) && Math.abs(code) < 1e6) return String(code);
  return typeof code === 'string' && codePattern.test(code) && isName(code) ? code : undefined;
}

/** Only an integrity violation (SQLSTATE class 23) names a constraint; nothing else of a driver's error is kept. */
function readConstraint(thrown: Thrown, code: string | undefined): string | undefined {
  const constraint = thrown['constraint'];
  if (typeof constraint !== 'string' || !code?.startsWith('23')) return undefined;
  return /^[a-z][a-z0-9_]{0,62}$/.test(constraint) && isName(constraint) ? constraint : undefined;
}

function collectCauses(thrown: unknown): readonly CauseShape[] {
  const seen = new Set<unknown>([thrown]);
  const causes: CauseShape[] = [];
  const queue = behind(thrown);
  for (let next = queue.shift(); next !== undefined && causes.length < causesMax; next = queue.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    causes.push(describeError(next));
    queue.push(...behind(next));
  }
  return causes;
}

function behind(thrown: unknown): unknown[] {
  if (!isObject(thrown)) return [];
  const errors = attempt(() => thrown['errors']);
  const listed: readonly unknown[] = Array.isArray(errors) ? (attempt(() => errors.slice(0, causesMax)) ?? []) : [];
  const single = ['cause', 'error', 'suppressed'].map((member) => attempt(() => thrown[member]));
  return [...single, ...listed].filter((error) => isObject(error));
}

const framePattern =
  /^ {4}at (?:(?:async )?(?<fn>[\w$.<>#[\] ]{1,120}) \()?(?:async )?(?<file>[^\s()]{1,500}):(?<line>\d{1,7}):(?<column>\d{1,7})\)?$/;

/*
 * The stack begins with name and message, and a message may hold lines that look like frames. So the message is cut off
 * first; if it isn't where it should be (it was changed after the error was made), no line of the stack is trusted.
 */
function readFrames(thrown: unknown): readonly string[] {
  if (!isObject(thrown)) return [];
  const { stack, message } = thrown;
  if (typeof stack !== 'string' || typeof message !== 'string') return [];
  const header = stack.slice(0, stack.indexOf(message));
  if (!stack.includes(message) || header.includes('\n')) return [];
  return stack
    .slice(header.length + message.length)
    .split('\n')
    .map((line) => formatFrame(line))
    .filter((frame) => frame !== undefined)
    .slice(0, framesMax);
}

function formatFrame(line: string): string | undefined {
  const parts = framePattern.exec(line)?.groups;
  const file = parts?.['file'];
  if (!parts || file === undefined) return undefined;
  const place = `${shortenPath(file)}:${parts['line']}:${parts['column']}`;
  const frame = parts['fn'] === undefined ? place : `${parts['fn']} (${place})`;
  return frame.slice(0, frameChars).replace(/[^\x20-\x7e]/g, '?');
}

/** A path from the product's folder; of any other path the last three parts, which do not name a person's home. */
function shortenPath(file: string): string {
  if (file.startsWith('node:')) return file;
  const path = file.replace(/^file:\/\//, '').replace(/[?#].*$/, '');
  if (path.startsWith(root)) return path.slice(root.length);
  return path.split(/[\\/]/).slice(-3).join('/');
}
