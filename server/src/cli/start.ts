// Starts the server and stays until it is told to stop; shows the address, and the setup link while nobody has used it.
import { openLogOutput } from '#telemetry/log-output.ts';
import { createLog, type Log } from '#telemetry/log.ts';
import { unixMs } from '#telemetry/clock.ts';
import { monotonicMs } from '#telemetry/clock.ts';
import { release } from '../release.ts';
import { databaseBack, databaseDied, databaseRestartFailed, serverStopped, serverStopping } from '../start/events.ts';
import { masterKeyPath } from '../start/master-key.ts';
import type { StartStep } from '../start/progress.ts';
import { type RunningServer, startServer } from '../start/server.ts';
import { type Command, EXIT } from './command.ts';
import { loadSettings, type Settings } from './settings.ts';
import { type StopSignal, watchStopSignals } from './stop-signals.ts';
import type { Terminal } from './terminal.ts';

const LOG_DRAIN_MS = 2_000;

export const startCommand: Command = {
  name: 'start',
  asksForStart: true,
  summary: 'Start the server; the first start makes database and master key',
  details:
    'Listens on loopback unless configured otherwise, starts its own PostgreSQL unless DATABASE_URL names one, and prints the\naddress and a one-time setup link. The log goes to standard error, one JSON object a line (readable text on a terminal).\nSIGTERM or Ctrl-C stops in order: no new requests, running ones finish, streams get HOLDFAST_DRAIN_SECONDS. Another\nsignal, a second later or more, ends at once. SIGHUP reads the TLS files again.',
  flags: {},
  examples: [
    'holdfast start',
    'HOLDFAST_PORT=8080 holdfast start',
    'DATABASE_URL_FILE=/run/secrets/database holdfast start',
  ],
  exits: {
    [EXIT.done]: 'stopped in order',
    [EXIT.failed]: 'something unexpected',
    [EXIT.configuration]: 'the start was refused; every fault and its fix is on the screen',
  },
  run: async (invocation) => {
    const { terminal, env } = invocation;
    const settings = await loadSettings(invocation);
    const output = openLogOutput({ fd: 2 });
    const log = createLog({ write: output.write, level: settings.config.logLevel, now: () => new Date(unixMs()) });
    // The embedded database recovers from that; nothing acknowledged is lost.
    using signals = watchStopSignals(() => process.exit(EXIT.failed));
    terminal.line(`${terminal.paint('Holdfast', 'bold')} ${release.version}`);
    const server = await startServer({
      config: settings.config,
      env,
      log,
      onStep: (step) => showStep(step, terminal, log),
    });
    showReady(server, settings, terminal);
    const onReload = (): void => void server.reloadCertificate();
    process.on('SIGHUP', onReload);
    await stopInOrder(await signals.first, server, log, terminal);
    process.off('SIGHUP', onReload);
    await output.drain(LOG_DRAIN_MS);
    return EXIT.done;
  },
};

async function stopInOrder(signal: StopSignal, server: RunningServer, log: Log, terminal: Terminal): Promise<void> {
  log(serverStopping, { signal: signal === 'SIGTERM' ? 'sigterm' : 'sigint' });
  terminal.line(
    `Stopping: running requests finish first. Once more ${signal === 'SIGINT' ? 'Ctrl-C' : signal} ends at once.`,
  );
  const startedMs = monotonicMs();
  const outcome = await server.stop();
  log(serverStopped, { outcome, durationMs: Math.round(monotonicMs() - startedMs) });
  terminal.line('Stopped.');
}

const DATABASE_STEPS = {
  database_initializing: 'Making the database (first start) …',
  database_starting: 'Starting the database …',
  database_recovering: 'The database was not stopped in order; it recovers …',
  database_adopting: 'The database is still running from before; taking it over …',
} as const;

/** For `start` and `migrate` alike. */
export const MIGRATION_WAITING = 'Somebody else is migrating this database; waiting for them, a minute at most …';

function showStep(step: StartStep, terminal: Terminal, log: Log): void {
  switch (step.step) {
    case 'migrating':
      return terminal.line(`  Migrating ${step.index}/${step.total}: ${step.name}`);
    case 'migration_waiting':
      return terminal.line(`  ${MIGRATION_WAITING}`);
    case 'key_created':
      terminal.line(`  Made a master key: ${step.path}`);
      return terminal.line(
        `  ${terminal.paint('Back it up', 'yellow')} apart from the data: holdfast keys backup --to PATH`,
      );
    case 'database_died':
      return log(databaseDied, {});
    case 'database_restart_failed':
      return log(databaseRestartFailed, { error: step.error });
    case 'database_back':
      return log(databaseBack, {});
    case 'database_initializing':
    case 'database_starting':
    case 'database_recovering':
    case 'database_adopting':
      return terminal.line(`  ${DATABASE_STEPS[step.step]}`);
  }
}

function showReady(server: RunningServer, { config }: Settings, terminal: Terminal): void {
  const { line, paint } = terminal;
  line();
  line(`  ${paint('Address', 'bold')}  ${paint(server.origin, 'cyan')}`);
  if (server.setupLink !== undefined) {
    line(`  ${paint('Setup', 'bold')}    ${paint(server.setupLink, 'cyan')}`);
    line('           works once, for an hour; or run `holdfast setup` in another terminal');
  }
  line(`  ${paint('API', 'bold')}      ${server.origin}/api/docs`);
  if (config.mail === undefined && !config.exposed)
    line(`  ${paint('Mail', 'bold')}     waits on this machine; read it with: npx holdfast mail open`);
  line(`  ${paint('Data', 'bold')}     ${config.dataDirectory} · master key ${masterKeyPath(config)}`);
  line();
  terminal.result({
    origin: server.origin,
    setupLink: server.setupLink ?? null,
    dataDirectory: config.dataDirectory,
    bound: server.bound,
  });
}
