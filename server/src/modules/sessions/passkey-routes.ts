// Signing in with a passkey alone: it says who somebody is and proves it, and no password is asked for.
import { z } from 'zod';
import type { CallerFacts } from '#kernel/context.ts';
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import { AssertionJson, type CheckedProof, checkLonePasskey, takeProof } from '#modules/factors.ts';
import { lockPerson, prepareDevice } from '#modules/identity.ts';
import { EnteredSession, SignIn } from './model.ts';
import { openSession } from './service.ts';
import { demandEntry, deviceCookies, mintSession, type PreparedSession } from './sign-in.ts';

const PasskeySignIn = z.strictObject({ passkey: AssertionJson, organization: SignIn.shape.organization });

type PreparedPasskey = PreparedSession & { readonly checked: CheckedProof };

export const signInWithPasskey = defineRoute({
  id: 'session.create_with_passkey',
  method: 'POST',
  path: '/api/v1/session/passkey',
  summary: 'Sign in with a passkey alone; the session is a cookie',
  scope: {
    tables: ['org', 'person'],
    // What prepare found: the person whose passkey it is, and an organization they are in.
    resolve: ({ prepared }) => ({
      orgId: (prepared as PreparedPasskey).orgId,
      userId: (prepared as PreparedPasskey).userId,
    }),
  },
  access: { public: 'nobody is signed in yet; the passkey is the proof' },
  rate: 'sign_in',
  audit: { action: 'session.created' },
  params: Nothing,
  query: Nothing,
  body: PasskeySignIn,
  output: EnteredSession,
  status: 201,
  errors: ['factor.refused', 'session.no_organization', 'session.founded_meanwhile'],
  prepare: (tools, { input: { body }, caller }) => preparePasskey(tools, body, caller),
  replyHeaders: (_result, prepared) => ({ 'set-cookie': prepared.cookie }),
  replyCookies: deviceCookies,
  handle: async (ctx) => {
    const { tx, now, prepared } = ctx;
    await lockPerson(tx);
    await takeProof(tx, prepared.checked, now);
    ctx.subject('session', prepared.sessionId);
    ctx.note({ user: prepared.userId, provenBy: prepared.provenBy });
    return openSession(ctx, prepared);
  },
});

async function preparePasskey(
  tools: Tools,
  { passkey, organization }: z.output<typeof PasskeySignIn>,
  caller: CallerFacts,
): Promise<PreparedPasskey> {
  const assertion = await checkLonePasskey(tools, passkey, caller);
  const entered = await demandEntry(tools, assertion.userId, organization, caller);
  const session = mintSession(tools, assertion.userId, entered, 'passkey');
  const device = await prepareDevice(tools, assertion.userId, caller);
  return { ...session, device, checked: { kind: 'passkey', assertion } };
}
