// Turns the environment into a configuration, or into every fault it has.
import type { z } from 'zod';
import { findContradictions } from './cross-checks.ts';
import type { Environment } from './environment.ts';
import type { Fault } from './fault.ts';
import { readFileOnce, type ReadFile } from './file-reader.ts';
import { readPath } from './kinds.ts';
import { findForeignSettings, type Note } from './legacy.ts';
import { findNearestKey } from './nearest-key.ts';
import { type DescribedKey, listKeys, listSecretKeys, Settings } from './schema.ts';
import { fileKeyOf, resolveSecretFiles } from './secret-files.ts';
import { type Config, toConfig } from './shape.ts';

export type LoadInput = { readonly env: Environment; readonly readFile?: ReadFile };

/** `provisional` is the configuration without the faulty settings: it serves to find further faults, never to start. */
export type LoadResult =
  | { readonly ok: true; readonly config: Config; readonly notes: readonly Note[] }
  | {
      readonly ok: false;
      readonly faults: readonly Fault[];
      readonly notes: readonly Note[];
      readonly provisional: Config | undefined;
    };

/**
 * Reads every `HOLDFAST_` setting and `DATABASE_URL`. One call reports all faults: unknown names, wrong values,
 * unreadable secret files, contradictions, and switches of other software that would weaken this process.
 */
export function loadConfig({ env, readFile = readFileOnce }: LoadInput): LoadResult {
  const { own, faults: linkFaults } = pickOwn(env);
  const secretKeys = listSecretKeys();
  const secrets = resolveSecretFiles(own, secretKeys, readFile);
  const fileKeys = new Set(secretKeys.map(fileKeyOf));
  const given = { ...Object.fromEntries(Object.entries(own).filter(([key]) => !fileKeys.has(key))), ...secrets.values };
  const foreign = findForeignSettings(env);
  const faults = [...linkFaults, ...secrets.faults];
  const parsed = Settings.safeParse(given);
  if (!parsed.success) faults.push(...toFaults(parsed.error.issues));
  const settings = parsed.success ? parsed.data : parseWithout(given, faults);
  const home = defaultDataDirectory(env);
  if (settings !== undefined) {
    faults.push(...findContradictions(settings).filter((fault) => !isAbout(fault, faults)));
    if (
      settings.HOLDFAST_DATA_DIR === undefined &&
      home === undefined &&
      !faults.some(({ key }) => key === 'HOLDFAST_DATA_DIR')
    ) {
      const problem = 'is not set, and HOME names no folder to put ~/.holdfast in';
      faults.push({ key: 'HOLDFAST_DATA_DIR', problem, fix: 'Give an absolute path, for example /var/lib/holdfast.' });
    }
  }
  faults.push(...foreign.faults);
  const config = settings === undefined ? undefined : toConfig(settings, home ?? '/nonexistent');
  if (config !== undefined && faults.length === 0) return { ok: true, config, notes: foreign.notes };
  return { ok: false, faults, notes: foreign.notes, provisional: config };
}

/** Whether a fault is only an echo of settings that are already reported. */
export function isAbout(fault: Fault, reported: readonly Fault[]): boolean {
  const keys = reported.flatMap(({ key }) => [key, key.replace(/_FILE$/, '')]);
  const text = `${fault.key} ${fault.problem} ${fault.fix}`;
  return keys.some((key) => new RegExp(`\\b${RegExp.escape(key)}\\b`).test(text));
}

type Picked = { readonly own: Record<string, string>; readonly faults: readonly Fault[] };

// What Kubernetes puts into every pod of a namespace that has a service named `holdfast`.
const serviceLink =
  /^HOLDFAST_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;

/** HOLDFAST_ENVIRONMENT alone, by its own rule and default; for work that needs no other setting to be sound. */
export function loadEnvironmentName(
  env: Environment,
): { readonly ok: true; readonly name: string } | { readonly ok: false; readonly faults: readonly Fault[] } {
  const key = 'HOLDFAST_ENVIRONMENT';
  const parsed = Settings.pick({ [key]: true }).safeParse(env[key] === undefined ? {} : { [key]: env[key] });
  return parsed.success ? { ok: true, name: parsed.data[key] } : { ok: false, faults: toFaults(parsed.error.issues) };
}

function pickOwn(env: Environment): Picked {
  const own: Record<string, string> = {};
  const links: string[] = [];
  for (const [key, value] of Object.entries(env)) {
    // Upper case only is read, but any case is ours: a setting that is silently ignored is one that seems to hold.
    const isOwn = /^HOLDFAST_/i.test(key) || key === 'DATABASE_URL' || key === 'DATABASE_URL_FILE';
    if (value === undefined || !isOwn) continue;
    if (serviceLink.test(key) || (key === 'HOLDFAST_PORT' && /^(?:tcp|udp|sctp):\/\//.test(value))) links.push(key);
    else own[key] = value;
  }
  if (links.length === 0) return { own, faults: [] };
  const problem = 'comes from Kubernetes, which describes a service named holdfast in variables of this name';
  const fix = 'Set enableServiceLinks: false in the pod.';
  const key = links.includes('HOLDFAST_PORT') ? 'HOLDFAST_PORT' : (links[0] ?? '');
  return { own, faults: [{ key, problem, fix }] };
}

function toFaults(issues: readonly z.core.$ZodIssue[]): readonly Fault[] {
  const described = new Map<string, DescribedKey>(listKeys().map((facts) => [facts.key, facts]));
  const known = [...described.keys(), ...listSecretKeys().map(fileKeyOf)];
  return issues.flatMap((issue): Fault[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => toUnknownFault(key, known));
    const key = String(issue.path[0]);
    const facts = described.get(key);
    const own: unknown = issue.code === 'custom' ? issue.params?.['fix'] : undefined;
    const usual = facts === undefined ? 'Remove it.' : `Give ${facts.form}, for example ${facts.example}`;
    return [{ key, problem: issue.message, fix: typeof own === 'string' ? own : usual }];
  });
}

function toUnknownFault(key: string, known: readonly string[]): Fault {
  const near = findNearestKey(key, known);
  const fix = near === undefined ? 'Remove it; docs/reference/config.md lists the settings.' : `Did you mean ${near}?`;
  return { key, problem: 'is not a setting', fix };
}

function parseWithout(given: Readonly<Record<string, string>>, faults: readonly Fault[]): Settings | undefined {
  const faulty = new Set(faults.map(({ key }) => key));
  const parsed = Settings.safeParse(Object.fromEntries(Object.entries(given).filter(([key]) => !faulty.has(key))));
  return parsed.success ? parsed.data : undefined;
}

function defaultDataDirectory(env: Environment): string | undefined {
  const home = readPath(env['HOME'] ?? '');
  return home.ok ? `${home.value}/.holdfast` : undefined;
}
