// Makes a master key file for an installation that has none: an exposed start never makes one by itself.
import { resolve } from 'node:path';
import { loadEnvironmentName } from '#config.ts';
import { createKeyFile } from '#crypto/key-file.ts';
import { unixMs } from '#telemetry/clock.ts';
import { refuseStart, StartRefused } from '../start/refusal.ts';
import { type Command, EXIT } from './command.ts';

export const keysCreate: Command = {
  name: 'keys create',
  summary: 'Make a master key file for a new installation',
  details:
    'Makes one fresh key, stamped with HOLDFAST_ENVIRONMENT, in a file of mode 0600 that HOLDFAST_MASTER_KEY_FILE then names.\nIt makes only this file, reads no other setting, never overwrites, and reads the file back before it says done. A new key\nopens nothing that exists: a database with data starts with the key it was sealed under alone.',
  flags: { path: { type: 'string', describe: 'Where the key file goes; must not exist', value: 'PATH' } },
  examples: [
    'holdfast keys create --path /etc/holdfast/master.key',
    'HOLDFAST_ENVIRONMENT=staging holdfast keys create --path /etc/holdfast/staging.key',
  ],
  exits: {
    [EXIT.done]: 'the key file is there and sound',
    [EXIT.usage]: 'no --path',
    [EXIT.configuration]: 'the place or the name of the environment is refused',
  },
  run: async ({ flags, env, terminal }) => {
    const given = flags['path'];
    if (typeof given !== 'string' || given === '') {
      terminal.error('Say where the key file goes: holdfast keys create --path PATH');
      return EXIT.usage;
    }
    const environment = loadEnvironmentName(env);
    if (!environment.ok) throw new StartRefused(environment.faults);
    const path = resolve(given);
    const created = await createKeyFile({ path, environment: environment.name, unixMs: unixMs() });
    if (!created.ok) throw refuseStart(created.path, created.reason.replaceAll('_', ' '), created.fix);
    const keyId = created.keyFile.current.id;
    terminal.line(
      `${terminal.paint('✓', 'green')} Master key ${keyId} is made for the environment ${environment.name}: ${path}`,
    );
    terminal.line('  Next: name it in HOLDFAST_MASTER_KEY_FILE, and copy it to a safe place apart from the data:');
    terminal.line('  holdfast keys backup --to PATH');
    terminal.result({ ok: true, keyId, environment: environment.name, path });
    return EXIT.done;
  },
};
