// The one short list of operations that ask nobody who they are. An operation that says so itself and is not here fails RB7.

/** Id, and what stands in the place of a credential. */
export const PUBLIC_OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['session.create', 'the password is the proof, and failures are counted'],
  ['setup.state', 'one bit, which the first page shows anyway'],
  ['setup.complete', 'the one-time token of the host is the proof'],
]);
