// The text of a new module: the smallest capability that keeps every rule, to be changed from its first line on.
import type { ModuleNames, Template } from './names.ts';
import { routes } from './route-template.ts';
import { tests } from './test-template.ts';

const model: Template = ({ resource, type, parameter, prefix, words, manyWords }) => `
// ${sentence(manyWords)} in words: fields, permissions and errors.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, timeOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';

export const permissions = definePermissions('${resource}', {
  read: { describe: 'See ${manyWords}', all: ['owner', 'admin', 'member', 'viewer'] },
  create: { describe: 'Make ${manyWords}', all: ['owner', 'admin'] },
  delete: { describe: 'Delete ${manyWords}', all: ['owner', 'admin'] },
});

export const errors = defineErrors({
  '${resource}.name_taken': {
    status: 409,
    title: 'There is a ${words} of this name',
    help: 'Choose another name; names are unique in an organization.',
  },
});

export const ${type}Ref = z.strictObject({ ${parameter}: idIn('${prefix}', 'Id of the ${words}') });

export const New${type} = z.strictObject({ name: nameIn('Name shown to people') });
export type New${type} = z.output<typeof New${type}>;

export const ${type} = z.object({
  id: idOut('${prefix}', 'Never changes'),
  name: z.string(),
  version: z.int(),
  createdAt: timeOut,
});
`;

const queries: Template = ({ resource, type, manyWords }) => `
// SQL of ${manyWords}. No tenant predicate is written: row security adds it.
import type { OrgTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';

const columns = ['id', 'name', 'version', 'created_at'] as const;

export function find${type}(tx: OrgTx, id: string) {
  return tx.selectFrom('${resource}').select(columns).where('id', '=', id).executeTakeFirst();
}

export function lock${type}(tx: OrgTx, id: string) {
  return tx.selectFrom('${resource}').select(columns).where('id', '=', id).forUpdate().executeTakeFirst();
}

export const rowList = defineList({
  sorts: { createdAt: { column: 'id', type: 'uuid' }, name: { column: 'name', type: 'text' } },
  first: '-createdAt',
  search: ['name'],
});

export function list${type}Rows(tx: OrgTx, rows: RowFilter<'${resource}'>, asked: ListQuery) {
  return listPage(rows, asked, tx.selectFrom('${resource}').select(columns), rowList);
}

type NewRow = { readonly org_id: string; readonly id: string; readonly name: string; readonly created_at: Date };

/** Undefined when the name is taken. */
export function insert${type}(tx: OrgTx, row: NewRow) {
  return tx
    .insertInto('${resource}')
    .values(row)
    .onConflict((conflict) => conflict.columns(['org_id', 'name']).doNothing())
    .returning(columns)
    .executeTakeFirst();
}

export async function delete${type}Row(tx: OrgTx, id: string): Promise<void> {
  await tx.deleteFrom('${resource}').where('id', '=', id).execute();
}
`;

const service: Template = ({ resource, type, prefix, manyWords }) => `
// The rules of ${manyWords}.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId } from '#kernel/fields.ts';
import { type ${type}, errors, type New${type} } from './model.ts';
import { delete${type}Row, type find${type}, insert${type} } from './queries.ts';

export type ${type}Row = NonNullable<Awaited<ReturnType<typeof find${type}>>>;

export function to${type}(row: ${type}Row): z.input<typeof ${type}> {
  return {
    id: encodeId('${prefix}', row.id),
    name: row.name,
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
}

export async function create${type}(
  ctx: Context<OrgTx, { readonly id: string }>,
  orgId: string,
  wanted: New${type},
): Promise<z.input<typeof ${type}>> {
  const row = await insert${type}(ctx.tx, {
    org_id: orgId,
    id: ctx.prepared.id,
    name: wanted.name,
    created_at: ctx.now,
  });
  if (row === undefined) throw errors['${resource}.name_taken']();
  ctx.subject('${resource}', row.id);
  ctx.note({ name: row.name });
  return to${type}(row);
}

export async function delete${type}(ctx: Context<OrgTx>, row: ${type}Row): Promise<Record<string, never>> {
  await delete${type}Row(ctx.tx, row.id);
  ctx.note({ name: row.name });
  return {};
}
`;

const index: Template = ({ module, value, manyWords }) => `
// ${sentence(manyWords)}: the door of the module. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { errors, permissions } from './model.ts';
import { createRoute, deleteRoute, getRoute, listRoute } from './routes.ts';

export const ${value} = defineModule({
  name: '${module}',
  permissions,
  errors,
  routes: [createRoute, listRoute, getRoute, deleteRoute],
});
`;

const migration: Template = ({ resource }) => `
create table ${resource} (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, name)
);
call protect_org('${resource}', 'delete', 'not_applicable', 'full');
grant select, insert, update, delete on ${resource} to holdfast_app;
`;

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** The files of a new module by path from the repository's root; the migration gets the given number. */
export function filesFor(names: ModuleNames, migrationNumber: number): Readonly<Record<string, string>> {
  const folder = `server/src/modules/${names.module}`;
  const number = String(migrationNumber).padStart(4, '0');
  const templates: Readonly<Record<string, Template>> = {
    [`${folder}/model.ts`]: model,
    [`${folder}/queries.ts`]: queries,
    [`${folder}/service.ts`]: service,
    [`${folder}/routes.ts`]: routes,
    [`${folder}/index.ts`]: index,
    [`${folder}/${names.module}.test.ts`]: tests,
    [`server/src/db/migrations/${number}_${names.module.replaceAll('-', '_')}.sql`]: migration,
  };
  return Object.fromEntries(Object.entries(templates).map(([path, template]) => [path, template(names).trimStart()]));
}
