// What controls leave in the installation's own stream of the log: every drift, and the hash of every report that was asked for.
import type { Drift } from '@holdfast/controls/drift.ts';
import type { Report } from '@holdfast/controls/report.ts';
import type { Verdict } from '@holdfast/controls/verdict.ts';
import { newUuid } from '#crypto/random.ts';
import type { Lanes } from '#db/pool.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import type { Facts } from '#kernel/context.ts';
import { findInstallationFact, insertPendingEvents, putInstallationFact } from '#kernel/queries.ts';
import { SYSTEM_STREAM } from '#kernel/streams.ts';

type Recorded = { readonly action: string; readonly facts: Facts };
type Verdicts = Readonly<Record<string, Verdict>>;

/** Under which the verdicts are kept, so that what changed while no server ran is drift too. */
const FACT = 'control_verdicts';

export async function recordReport(lanes: Lanes, facts: Facts): Promise<void> {
  await inScope<SystemTx, void>(lanes, { system: true }, (opened) =>
    insert(opened, [{ action: 'controls.verified', facts }]),
  );
}

/** Leaves the drift, and the verdicts that differ from those kept, in one transaction with what is kept from now on. */
export async function recordDrift(lanes: Lanes, drift: readonly Drift[], report: Report): Promise<void> {
  await inScope<SystemTx, void>(lanes, { system: true }, async (opened) => {
    const { tx } = opened;
    const kept = ((await findInstallationFact(tx, FACT))?.value ?? {}) as Verdicts;
    const now = Object.fromEntries(report.controls.map(({ id, verdict }) => [id, verdict]));
    const told = new Set(drift.filter(({ kind }) => kind === 'verdict_changed').map(({ control }) => control));
    const missed = Object.entries(now).flatMap(([control, to]): readonly Drift[] => {
      const from = kept[control];
      if (from === undefined || from === to || told.has(control)) return [];
      return [{ kind: 'verdict_changed', control, from, to }];
    });
    const events = [...drift, ...missed].map(toRecorded);
    if (events.length > 0) await insert(opened, events);
    const next = { ...kept, ...now };
    if (JSON.stringify(next) !== JSON.stringify(kept)) await putInstallationFact(tx, FACT, next);
  });
}

function toRecorded(drift: Drift): Recorded {
  const { control } = drift;
  switch (drift.kind) {
    case 'verdict_changed':
      return { action: 'controls.verdict_changed', facts: { control, before: drift.from, after: drift.to } };
    case 'waiver_voided':
    case 'waiver_lapsed':
      return { action: `controls.${drift.kind}`, facts: { control, subject: drift.subject } };
    case 'coverage_lost':
    case 'evidence_changed':
    case 'subject_new':
      return { action: `controls.${drift.kind}`, facts: { control, subjects: drift.subjects } };
  }
}

async function insert({ tx, now }: { readonly tx: SystemTx; readonly now: Date }, events: readonly Recorded[]) {
  await insertPendingEvents(
    tx,
    events.map(({ action, facts }) => ({
      stream: SYSTEM_STREAM,
      eventId: newUuid(),
      at: now,
      action,
      outcome: 'allowed' as const,
      actor: { kind: 'job', id: 'controls.watch' },
      target: null,
      requestId: 'controls',
      facts,
    })),
  );
}
