// The configuration for a command, or the screen of what is wrong with it.
import { homedir } from 'node:os';
import { assessStart, type Config, type Environment, renderNotes, renderWarnings, type StartFacts } from '#config.ts';
import { defaultDataDir } from '#db/embedded/index.ts';
import { unixMs } from '#telemetry/clock.ts';
import { findOutboundFaults } from '../start/outbound.ts';
import { StartRefused } from '../start/refusal.ts';
import type { Invocation } from './command.ts';

export type Settings = { readonly config: Config; readonly facts: StartFacts };

/** Throws StartRefused with every fault. Warnings and notes are shown, for people only. */
export async function loadSettings({
  env,
  argv,
  terminal,
}: Pick<Invocation, 'env' | 'argv' | 'terminal'>): Promise<Settings> {
  // The form of these is known to outbound/, which the configuration doesn't know; one screen has all faults nevertheless.
  const inspect = findOutboundFaults;
  const verdict = await assessStart({ env: withDataDir(env), argv, nowMs: unixMs(), inspect });
  if (!verdict.ok) throw new StartRefused(verdict.faults);
  const texts = [renderWarnings(verdict.warnings, terminal), renderNotes(verdict.notes, terminal)];
  for (const text of texts.filter((one) => one !== '')) terminal.line(text);
  return verdict;
}

/** Root's home is closed to the uid the database runs as, so the default depends on who we are. */
function withDataDir(env: Environment): Environment {
  const euid = process.geteuid?.() ?? 1;
  return { ...env, HOLDFAST_DATA_DIR: env['HOLDFAST_DATA_DIR'] ?? defaultDataDir({ euid, home: homedir() }) };
}
