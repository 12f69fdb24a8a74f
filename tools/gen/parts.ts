// What is generated, in three parts that need different things: the registry, the commands, and a migrated database.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { renderComingFrom, renderConfigReference } from '../../server/src/config/index.ts';
import { buildRegistry } from '../../server/src/kernel/registry.ts';
import { modules } from '../../server/src/modules.ts';
import { renderOpenApi } from '../../server/src/reference/openapi.ts';
import { release } from '../../server/src/release.ts';
import { listLogEvents } from '../../server/src/telemetry/events.ts';
import { listFiles } from '../lib/list-files.ts';
import { repositoryRoot } from '../lib/repository.ts';
import { renderCatalogue } from '../../controls/src/catalogue.ts';
import { controls } from '../../server/src/controls.ts';
import { renderAuditEvents } from './audit-events-page.ts';
import { renderDatabaseTypes } from './database-types.ts';
import { renderConsoleClient } from './console-client.ts';
import type { GeneratedFile } from './document.ts';
import { renderErrors } from './errors-page.ts';
import { renderJobs } from './jobs-page.ts';
import { renderLogEvents } from './log-events-page.ts';
import { withMigratedDatabase } from './migrated-database.ts';
import { expectedMatrix, renderMatrix } from './permission-matrix.ts';
import { renderPermissions } from './permissions-page.ts';
import { renderRoutes } from './routes-page.ts';
import { renderSecretScanning } from './secret-scanning.ts';
import { renderSchema } from './schema-page.ts';

const REFERENCE = 'docs/reference';

export const parts: Readonly<Record<string, () => Promise<readonly GeneratedFile[]>>> = {
  registry: fromRegistry,
  commands: fromCommands,
  database: fromDatabase,
};

async function fromRegistry(): Promise<readonly GeneratedFile[]> {
  const registry = buildRegistry(modules);
  const document = renderOpenApi(registry, { version: release.version });
  const openApi = JSON.stringify(document, undefined, 2);
  await loadLogEvents();
  return [
    { path: `${REFERENCE}/openapi.json`, text: `${openApi}\n` },
    { path: 'console/src/api/operations.ts', text: renderConsoleClient(document) },
    { path: `${REFERENCE}/routes.md`, text: renderRoutes(registry) },
    { path: `${REFERENCE}/permissions.md`, text: renderPermissions(registry) },
    { path: `${REFERENCE}/permission-matrix.md`, text: renderMatrix(expectedMatrix(registry)) },
    { path: `${REFERENCE}/errors.md`, text: renderErrors(registry) },
    { path: `${REFERENCE}/audit-events.md`, text: renderAuditEvents(registry) },
    { path: `${REFERENCE}/jobs.md`, text: renderJobs(registry) },
    { path: `${REFERENCE}/log-events.md`, text: renderLogEvents(listLogEvents()) },
    { path: `${REFERENCE}/secret-scanning.json`, text: renderSecretScanning(registry) },
    { path: `${REFERENCE}/config.md`, text: renderConfigReference() },
    { path: `${REFERENCE}/controls.md`, text: renderCatalogue(controls) },
    { path: 'docs/guides/coming-from.md', text: renderComingFrom() },
  ];
}

/** Loaded on its own: the commands reach every part of the server. */
async function fromCommands(): Promise<readonly GeneratedFile[]> {
  const { commands } = await import('../../server/src/cli/commands.ts');
  const { COMMON_FLAGS } = await import('../../server/src/cli/command.ts');
  const { renderCommands } = await import('./commands-page.ts');
  return [{ path: `${REFERENCE}/commands.md`, text: renderCommands(commands, COMMON_FLAGS) }];
}

async function fromDatabase(): Promise<readonly GeneratedFile[]> {
  return withMigratedDatabase(async (client) => [
    { path: 'server/src/db/types.ts', text: await renderDatabaseTypes(client) },
    { path: `${REFERENCE}/schema.sql`, text: await renderSchema(client) },
  ]);
}

/** An event is known once the file that declares it is loaded. */
async function loadLogEvents(): Promise<void> {
  const isSource = (path: string): boolean => path.endsWith('.ts') && !/\.(?:test|test-support)\.ts$/.test(path);
  for (const path of listFiles(repositoryRoot, 'server/src', isSource)) {
    const file = join(repositoryRoot, path);
    if (/\bdefineLogEvent\(\s*'/.test(readFileSync(file, 'utf8'))) await import(pathToFileURL(file).href);
  }
}
