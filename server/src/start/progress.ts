// What a start tells while it works; the command line shows it, the log records it.
export type StartStep =
  | { readonly step: 'database_initializing' | 'database_starting' | 'database_recovering' | 'database_adopting' }
  | { readonly step: 'migrating'; readonly index: number; readonly total: number; readonly name: string }
  | { readonly step: 'migration_waiting' }
  | { readonly step: 'key_created'; readonly path: string }
  | { readonly step: 'database_died' | 'database_back' }
  | { readonly step: 'database_restart_failed'; readonly error: unknown };

export type OnStep = (step: StartStep) => void;
