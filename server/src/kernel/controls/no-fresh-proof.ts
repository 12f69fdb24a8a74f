// The one short list of operations that change something and ask for no fresh proof. One that is not here and asks for none fails SE5.

/** Id, and why whoever holds a session that is not theirs gains nothing lasting by it. */
export const NO_FRESH_PROOF: ReadonlyMap<string, string> = new Map([
  ['session.delete', 'it ends the very session that asks'],
  ['session.end_one', 'ending sessions takes away, and is what an owner of a stolen one must do at once'],
  ['session.end_others', 'as ending one'],
  ['session.end_of_member', 'as ending one, for members of the own organization'],
  ['session.end_all_of_member', 'as ending one, for members of the own organization'],
  ['session.enter', 'the new session is proven when the one that is left was'],
  ['session.prove', 'it is what the fresh proof is shown to'],
  ['account.change_password', 'it asks for the present password itself'],
  ['account.send_verification', 'it mails to the address that the account has'],
  ['factor.rename', 'it changes a name'],
  ['factor.reset_by_operator', 'the admin socket of the host asks for no session'],
  ['account.unlock_by_operator', 'the admin socket of the host asks for no session'],
  ['network_rules.check', 'it looks, and changes nothing'],
  ['network_rules.clear', 'the admin socket of the host asks for no session'],
  ['setup.issue_token', 'the admin socket of the host asks for no session'],
  ['controls.run', 'it looks, and changes nothing'],
  ['model.chat.completions', 'it uses what is there, within budgets'],
  ['model.embeddings', 'it uses what is there, within budgets'],
  ['model.responses', 'it uses what is there, within budgets'],
  ['provider.test', 'it asks a provider that is there whether it answers'],
]);
