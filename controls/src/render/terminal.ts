// The report on a terminal: what failed comes first, with what was seen and what to do, and the grade stands last, in sight.
import type { Report, ReportControl, ReportFinding } from '../report.ts';
import type { Progress } from '../run.ts';
import type { Grade, Verdict } from '../verdict.ts';
import { pinOf } from '../waivers.ts';
import {
  countOf,
  evidenceOf,
  findWaiver,
  percentText,
  twinsOf,
  verdictSigns,
  verdictWords,
  visible,
  worstFirst,
} from './words.ts';

export type TerminalOptions = {
  readonly color: boolean;
  /** Columns; less than 48 is taken for 48. */
  readonly width: number;
};

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta';
type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
};
const verdictStyles: Readonly<Record<Verdict, Style>> = {
  fail: 'red',
  error: 'magenta',
  unknown: 'yellow',
  manual: 'blue',
  not_applicable: 'dim',
  pass: 'green',
};
const gradeStyles: Readonly<Record<Grade, Style>> = {
  A: 'green',
  B: 'green',
  C: 'yellow',
  D: 'yellow',
  E: 'red',
  F: 'red',
};
const widthMin = 48;
const labelWidth = 10;

/** As much of a `Progress` as a line shows. */
export type ShownProgress =
  | Pick<Extract<Progress, { kind: 'started' }>, 'kind' | 'id' | 'title'>
  | {
      readonly kind: 'finished';
      readonly result: Pick<ReportControl, 'id' | 'title' | 'verdict'>;
      readonly done: number;
      readonly total: number;
    };

/** One line of progress, without its end. */
export function renderProgress(event: ShownProgress, options: TerminalOptions): string {
  const paint = painterOf(options);
  const width = Math.max(widthMin, options.width);
  if (event.kind === 'started') return paint('dim', cut(`  … ${event.id}  ${visible(event.title)}`, width));
  const { id, title, verdict } = event.result;
  const count = `${event.done}/${event.total}`;
  const line = cut(`${id.padEnd(4)} ${visible(title)}`, width - count.length - 6).padEnd(width - count.length - 6);
  return `  ${signOf(verdict, paint)} ${line}  ${paint('dim', count)}`;
}

/** The whole report. */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const page: Page = { report, paint: painterOf(options), width: Math.max(widthMin, options.width) };
  const { paint, width } = page;
  const sorted = worstFirst(report.controls);
  const open = sorted.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not_applicable');
  const blocks = [
    renderHead(page),
    ...open.map((control) => renderControl(page, control)),
    renderWaivers(page),
    renderInapplicable(page, sorted),
    renderPassed(page, sorted),
    [`  ${paint('dim', '─'.repeat(width - 2))}`, ...renderSummary(page)],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function renderHead({ report, paint, width }: Page): readonly string[] {
  const name = 'Holdfast verify';
  const target = visible(report.target);
  const head = `  ${paint('bold', name)}  ${paint('dim', report.at)}`;
  const isShort = name.length + report.at.length + target.length + 6 <= width;
  return isShort ? [`${head}  ${target}`] : [head, ...wrap(target, width, 2).map((line) => `  ${line}`)];
}

type Page = { readonly report: Report; readonly paint: Paint; readonly width: number };

function renderControl(page: Page, control: ReportControl): readonly string[] {
  const { paint, width } = page;
  const { id, title, severity, verdict } = control;
  const right = `${severity} · ${verdictWords[verdict]}`;
  const left = cut(`${id.padEnd(4)} ${visible(title)}`, width - right.length - 7);
  const gap = ' '.repeat(Math.max(2, width - left.length - right.length - 4));
  return [
    `  ${signOf(verdict, paint)} ${paint('bold', left)}${gap}${paint(verdictStyles[verdict], right)}`,
    ...control.findings.flatMap((finding) => renderFinding(page, control, finding)),
    ...labeled(page, 'remedy', visible(control.remedy), 'green'),
  ];
}

function renderFinding(page: Page, control: ReportControl, finding: ReportFinding): readonly string[] {
  const at = finding.at === undefined ? '' : ` · ${visible(finding.at)}`;
  const seen = evidenceOf(page.report, finding);
  const waiver = findWaiver(page.report, control, finding);
  const words =
    waiver === undefined
      ? undefined
      : `until ${waiver.expires} by ${waiver.approver}, for ${waiver.owner}: ${waiver.reason}`;
  return [
    ...wrap(`${visible(finding.subject)}${at}`, page.width, 6).map((line) => `      ${line}`),
    ...labeled(page, 'expected', visible(finding.expected)),
    ...labeled(page, 'observed', visible(finding.observed), verdictStyles[control.verdict]),
    ...seen.flatMap(({ words }) => labeled(page, 'evidence', words, 'dim')),
    ...seen.flatMap(({ reproduce }) =>
      reproduce === undefined ? [] : labeled(page, 'see it', visible(reproduce), 'dim'),
    ),
    ...(words === undefined ? [] : labeled(page, 'waived', visible(words), 'yellow')),
    ...(control.verdict === 'fail' && waiver === undefined ? labeled(page, 'pin', pinOf(finding), 'dim') : []),
  ];
}

function renderWaivers({ report, paint, width }: Page): readonly string[] {
  return report.waivers.flatMap(({ control, finding }) => {
    if (finding === null) return [];
    const line = cut(`${control.padEnd(4)} ${visible(finding.observed)}`, width - 5);
    return [`  ${paint('yellow', '⚑')} ${line}`];
  });
}

function renderInapplicable({ paint, width }: Page, controls: readonly ReportControl[]): readonly string[] {
  return controls
    .filter(({ verdict }) => verdict === 'not_applicable')
    .map(({ id, findings }) =>
      paint('dim', cut(`  – ${id.padEnd(4)} not applicable: ${visible(findings[0]?.observed ?? '')}`, width)),
    );
}

function renderPassed({ paint, width }: Page, controls: readonly ReportControl[]): readonly string[] {
  const passed = controls.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id);
  if (passed.length === 0) return [];
  const [first = '', ...others] = wrap(`${passed.length} passed: ${passed.join(' ')}`, width, 4);
  return [`  ${paint('green', '✓')} ${first}`, ...others.map((line) => `    ${line}`)];
}

function renderSummary({ report, paint, width }: Page): readonly string[] {
  const { grade, score, coverage } = report;
  const words = `score ${percentText(score)}  ·  coverage ${percentText(coverage)}  ·  ${countOf(report)}  ·  ${twinsOf(report)}`;
  const [first = '', ...others] = wrap(words, width, 12);
  const head = `  ${paint('bold', paint(gradeStyles[grade], `Grade ${grade}`))}   ${first}`;
  return [head, ...others.map((line) => `            ${line}`)];
}

function labeled({ paint, width }: Page, label: string, text: string, style?: Style): readonly string[] {
  const indent = 8 + labelWidth;
  return wrap(text, width, indent).map((line, index) => {
    const start = index === 0 ? paint('dim', label.padEnd(labelWidth)) : ' '.repeat(labelWidth);
    return `        ${start}${style === undefined ? line : paint(style, line)}`;
  });
}

function signOf(verdict: Verdict, paint: Paint): string {
  return paint(verdictStyles[verdict], verdictSigns[verdict]);
}

function painterOf({ color }: TerminalOptions): Paint {
  return (style, text) => (color ? `\u001B[${codes[style]}m${text}\u001B[0m` : text);
}

/** Lines of at most `width - indent` columns, broken between words and, where a word is longer, in it. */
function wrap(text: string, width: number, indent: number): readonly string[] {
  const columns = Math.max(16, width - indent);
  const lines: string[] = [];
  for (const word of text.split(' ').flatMap((each) => each.match(new RegExp(`.{1,${columns}}`, 'gsu')) ?? [])) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1).toWellFormed()}…`;
}
