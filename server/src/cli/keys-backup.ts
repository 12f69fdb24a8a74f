// Copies the master key to a safe place and proves that the copy can be used.
import { resolve } from 'node:path';
import { backupKeyFile } from '#crypto/key-file.ts';
import { masterKeyPath } from '../start/master-key.ts';
import { refuseStart } from '../start/refusal.ts';
import { type Command, EXIT } from './command.ts';
import { loadSettings } from './settings.ts';

export const keysBackup: Command = {
  name: 'keys backup',
  summary: 'Copy the master key to a safe place',
  details:
    'Without its master key a database opens for nobody, us included. Keep the copy on another medium than the data\nand its backups. The copy is made with mode 0600, never overwrites, and is read back before this says done.',
  flags: { to: { type: 'string', describe: 'Where the copy goes; must not exist', value: 'PATH' } },
  examples: ['holdfast keys backup --to /media/safe/holdfast-master.key'],
  exits: {
    [EXIT.done]: 'the copy is there and sound',
    [EXIT.usage]: 'no --to',
    [EXIT.configuration]: 'the key or the place is refused',
  },
  run: async (invocation) => {
    const { flags, terminal } = invocation;
    const to = flags['to'];
    if (typeof to !== 'string' || to === '') {
      terminal.error('Say where the copy goes: holdfast keys backup --to PATH');
      return EXIT.usage;
    }
    const { config } = await loadSettings(invocation);
    const copy = await backupKeyFile({ path: masterKeyPath(config), environment: config.environment, to: resolve(to) });
    if (!copy.ok) throw refuseStart(copy.path, copy.reason.replaceAll('_', ' '), copy.fix);
    terminal.line(
      `${terminal.paint('✓', 'green')} Master key ${copy.keyFile.current.id} is copied to ${resolve(to)} and reads back.`,
    );
    terminal.line('  Keep it apart from the data: whoever has both can read everything.');
    terminal.result({ ok: true, keyId: copy.keyFile.current.id, path: resolve(to) });
    return EXIT.done;
  },
};
