// Operations that no page of the console uses, each with the reason.

const AT_THE_HOST = 'for the operator at the host alone: no session of a browser may';
const BY_PROGRAMS = 'for programs';
const WITH_A_KEY = `${BY_PROGRAMS} with a key`;

export const withoutPage: Readonly<Record<string, string>> = {
  'account.unlock_by_operator': AT_THE_HOST,
  'account.suspend_by_operator': AT_THE_HOST,
  'account.resume_by_operator': AT_THE_HOST,
  'api_key.revoke_leaked': `${BY_PROGRAMS}: secret scanners, which have no account`,
  'audit.checkpoint': `${BY_PROGRAMS}: a signed root for whoever keeps copies of the log`,
  'controls.get_key': `${BY_PROGRAMS}: the public key with which reports are verified offline`,
  'emergency.open_at_host': AT_THE_HOST,
  'factor.reset_by_operator': AT_THE_HOST,
  'mail.issue_link': AT_THE_HOST,
  'mail.list': AT_THE_HOST,
  'mail.show': AT_THE_HOST,
  'model.chat.completions': WITH_A_KEY,
  'model.embeddings': WITH_A_KEY,
  'model.list': WITH_A_KEY,
  'model.responses': WITH_A_KEY,
  'network_rules.clear': AT_THE_HOST,
  'setup.issue_token': AT_THE_HOST,
};
