// Migrates a database server as the role that owns the schema, while no server of this release runs on it yet.
import { readFileSync } from 'node:fs';
import { connectionOf, migrateOrRefuse } from '../start/open-database.ts';
import { refuseStart } from '../start/refusal.ts';
import { type Command, EXIT } from './command.ts';
import { loadSettings } from './settings.ts';
import { MIGRATION_WAITING } from './start.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Bring an external database to the schema of this release',
  details:
    'Uses HOLDFAST_MIGRATOR_DATABASE_URL (or its _FILE). The embedded database needs no such step: a start migrates it.\nThe release before keeps working on the new schema, so replicas can be replaced one by one.',
  flags: {},
  examples: ['HOLDFAST_MIGRATOR_DATABASE_URL_FILE=/run/secrets/migrator holdfast migrate'],
  exits: {
    [EXIT.done]: 'the schema is current',
    [EXIT.configuration]: 'no migrator URL, or the migration was refused or failed and rolled back',
  },
  run: async (invocation) => {
    const { config } = await loadSettings(invocation);
    const { terminal } = invocation;
    const database = config.database;
    if (database.kind === 'embedded' || database.migrator === undefined) {
      throw refuseStart(
        'HOLDFAST_MIGRATOR_DATABASE_URL',
        'is not set',
        'Name the external database as the role holdfast_migrator; `holdfast database prepare` makes it.',
      );
    }
    const ca = database.caFile === undefined ? undefined : readFileSync(database.caFile, 'utf8');
    const applied = await migrateOrRefuse(
      connectionOf(database.migrator, ca),
      'HOLDFAST_MIGRATOR_DATABASE_URL',
      (step) => {
        if (step.step === 'migrating') terminal.line(`  ${step.index}/${step.total} ${step.name}`);
        if (step.step === 'migration_waiting') terminal.line(`  ${MIGRATION_WAITING}`);
      },
    );
    terminal.line(
      applied === 0 ? 'The schema is current.' : `${terminal.paint('✓', 'green')} Applied ${applied} migrations.`,
    );
    terminal.result({ ok: true, applied });
    return EXIT.done;
  },
};
