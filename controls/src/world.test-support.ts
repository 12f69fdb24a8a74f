// What tests of runs and reports start from: the three example controls, a good target, and a clock that stands still.
import type { Control } from './control.ts';
import {
  goodHeader,
  hsts,
  keyFile,
  roles,
  startKeyFile,
  startSite,
  type DatabaseTarget,
  type FileTarget,
  type SiteTarget,
} from './examples.test-support.ts';
import { makeReport, type Report } from './report.ts';
import { runControls, type RunOptions } from './run.ts';
import type { Waiver } from './waivers.ts';

export type Target = SiteTarget & DatabaseTarget & FileTarget;

export const controls: readonly Control<Target>[] = [hsts, roles, keyFile];
export const nowMs = Date.parse('2026-11-22T10:45:00.000Z');
export const options: RunOptions = {
  unixMs: () => nowMs,
  fingerprintKey: new Uint8Array(32).fill(7),
  probeTimeoutMs: 5_000,
  budgetMs: 20_000,
  parallelism: 2,
};

/** A target on which every example control passes, with some of it replaced. */
export async function startTarget(
  changes: { readonly mode?: number; readonly target?: Partial<Target> } = {},
): Promise<AsyncDisposable & { readonly target: Target }> {
  const site = await startSite(options, {
    '*': { status: 404, headers: { 'strict-transport-security': goodHeader } },
  });
  const file = await startKeyFile(changes.mode ?? 0o600);
  const listRoles: Target['listRoles'] = () => Promise.resolve([{ name: 'app', isSuperuser: false, mayBypass: false }]);
  return {
    target: { ...site.target, ...file.target, listRoles, ...changes.target },
    [Symbol.asyncDispose]: async () => {
      await site[Symbol.asyncDispose]();
      await file[Symbol.asyncDispose]();
    },
  };
}

/** The report of a run of the example controls. */
export async function reportOf(
  changes: Parameters<typeof startTarget>[0] = {},
  waivers: readonly Waiver[] = [],
): Promise<Report> {
  await using started = await startTarget(changes);
  const outcome = await runControls(controls, started.target, options);
  return makeReport({ target: 'https://holdfast.example', outcome, waivers });
}
