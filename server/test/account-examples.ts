// Valid calls of the account's routes. Links are made for the visitor, whose sessions nobody else needs.
import type { Kernel } from '#kernel/kernel.ts';
import { createMemoryStore } from '#kernel/limits/memory-store.ts';
import type { MakeExample, Stage } from './example.ts';
import { memberIdOf } from './memberships.ts';
import { newestToken, workThrough } from './outbox.ts';
import { signIn } from './people.ts';
import { PASSWORD } from './world.ts';

let made = 0;
const freshAddress = (): string => `somebody${String((made += 1))}@elsewhere.example`;

/** The same kernel, on which nobody has had any mail yet. */
function unlimited({ world }: Stage): Kernel {
  return { ...world.kernel, tools: { ...world.kernel.tools, limits: createMemoryStore() } };
}

async function forgetVerification({ world }: Stage, email: string): Promise<void> {
  await world.admin('update holdfast.person set email_verified_at = null where email = $1', [email]);
}

/** Has the visitor ask for a link, and gives its token. */
async function tokenOf(stage: Stage, route: string, template: string, body?: object): Promise<string> {
  const { world, visitor } = stage;
  await forgetVerification(stage, visitor.email);
  await world.call(route, { credential: await signIn(world, visitor.email), body }, unlimited(stage));
  await workThrough(world);
  return newestToken(world, visitor.email, template);
}

/** An account that nothing else rests on. */
const somebody: MakeExample = async ({ world }) => {
  const email = freshAddress();
  await world.admin(
    "insert into holdfast.person (user_id, email, name, created_at) values (gen_random_uuid(), $1, 'Somebody', now())",
    [email],
  );
  return { call: { body: { email } } };
};

export const accountExamples: Readonly<Record<string, MakeExample>> = {
  'account.get': () => ({ call: {} }),
  'account.update': () => ({ call: { body: { name: `Somebody ${String((made += 1))}` } } }),
  'account.request_reset': () => ({ call: { body: { email: freshAddress() } } }),
  'account.reset_password': async (stage) => {
    const { email } = stage.visitor;
    await stage.world.call('account.request_reset', { body: { email } }, unlimited(stage));
    await workThrough(stage.world);
    const token = await newestToken(stage.world, email, 'password_reset');
    return { call: { body: { token, newPassword: PASSWORD } } };
  },
  // To the same one, so that everybody can still sign in.
  'account.change_password': () => ({ call: { body: { currentPassword: PASSWORD, newPassword: PASSWORD } } }),
  'account.send_verification': async (stage, actor) => {
    await forgetVerification(stage, actor.email);
    return { call: {}, on: unlimited(stage) };
  },
  'account.verify_email': async (stage) => ({
    call: { body: { token: await tokenOf(stage, 'account.send_verification', 'email_verification') } },
  }),
  'account.change_email': (stage) => ({ call: { body: { newEmail: freshAddress() } }, on: unlimited(stage) }),
  'account.unlock_member': async ({ world, visitor }) => ({
    call: { params: { memberId: await memberIdOf(world, visitor) } },
  }),
  'account.unlock_by_operator': ({ visitor }) => ({ call: { body: { email: visitor.email } } }),
  'account.suspend_by_operator': somebody,
  'account.resume_by_operator': somebody,
  'account.confirm_email': async (stage) => {
    const token = await tokenOf(stage, 'account.change_email', 'email_change_old', { newEmail: freshAddress() });
    return { call: { body: { token } } };
  },
};
