// The state of the controls and the runs that were asked for, as the rest of the server knows them.
import type { Runs } from './runs.ts';
import type { Verifier } from './verifier.ts';

export type Verification = {
  readonly verifier: Verifier;
  readonly runs: Runs;
  /** With which reports are signed, for whoever verifies them: an Ed25519 public key in base64. */
  readonly reportKey: string;
};
