// Identity: people and their passwords. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { noBypassControl } from './controls/oa3-no-bypass.ts';
import { errors } from './service.ts';

export { Email, NewPerson, Password } from './model.ts';
export { findPerson, lockPerson } from './queries.ts';
export { checkPassword, createPerson, hashNewPassword } from './service.ts';

export const identity = defineModule({ name: 'identity', errors, controls: [noBypassControl] });
