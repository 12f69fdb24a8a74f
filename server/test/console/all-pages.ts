// The pages of the menu in its order, for tests that look at each of them.

export const PAGES = [
  ['Overview', '/'],
  ['Usage', '/usage'],
  ['Providers', '/providers'],
  ['API keys', '/keys'],
  ['Members', '/members'],
  ['Roles', '/roles'],
  ['Teams', '/teams'],
  ['Projects', '/projects'],
  ['Grants', '/grants'],
  ['Shared with you', '/shared'],
  ['Sign-in policy', '/sign-in-policy'],
  ['Network rules', '/networks'],
  ['Access reviews', '/reviews'],
  ['Break-glass', '/break-glass'],
  ['Webhooks', '/webhooks'],
  ['Controls', '/controls'],
  ['Audit log', '/audit'],
  ['Your account', '/account'],
] as const;
