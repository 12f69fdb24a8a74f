// Reads the threat model and says what is wrong with it: every threat has a test that holds it off, or a reason to live with it.
import { posix } from 'node:path';

export type TestLink = { readonly path: string; readonly name: string };

export type Threat = {
  readonly id: string;
  readonly mitigations: readonly string[];
  readonly accepted: readonly string[];
  readonly tests: readonly TestLink[];
};

export type ThreatModel = { readonly threats: readonly Threat[]; readonly faults: readonly string[] };

const HEAD = /^\*\*(T-\d{3}) · \S.*\*\*/;
const LINE = /^- (Mitigation|Test|Accepted): (.+)$/;
const TEST = /^\[[^\]]+\]\(([^)]+)\) `(.+)`$/;
const WORDS_MIN = 4;

/** `path` is that of the document, from which its links lead. */
export function parseThreatModel(path: string, text: string): ThreatModel {
  const [before = '', ...sections] = text.split(/^(?=\*\*T-)/m);
  const read = sections.map((section) => readThreat(path, section));
  const threats = read.map(({ threat }) => threat);
  const stray = before.split('\n').filter((line) => LINE.test(line));
  return {
    threats,
    faults: [
      ...pageFaults(path, text),
      ...stray.map((line) => `stands before the first threat: ${line}`),
      ...read.flatMap(({ faults }) => faults),
      ...repeated(threats),
      ...threats.flatMap(threatFaults),
    ],
  };
}

/** One threat with the lines below it. */
function readThreat(path: string, section: string): { readonly threat: Threat; readonly faults: readonly string[] } {
  const [head = '', ...rest] = section.split('\n');
  const id = HEAD.exec(head)?.[1];
  const lines = rest.flatMap((line) => {
    const [, kind, content] = LINE.exec(line) ?? [];
    return kind === undefined || content === undefined ? [] : [{ kind, content }];
  });
  const textsOf = (wanted: string) => lines.flatMap(({ kind, content }) => (kind === wanted ? [content] : []));
  const links = textsOf('Test').map((content) => ({ content, match: TEST.exec(content) }));
  const tests = links.flatMap(({ match }) =>
    match === null ? [] : [{ path: posix.join(posix.dirname(path), match[1] ?? ''), name: match[2] ?? '' }],
  );
  const malformed = links.filter(({ match }) => match === null);
  return {
    threat: { id: id ?? head, mitigations: textsOf('Mitigation'), accepted: textsOf('Accepted'), tests },
    faults: [
      ...(id === undefined ? [`malformed threat: ${head}`] : []),
      ...malformed.map(({ content }) => `${id ?? head} has a malformed test: ${content}`),
    ],
  };
}

function pageFaults(path: string, text: string): readonly string[] {
  const reviewed = /^Reviewed: (\d{4}-\d{2}-\d{2})$/m.exec(text)?.[1] ?? '';
  const isDate = !Number.isNaN(Date.parse(reviewed));
  return [
    ...(/^Owner: \S.+$/m.test(text) ? [] : [`${path} names no owner`]),
    ...(isDate ? [] : [`${path} has no date of its last review`]),
  ];
}

function repeated(threats: readonly Threat[]): readonly string[] {
  const ids = threats.map(({ id }) => id);
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))].map((id) => `${id} stands twice`);
}

function threatFaults({ id, mitigations, accepted, tests }: Threat): readonly string[] {
  const thin = [...mitigations, ...accepted].filter((text) => text.split(' ').length < WORDS_MIN);
  return [
    ...(mitigations.length + accepted.length > 0 ? [] : [`${id} is neither mitigated nor accepted`]),
    ...(mitigations.length > 0 && tests.length === 0 ? [`${id} is mitigated without a test`] : []),
    ...(mitigations.length === 0 && tests.length > 0 ? [`${id} has a test of no mitigation`] : []),
    ...thin.map((text) => `${id} gives no reason: ${text}`),
  ];
}
