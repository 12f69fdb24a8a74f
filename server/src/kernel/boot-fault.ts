// Why a server must not start, found by a capability: what is wrong, and what the operator can do.

export class BootFault extends Error {
  override readonly name = 'BootFault';
  /** The setting or thing it is about, as the boot screen names it. */
  readonly key: string;
  readonly fix: string;

  constructor(key: string, problem: string, fix: string, options?: ErrorOptions) {
    super(problem, options);
    this.key = key;
    this.fix = fix;
  }
}
