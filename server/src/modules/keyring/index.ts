// Keyring: the keys of the installation and of its organizations. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';

export { openKeyring, type OpenedKeyring } from './keyring.ts';
export { insertDataKey } from './queries.ts';
export { findKeyInUse } from './root-key.ts';

export const keyring = defineModule({ name: 'keyring' });
