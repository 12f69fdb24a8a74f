// Every reason to refuse a key file, each with what to do about it. No text ever quotes the file's content.

const faultFixes = {
  unsupported_platform:
    'This system has no file owners and modes that Holdfast could check: use a KMS, Vault or HSM as key provider.',
  missing:
    'Restore the key file from its backup. Only a new installation without data may make one (`holdfast keys create --path PATH`); a new key opens nothing old.',
  exists: 'A key file is never overwritten: choose another path, or move the present file away yourself.',
  unreadable: 'Let the user that runs Holdfast read the file and enter its directories.',
  unwritable: 'Let the user that runs Holdfast write to the directory, and see that the disk has space.',
  symbolic_link: 'Name the file itself, not a symbolic link to it.',
  not_a_regular_file: 'Name a regular file: not a directory, pipe, socket or device.',
  foreign_owner: 'Make the user that runs Holdfast the owner of the file (chown).',
  hard_linked: 'Remove the other names (hard links) of the file, so that it has exactly one.',
  open_mode: 'Take all rights from group and others: chmod 600.',
  too_large: 'This is no key file: those are smaller than 16 KiB.',
  directory_missing: 'Create the directory first, with mode 0700.',
  directory_foreign_owner: 'The directory must belong to root or to the user that runs Holdfast (chown).',
  directory_writable: 'Take write access to the directory from group and others: chmod go-w.',
  empty:
    'Its creation was interrupted. Restore it from its backup; in a new installation without data remove it and start again.',
  not_json: 'Restore the key file from its backup: the content is not JSON.',
  unsupported_version: 'Start the Holdfast release that wrote this file; this one knows version 1.',
  schema: 'Restore the key file from its backup: a member is missing, unknown or malformed.',
  key_encoding: 'Restore the key file from its backup: a key is not canonical base64.',
  key_length: 'Restore the key file from its backup: a key has exactly 32 bytes.',
  weak_key: 'Use a key made by Holdfast: this one is a pattern or text, not 32 random bytes.',
  key_id_mismatch: 'Restore the key file from its backup: an id does not belong to its key.',
  duplicate_key: 'Remove the repeated key from the file.',
  no_current_key: 'Mark exactly one key as current.',
  duplicate_current_key: 'Mark exactly one key as current, and the others as previous.',
  foreign_environment: 'Give each environment a key file of its own, or correct HOLDFAST_ENVIRONMENT.',
  copy_differs: 'The copy read back differs from the original and was removed: use another medium.',
} as const;

export type KeyFileReason = keyof typeof faultFixes;

/** A refusal for people: which file or directory, why, and the way out. `detail` names a member or path, never a value. */
export interface KeyFileFault {
  readonly ok: false;
  readonly reason: KeyFileReason;
  readonly path: string;
  readonly fix: string;
  readonly detail?: string;
}

/** The refusal for a reason. */
export function refuseKeyFile(reason: KeyFileReason, path: string, detail?: string): KeyFileFault {
  const fault = { ok: false, reason, path, fix: faultFixes[reason] } as const;
  return detail === undefined ? fault : { ...fault, detail };
}
