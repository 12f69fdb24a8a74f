// Every rule over the source tree, as data: what must hold, why, and the check that says where it does not.
import type { Rule } from './rule.ts';
import { timeComesFromAClock } from './rules/clock.ts';
import { cryptoStaysInCrypto } from './rules/crypto.ts';
import { importsHaveNoCycle } from './rules/cycles.ts';
import { dependenciesArePinned, dependenciesAreUsed, importsAreDeclared } from './rules/dependencies.ts';
import { modulesDeclareTheirErrors } from './rules/errors.ts';
import { consoleStaysInCli, driverStaysInDb, environmentStaysInConfig, frameworkStaysInHttp } from './rules/homes.ts';
import { hooksStandInSuites } from './rules/hooks.ts';
import {
  importsAreReadable,
  importsGoByAlias,
  importsPointDown,
  protocolIsPure,
  testsAreForTests,
} from './rules/layers.ts';
import { modulesAreListed, modulesPointDown, modulesShowTheirIndex } from './rules/modules.ts';
import { networkStaysInOutbound } from './rules/network.ts';
import { sqlStaysInQueries } from './rules/sql.ts';
import { migrationsNameTheirOwner, tablesStayWithTheirOwner } from './rules/tables.ts';
import {
  filesAreShort,
  filesSayWhatTheyAreFor,
  lintIsSilencedWithReason,
  sourcesAreTypeScript,
  theCompilerIsObeyed,
  typesAreKnown,
} from './rules/text.ts';

export const rules: readonly Rule[] = [
  cryptoStaysInCrypto,
  networkStaysInOutbound,
  frameworkStaysInHttp,
  driverStaysInDb,
  environmentStaysInConfig,
  consoleStaysInCli,
  timeComesFromAClock,
  modulesDeclareTheirErrors,
  sqlStaysInQueries,
  tablesStayWithTheirOwner,
  migrationsNameTheirOwner,
  modulesShowTheirIndex,
  modulesPointDown,
  modulesAreListed,
  importsPointDown,
  importsGoByAlias,
  testsAreForTests,
  hooksStandInSuites,
  importsAreReadable,
  importsHaveNoCycle,
  importsAreDeclared,
  protocolIsPure,
  dependenciesArePinned,
  dependenciesAreUsed,
  filesSayWhatTheyAreFor,
  filesAreShort,
  typesAreKnown,
  theCompilerIsObeyed,
  lintIsSilencedWithReason,
  sourcesAreTypeScript,
];
