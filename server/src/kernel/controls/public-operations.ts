// The one short list of operations that ask nobody who they are. An operation that says so itself and is not here fails RB7.

/** Id, and what stands in the place of a credential. */
export const PUBLIC_OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['session.create', 'the password is the proof, and failures are counted'],
  ['session.create_with_factor', 'the challenge that a right password was answered with, and a factor, are the proof'],
  ['factor.ask_for_passkey', 'anybody may ask for a random number, and nothing is stored of it'],
  ['session.create_with_passkey', 'the passkey is the proof, and failures are counted'],
  ['setup.state', 'one bit, which the first page shows anyway'],
  ['setup.complete', 'the one-time token of the host is the proof'],
  ['account.request_reset', 'the answer is the same for everybody; the link goes to the address of the account alone'],
  ['account.reset_password', 'the one-time token of a mailed link is the proof'],
  ['account.verify_email', 'the one-time token of a mailed link is the proof'],
  ['emergency.open', 'two sealed parts of 160 bits are the proof, failures are counted, and every owner is told'],
  ['emergency.collect', 'the request that two parts or the operator granted is the proof'],
  ['account.confirm_email', 'the one-time token of a mailed link is the proof'],
  ['invitation.look', 'the one-time token of a mailed link is the proof'],
  ['invitation.accept', 'the one-time token of a mailed link is the proof'],
  ['api_key.revoke_leaked', 'the text of the key is the proof, and the answer is the same for every text'],
  ['mail.list_by_link', 'the token that the host has printed is the proof, on a server that listens on loopback alone'],
  ['mail.read_by_link', 'the token that the host has printed is the proof, on a server that listens on loopback alone'],
]);
