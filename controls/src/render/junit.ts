// The report as JUnit XML for build servers: what failed, what could not be decided and what was passed over stay three things.
import type { Report, ReportControl } from '../report.ts';
import { escapeMarkup, percentText } from './words.ts';

type Element = 'failure' | 'error' | 'skipped';

/** One test case for each control. `unknown` is an error, so that a build that sees nothing does not go green. */
export function renderJunit(report: Report): string {
  const { controls } = report;
  const count = (element: Element): number => controls.filter(({ verdict }) => elementOf(verdict) === element).length;
  const counts = `tests="${controls.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
<testsuite name="holdfast verify" ${counts} timestamp="${report.at}">
<properties>
<property name="target" value="${escapeMarkup(report.target)}"/>
<property name="grade" value="${report.grade}"/>
<property name="score" value="${percentText(report.score)}"/>
<property name="coverage" value="${percentText(report.coverage)}"/>
</properties>
${controls.map(renderCase).join('\n')}
</testsuite>
</testsuites>
`;
}

function elementOf(verdict: ReportControl['verdict']): Element | undefined {
  switch (verdict) {
    case 'pass':
      return undefined;
    case 'fail':
      return 'failure';
    case 'error':
    case 'unknown':
      return 'error';
    case 'manual':
    case 'not_applicable':
      return 'skipped';
  }
}

function renderCase({ id, title, severity, verdict, findings, remedy }: ReportControl): string {
  const open = `<testcase classname="${severity}" name="${escapeMarkup(`${id} ${title}`)}"`;
  const element = elementOf(verdict);
  if (element === undefined) return `${open}/>`;
  const lines = findings.map(
    ({ subject, at = '', expected, observed }) => `${subject} ${at}: expected ${expected}; observed ${observed}`,
  );
  const message = escapeMarkup(findings[0]?.observed ?? verdict);
  if (element === 'skipped') return `${open}><skipped message="${message}"/></testcase>`;
  const body = [...lines, `remedy: ${remedy}`].map(escapeMarkup).join('\n');
  return `${open}><${element} type="${verdict}" message="${message}">${body}</${element}></testcase>`;
}
