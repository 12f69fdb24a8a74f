// Meets operators who come from other products: names what replaces the settings they know.
import type { Environment } from './environment.ts';
import type { Fault, Warning } from './fault.ts';
import { type ForeignName, foreignNames } from './legacy-names.ts';
import { findDangerousSwitches } from './process-switches.ts';

/** A variable that is set and not read. Its value is never looked at. */
export type Note = Warning;

export type ForeignSettings = { readonly notes: readonly Note[]; readonly faults: readonly Fault[] };

/** Notes for names of other products; faults for switches that would weaken this process. */
export function findForeignSettings(env: Environment): ForeignSettings {
  const notes: Note[] = [];
  for (const key of Object.keys(env).toSorted()) {
    if (env[key] === undefined) continue;
    const known = findForeignName(key);
    if (known === undefined || isReplaced(known, env)) continue;
    notes.push({ key, problem: 'is not read', fix: `Here: ${known.instead}.` });
  }
  return { notes, faults: findDangerousSwitches(env) };
}

/** What stands in the place of a name; an exact name comes before a prefix. */
export function findForeignName(key: string): ForeignName | undefined {
  return (
    foreignNames.find(({ names }) => names.includes(key)) ??
    foreignNames.find(({ names }) => names.some((name) => name.endsWith('*') && key.startsWith(name.slice(0, -1))))
  );
}

/** The page docs/guides/coming-from.md, written from the same table the boot screen uses. */
export function renderComingFrom(): string {
  const areas = [...new Set(foreignNames.map(({ area }) => area))];
  const parts = areas.map((area) => {
    const rows = foreignNames.filter((foreign) => foreign.area === area);
    return [`## ${area}`, '', '| elsewhere | here |', '| --- | --- |', ...rows.map(toRow), ''].join('\n');
  });
  return [comingFromHead, ...parts, comingFromTail].join('\n');
}

const comingFromHead = `# Coming from another product

Holdfast reads settings that begin with \`HOLDFAST_\`, and \`DATABASE_URL\`. A name from the tables below is not read; the
start screen notes it and says what stands in its place. Values of such variables are never looked at.
`;

const comingFromTail = `## Variables that stop the start

\`NODE_TLS_REJECT_UNAUTHORIZED=0\`, \`NODE_USE_ENV_PROXY\`, \`NODE_DEBUG\` of network parts, \`PGSSLMODE\`, \`PGOPTIONS\` and
flags in \`NODE_OPTIONS\` that loosen TLS, HTTP parsing or memory protection act on the process itself, and
\`OTEL_EXPORTER_OTLP_*\` (endpoint, headers, compression) on where traces go; Holdfast does not start beside them. The collector
of traces is named by HOLDFAST_OTLP_ENDPOINT.
`;

function toRow({ names, instead }: ForeignName): string {
  return `| ${names.map((name) => `\`${name}\``).join(', ')} | ${instead} |`;
}

function isReplaced({ replacedBy }: ForeignName, env: Environment): boolean {
  return replacedBy !== undefined && (env[replacedBy] !== undefined || env[`${replacedBy}_FILE`] !== undefined);
}
