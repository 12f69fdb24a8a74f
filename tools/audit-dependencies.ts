// Asks npm for known vulnerabilities of what is locked: high and critical ones fail, unless excepted for a while.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_COULD_NOT_RUN, reportFaults } from './lib/faults.ts';
import { isJsonObject, type JsonObject, objectAt, parseJsonObject, stringAt } from './lib/read-json.ts';
import { repositoryRoot } from './lib/repository.ts';
import { runCommand } from './lib/run-command.ts';

const EXCEPTIONS = join(import.meta.dirname, 'audit-exceptions.json');

/** Severity → how many days an exception may last. A severity that is not here is reported by nobody's failure. */
const DAYS_MAX: ReadonlyMap<string, number> = new Map([
  ['high', 30],
  ['critical', 7],
]);

export type Advisory = {
  readonly id: string;
  readonly package: string;
  readonly severity: string;
  readonly title: string;
};

export type AuditException = {
  readonly advisory: string;
  readonly package: string;
  readonly reason: string;
  /** Dates of ISO 8601; the exception holds from the first until before the second. */
  readonly added: string;
  readonly expires: string;
};

export type Audit =
  | { readonly kind: 'ran'; readonly advisories: readonly Advisory[]; readonly packages: number }
  | { readonly kind: 'could_not_run'; readonly why: string };

/** Runs the audit of a repository's lock file, asking npm's configured registry or the one at a given address. */
export function runAudit(root: string, registry?: string): Audit {
  const env = registry === undefined ? {} : { npm_config_registry: registry };
  const { stdout, stderr } = runCommand('npm', ['audit', '--json', '--package-lock-only'], { cwd: root, env });
  return readAudit(stdout, stderr);
}

/** What npm printed, read strictly: a reply that is not a whole audit report is no clean bill of health. */
export function readAudit(stdout: string, stderr = ''): Audit {
  let report: JsonObject;
  try {
    report = parseJsonObject(stdout, 'what npm audit printed');
  } catch {
    return { kind: 'could_not_run', why: firstLine(stderr) };
  }
  const { vulnerabilities, metadata, auditReportVersion } = report;
  if (auditReportVersion !== 2 || !isJsonObject(vulnerabilities) || !isJsonObject(metadata)) {
    return { kind: 'could_not_run', why: stringAt(report, 'message') ?? firstLine(stderr) };
  }
  const packages = objectAt(metadata, 'dependencies')['total'];
  if (typeof packages !== 'number' || packages === 0) return { kind: 'could_not_run', why: 'npm audited no package' };
  return { kind: 'ran', advisories: Object.values(vulnerabilities).flatMap(advisoriesIn), packages };
}

/** A vulnerable package lists its own advisories as objects, and names those it inherits as strings. */
function advisoriesIn(vulnerability: unknown): readonly Advisory[] {
  if (!isJsonObject(vulnerability) || !Array.isArray(vulnerability['via'])) return [unreadable(vulnerability)];
  return vulnerability['via'].filter(isJsonObject).map((advisory) => ({
    id: /GHSA(?:-[0-9a-z]{4}){3}/.exec(stringAt(advisory, 'url') ?? '')?.[0] ?? String(advisory['source']),
    package: stringAt(advisory, 'name') ?? '?',
    severity: stringAt(advisory, 'severity') ?? 'critical',
    title: stringAt(advisory, 'title') ?? 'no title',
  }));
}

function unreadable(vulnerability: unknown): Advisory {
  return { id: 'unreadable', package: '?', severity: 'critical', title: JSON.stringify(vulnerability) };
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.startsWith('npm error')) ?? 'npm audit printed no report';
}

/** Advisories that must be dealt with, and exceptions that do not hold; `today` is a date of ISO 8601. */
export function auditFaults(
  advisories: readonly Advisory[],
  exceptions: readonly AuditException[],
  today: string,
): readonly string[] {
  const serious = advisories.filter(({ severity }) => DAYS_MAX.has(severity));
  const open = serious.filter((advisory) => !exceptions.some((exception) => isFor(exception, advisory)));
  return [
    ...open.map(({ id, package: name, severity, title }) => `${severity}: ${name} ${id} ${title}`),
    ...exceptions.flatMap((exception) => exceptionFaults(exception, serious, today)),
  ];
}

function isFor(exception: AuditException, advisory: Advisory): boolean {
  return exception.advisory === advisory.id && exception.package === advisory.package;
}

function exceptionFaults(exception: AuditException, serious: readonly Advisory[], today: string): readonly string[] {
  const { added, expires, reason } = exception;
  const named = `the exception for ${exception.package} ${exception.advisory}`;
  const advisory = serious.find((each) => isFor(exception, each));
  if (advisory === undefined) return [`${named} is of no use any more`];
  if (expires <= today) return [`${named} ended on ${expires}: ${advisory.severity}, ${advisory.title}`];
  const days = (Date.parse(expires) - Date.parse(added)) / 86_400_000;
  const daysMax = DAYS_MAX.get(advisory.severity) ?? 0;
  return [
    ...(added <= today ? [] : [`${named} begins in the future`]),
    ...(days <= daysMax
      ? []
      : [`${named} lasts ${String(days)} days; ${advisory.severity} may wait ${String(daysMax)}`]),
    ...(reason.split(/\s+/).length >= 4 ? [] : [`${named} gives no reason`]),
  ];
}

/** The exceptions in a file's text; throws when one lacks a field or a date is none. */
export function parseExceptions(text: string): readonly AuditException[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error('the exceptions are not a list');
  return list.map((entry) => {
    if (!isJsonObject(entry)) throw new Error('an exception is not an object');
    const field = (name: string, shape: RegExp): string => {
      const value = stringAt(entry, name) ?? '';
      if (!shape.test(value)) throw new Error(`an exception has no valid "${name}": ${JSON.stringify(entry)}`);
      return value;
    };
    const date = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
    return {
      advisory: field('advisory', /^\S+$/),
      package: field('package', /^\S+$/),
      reason: field('reason', /\S/),
      added: field('added', date),
      expires: field('expires', date),
    };
  });
}

if (import.meta.main) {
  const exceptions = parseExceptions(readFileSync(EXCEPTIONS, 'utf8'));
  const audit = runAudit(repositoryRoot);
  if (audit.kind === 'could_not_run') {
    process.stderr.write(`dependencies: could not be audited: ${audit.why}\n`);
    process.exitCode = EXIT_COULD_NOT_RUN;
  } else {
    const faults = auditFaults(audit.advisories, exceptions, new Date().toISOString().slice(0, 10));
    reportFaults('dependencies', faults, `no open advisory in ${String(audit.packages)} packages`);
  }
}
