// The commands, in the order of the help.
import { breakGlass } from './break-glass.ts';
import type { Command } from './command.ts';
import { configCheck } from './config-check.ts';
import { databasePrepare } from './database-prepare.ts';
import { keysBackup } from './keys-backup.ts';
import { keysCreate } from './keys-create.ts';
import { mailList, mailOpen, mailShow } from './mail.ts';
import { migrateCommand } from './migrate.ts';
import { networksClear } from './networks.ts';
import { peopleResetFactors, peopleResume, peopleSuspend, peopleUnlock } from './people.ts';
import { setupCommand } from './setup.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { verifyCommand } from './verify.ts';
import { verifyReportCommand } from './verify-report.ts';
import { versionCommand } from './version.ts';

export const commands: readonly Command[] = [
  startCommand,
  setupCommand,
  statusCommand,
  mailList,
  mailShow,
  mailOpen,
  peopleResetFactors,
  peopleUnlock,
  peopleSuspend,
  peopleResume,
  networksClear,
  breakGlass,
  verifyCommand,
  verifyReportCommand,
  configCheck,
  keysCreate,
  keysBackup,
  databasePrepare,
  migrateCommand,
  versionCommand,
];
