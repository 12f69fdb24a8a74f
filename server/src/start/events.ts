// What the running server itself says in the log.
import { defineLogEvent } from '#telemetry/events.ts';

export const serverReady = defineLogEvent('server.ready', {
  level: 'info',
  message: 'the server is ready',
  fields: { durationMs: 'number', database: 'reason', exposed: 'boolean' },
});

export const serverStopping = defineLogEvent('server.stopping', {
  level: 'info',
  message: 'the server is stopping',
  fields: { signal: 'reason' },
});

export const serverStopped = defineLogEvent('server.stopped', {
  level: 'info',
  message: 'the server has stopped',
  fields: { outcome: 'reason', durationMs: 'number' },
});

export const unexpectedError = defineLogEvent('server.unexpected_error', {
  level: 'error',
  message: 'something went wrong that nobody declared',
  fields: { route: 'name', error: 'error' },
});

export const traceLost = defineLogEvent('audit.trace_lost', {
  level: 'error',
  message: 'the trace of a refusal could not be written',
  fields: { error: 'error' },
});

export const probing = defineLogEvent('tenancy.probed', {
  level: 'warn',
  message: 'somebody asks again and again for what does not exist for them; the log of their organization says who',
  fields: { route: 'name' },
});

export const sequencerFailed = defineLogEvent('audit.sequencer_failed', {
  level: 'error',
  message: 'a batch of the audit log failed and is tried again',
  fields: { error: 'error' },
});

export const logVerified = defineLogEvent('audit.log_verified', {
  level: 'info',
  message: 'the whole audit log was verified',
  fields: { streams: 'number', entries: 'number', checkpoints: 'number' },
});

export const logDamaged = defineLogEvent('audit.log_damaged', {
  level: 'error',
  message: 'the audit log was changed or is incomplete; holdfast verify --only AU3 says where',
  fields: { faults: 'number', streams: 'number', entries: 'number' },
});

export const logUnverified = defineLogEvent('audit.verification_failed', {
  level: 'error',
  message: 'the audit log could not be verified; it is tried again in a minute',
  fields: { error: 'error' },
});

export const mailNotSent = defineLogEvent('mail.not_sent', {
  level: 'warn',
  message: 'a mail did not leave and is tried again later',
  fields: { mail: 'id', reason: 'reason', status: 'number?' },
});

export const jobFailed = defineLogEvent('job.failed', {
  level: 'warn',
  message: 'a run of a job failed',
  fields: { job: 'name', attempt: 'number', final: 'boolean', error: 'error' },
});

export const jobsDown = defineLogEvent('jobs.claiming_failed', {
  level: 'error',
  message: 'jobs cannot be looked for; it is tried again every second',
  fields: { error: 'error' },
});

export const jobsBack = defineLogEvent('jobs.claiming_back', {
  level: 'info',
  message: 'jobs are looked for again',
  fields: {},
});

export const connectionLost = defineLogEvent('database.connection_lost', {
  level: 'warn',
  message: 'an idle connection to the database broke',
  fields: { error: 'error' },
});

export const databaseDied = defineLogEvent('database.died', {
  level: 'error',
  message: 'the embedded database ended and is started again',
  fields: {},
});

export const databaseRestartFailed = defineLogEvent('database.restart_failed', {
  level: 'error',
  message: 'the embedded database did not come up and is tried again',
  fields: { error: 'error' },
});

export const databaseBack = defineLogEvent('database.back', {
  level: 'info',
  message: 'the embedded database is back',
  fields: {},
});

export const limitsDown = defineLogEvent('limits.store_down', {
  level: 'error',
  message: 'the store of rate limits is down; each replica grants its share only',
  fields: { error: 'error' },
});

export const limitsBack = defineLogEvent('limits.store_back', {
  level: 'info',
  message: 'the store of rate limits is back',
  fields: {},
});

export const controlDrift = defineLogEvent('controls.drift', {
  level: 'warn',
  message: 'controls have drifted; the audit log says which and how',
  fields: { changes: 'number' },
});

export const controlAtStart = defineLogEvent('controls.not_proven_at_start', {
  level: 'warn',
  message: 'a control did not pass at the start; `holdfast verify` says why',
  fields: { control: 'name', verdict: 'reason' },
});

export const verificationFailed = defineLogEvent('controls.check_failed', {
  level: 'error',
  message: 'the controls could not be checked and are tried again',
  fields: { error: 'error' },
});
