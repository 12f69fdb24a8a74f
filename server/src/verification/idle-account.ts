// The account of the installation's own where the target is a small twin, which has no account to do anything with: only a name.
import type { ProbeAccount } from './instance.ts';

const nothing = async (): Promise<undefined> => undefined;

export const idleAccount: ProbeAccount = {
  email: 'account@probe.invalid',
  password: 'twin-password-of-the-account',
  probed: 'probe-one',
  guarded: 'probe-guarded',
  age: nothing,
  become: nothing,
  invite: async () => '',
  disturb: nothing,
  crowd: nothing,
  forgive: nothing,
  storedFactors: async () => '',
  findEvent: nothing,
};

export const idleAccounts = {
  borrow: <T>(work: (lent: ProbeAccount) => Promise<T>): Promise<T> => work(idleAccount),
};
