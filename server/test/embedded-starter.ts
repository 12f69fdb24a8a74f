// A server process for tests of the embedded database: starts it in the folder named first and lives until it is killed.
import { EmbeddedError, startEmbedded } from '#db/embedded/index.ts';
import { testBinaries } from './cluster.ts';

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

try {
  const embedded = await startEmbedded({ dataDir: process.argv[2] ?? '', binaries: testBinaries(), log: say });
  say({ stage: 'serving', pid: embedded.pid, adopted: embedded.adopted });
  process.on('SIGTERM', async () => {
    await embedded.stop();
    process.exit(0);
  });
  // Keeps the process alive: the postmaster alone must not.
  setInterval(() => {}, 60_000);
} catch (error) {
  if (!(error instanceof EmbeddedError)) throw error;
  say({ stage: 'refused', reason: error.reason, message: error.message, fix: error.fix });
}
