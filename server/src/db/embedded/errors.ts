// The one error of the embedded database: what went wrong as a code, and what the operator can do about it.

/** Stable codes; the message says what was found, `fix` says what to do. */
export type EmbeddedReason =
  | 'already_running'
  | 'binaries_invalid'
  | 'binaries_missing'
  | 'credential_missing'
  | 'credential_rejected'
  | 'data_dir_invalid'
  | 'data_dir_not_ours'
  | 'data_dir_not_traversable'
  | 'initdb_failed'
  | 'lock_unavailable'
  | 'major_mismatch'
  | 'platform_unsupported'
  | 'settings_refused'
  | 'socket_folder_unsafe'
  | 'socket_path_too_long'
  | 'start_failed'
  | 'start_timeout'
  | 'stop_failed'
  | 'stopped'
  | 'user_switch_refused'
  | 'user_unknown';

/** Thrown by everything in this folder that an operator can mend. Neither text ever holds a secret. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly reason: EmbeddedReason;
  readonly fix: string;

  constructor(reason: EmbeddedReason, message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.fix = fix;
  }
}

/** The code of a system or driver error ('ENOENT', '57P03'), if it has one. */
export function findErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
