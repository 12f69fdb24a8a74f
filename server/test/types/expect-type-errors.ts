// Proves that each @ts-expect-error stands on an error of its own: the markers are taken away, and the compiler must object.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TypeError, typeErrorsIn } from '../../../tools/lib/check-types.ts';
import { parseTypeScript } from '../../../tools/lib/parse-typescript.ts';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { commentsOf } from '../architecture/comments.ts';

export type Expectation = { readonly path: string; readonly line: number; readonly codes: readonly number[] };

type Marker = {
  readonly line: number;
  /** The line that must not compile. */
  readonly target: number;
  readonly reason: string;
  /** Codes that the reason names, as in `@ts-expect-error TS2322 a number is no id`. */
  readonly codes: readonly number[];
};

const MARKER = /^(?:\/\/+|\/\*+)\s*@ts-expect-error\b:?\s*(.*)$/s;
const REASON_WORDS_MIN = 3;

/**
 * Errors of a slip of the pen: a name or module that does not exist, a parameter without a type. An expectation that rests on one
 * of them proves nothing, so it must name the code when it means it.
 */
const SLIPS: ReadonlySet<number> = new Set([2304, 2305, 2307, 2503, 2552, 2580, 2591, 2614, 2724, 7006, 7016, 7031]);

/**
 * Checks every expectation in the given files (paths relative to the repository's root) and returns them.
 * Throws an AssertionError with all faults: a file without expectations, an expectation without a reason, one that the
 * compiler has no objection to or objects to for another reason than told, and an error that nobody expects.
 */
export function expectTypeErrors(files: readonly string[]): readonly Expectation[] {
  assert.ok(files.length > 0, 'no files were given');
  const { expectations, faults } = judgeExpectations(
    new Map(files.map((path) => [path, readFileSync(join(repositoryRoot, path), 'utf8')])),
  );
  assert.equal(faults.length, 0, `\n${faults.join('\n')}\n`);
  return expectations;
}

/** The same over texts by path, with faults as values. */
export function judgeExpectations(sources: ReadonlyMap<string, string>): {
  readonly expectations: readonly Expectation[];
  readonly faults: readonly string[];
} {
  const trees = parseTypeScript(sources);
  const markers = new Map([...sources].map(([path, text]) => [path, markersIn(path, text, trees)]));
  const bare = new Map([...sources].map(([path, text]) => [path, withoutMarkers(text)]));
  const errors = typeErrorsIn(bare);
  const faults: string[] = [];
  const expectations: Expectation[] = [];
  for (const [path, found] of markers) {
    const inFile = errors.get(path) ?? [];
    if (found.length === 0) faults.push(`${path}: expects no error`);
    for (const marker of found) {
      const hits = inFile.filter(({ line }) => line === marker.target);
      expectations.push({ path, line: marker.line, codes: hits.map(({ code }) => code) });
      faults.push(...faultsOf(marker, hits).map((fault) => `${path}:${String(marker.line)}: ${fault}`));
    }
    const targets = new Set(found.map(({ target }) => target));
    const others = inFile.filter(({ line }) => !targets.has(line));
    faults.push(
      ...others.map(({ line, code, text }) => `${path}:${String(line)}: unexpected TS${String(code)} ${text}`),
    );
  }
  return { expectations, faults };
}

function faultsOf(marker: Marker, hits: readonly TypeError[]): readonly string[] {
  if (hits.length === 0) return ['the compiler has no objection'];
  if (marker.reason.split(/\s+/).length < REASON_WORDS_MIN) return ['says in no words what must not compile'];
  const told = hits.map(({ code, text }) => `TS${String(code)} ${text}`).join('; ');
  if (marker.codes.length > 0) {
    return hits.some(({ code }) => marker.codes.includes(code)) ? [] : [`fails for another reason: ${told}`];
  }
  const isSlip = hits.every(({ code }) => SLIPS.has(code) || code < 2000);
  return isSlip ? [`rests on what looks like a slip; name the code if it is meant: ${told}`] : [];
}

function markersIn(path: string, text: string, trees: ReturnType<typeof parseTypeScript>): readonly Marker[] {
  const tree = trees.get(path);
  assert.ok(tree !== undefined);
  const lines = text.split('\n');
  return commentsOf(tree).flatMap(({ text: comment, line }) => {
    const told = MARKER.exec(comment)?.[1];
    if (told === undefined) return [];
    const codes = [...told.matchAll(/\bTS(\d+)\b/g)].map(([, code]) => Number(code));
    const reason = told
      .replace(/\bTS\d+\b:?/g, '')
      .replace('*/', '')
      .trim();
    return [{ line, target: targetAfter(lines, line + comment.split('\n').length - 1), reason, codes }];
  });
}

/** As the compiler does it: the first line after the comment that is neither empty nor a comment of its own. */
function targetAfter(lines: readonly string[], line: number): number {
  const index = lines.findIndex((text, at) => at >= line && text.trim() !== '' && !/^\s*\/\//.test(text));
  return index + 1;
}

/** The marker is a word of the compiler's; any other word in its place is a plain comment. Line numbers stay. */
function withoutMarkers(text: string): string {
  return text.replaceAll('@ts-expect-error', '@ts-was-expected');
}
