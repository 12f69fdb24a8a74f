// Renders the reference page of controls from the controls themselves, so that no promise is documented that nothing checks.
import type { AnyControl } from './control.ts';
import { severityWeights } from './verdict.ts';

/** Markdown for docs/reference/controls.md. */
export function renderCatalogue(controls: readonly AnyControl[]): string {
  const sorted = controls.toSorted((one, other) => compareIds(one.id, other.id));
  const parts = [
    '<!-- Generated from the controls that modules declare by `npm run gen`; do not edit. -->',
    '# Controls',
    `Every promise below is checked by \`holdfast verify\` on the running system. A check passes only on evidence; each one is also run
against a target broken on purpose and counts only when it catches it. ${controls.length} controls.`,
    table(
      ['id', 'promise', 'severity', 'weight', 'at start', 'waiver'],
      sorted.map((control) => [
        `[${control.id}](#${control.id.toLowerCase()})`,
        control.title,
        control.severity,
        String(severityWeights[control.severity]),
        startOf(control),
        control.waivable ? 'possible' : 'never',
      ]),
    ),
    ...sorted.map(renderControl),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderControl(control: AnyControl): string {
  const { id, title, needs, applies, twins, fixtures, remedy, maps, formerIds = [] } = control;
  const evidence = [...needs, ...(applies?.needs ?? [])].map(
    ({ kind, vantage, min = 1 }) =>
      `\`${kind}\` seen from ${vantage.join(' or ')}${min > 1 ? `, ${min} subjects` : ''}`,
  );
  const mapped = Object.entries(maps).map(([framework, ids]) => `${framework} ${ids.join(', ')}`);
  const rows = [
    ['Evidence', evidence.join('; ')],
    ['Broken twin', twins.map(({ name, hits }) => `${name} (at ${hits})`).join('; ')],
    ['Faults it is tested on', fixtures.mutants.map(({ name }) => name).join('; ')],
    ...(applies === undefined ? [] : [['Does not apply', fixtures.notApplicable.map(({ name }) => name).join('; ')]]),
    ['Remedy', remedy],
    ...(mapped.length === 0 ? [] : [['Maps to', mapped.join('; ')]]),
    ...(formerIds.length === 0 ? [] : [['Once called', formerIds.join(', ')]]),
  ];
  return [`## ${id}`, title, table(['', ''], rows)].join('\n\n');
}

function startOf({ boot }: AnyControl): string {
  return boot === undefined ? '–' : boot === 'refuse' ? 'refuses' : 'warns';
}

function compareIds(one: string, other: string): number {
  return one.slice(0, 2) === other.slice(0, 2) ? Number(one.slice(2)) - Number(other.slice(2)) : one < other ? -1 : 1;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const toCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(toCell).join(' | ')} |`).join('\n');
}
