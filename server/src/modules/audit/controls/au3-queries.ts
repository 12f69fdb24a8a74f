// SQL by which AU3 looks at the signed checkpoints, of all ages, as the application in the installation's scope.

const ALL_WITHIN = 64;

/** A handful of the newest, and some of every age; all of them while there are few. */
export const CHECKPOINTS = `
  set local role holdfast_app;
  select set_config('holdfast.system', 'on', true);
  with newest as (select size, note from holdfast.audit_checkpoint order by size desc limit ${ALL_WITHIN}),
       spread as (
         select found.size, found.note from generate_series(0, ${ALL_WITHIN} - 1) as part
          cross join lateral (
            select size, note from holdfast.audit_checkpoint
             where size >= (select max(size) from newest) * part / ${ALL_WITHIN} order by size limit 1) as found)
  select size::text as size, note from newest union select size::text, note from spread`;

export const RECORD_HASHES =
  'select leaf_index::text as leaf_index, record_hash from holdfast.read_record_hashes($1, $2)';
