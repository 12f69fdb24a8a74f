// What the link of an invitation opens: a look at it, and the way in, for strangers and for who is signed in.
import { Nothing } from '#kernel/fields.ts';
import { defineRoute, type Resolvable } from '#kernel/route.ts';
import { deviceCookies, EnteredSession, findSession, NewSession } from '#modules/sessions.ts';
import {
  accept,
  enter,
  findOpen,
  type PreparedAcceptance,
  type PreparedEntry,
  prepareAcceptance,
  prepareEntry,
  toSeen,
} from './accept.ts';
import { Acceptance, InvitationToken, permissions, SeenInvitation } from './model.ts';

type Found = Awaited<ReturnType<typeof findOpen>>;

export const lookRoute = defineRoute({
  id: 'invitation.look',
  method: 'POST',
  path: '/api/v1/invitations/look',
  summary: 'What the link of an invitation is for: the organization, the role, the address',
  scope: {
    tables: ['org'],
    // What prepare found: the organization of the invitation that the token is for.
    resolve: ({ prepared }: Resolvable) => ({ orgId: (prepared as Found).found.org_id }),
  },
  access: { public: 'the token, which went to the address alone, is the proof; nobody else is told anything' },
  rate: 'sign_in',
  audit: { action: 'invitation.looked_at' },
  params: Nothing,
  query: Nothing,
  body: InvitationToken,
  output: SeenInvitation,
  status: 200,
  errors: ['invitation.link_refused', 'invitation.over'],
  prepare: async (tools, { input }) => ({ ...(await findOpen(tools, input.body.token)), objects: tools.objects }),
  handle: async (ctx) => {
    ctx.subject('invitation', ctx.prepared.found.id);
    return toSeen(ctx.prepared);
  },
});

export const acceptRoute = defineRoute({
  id: 'invitation.accept',
  method: 'POST',
  path: '/api/v1/invitations/accept',
  summary:
    'Accept an invitation with the account of its address, or make that account; you are signed in, or asked for a factor',
  scope: {
    tables: ['org', 'person'],
    // What prepare found or made: the organization of the invitation, and the person of its address.
    resolve: ({ prepared }: Resolvable) => {
      const { found, opening } = prepared as PreparedAcceptance;
      return { orgId: found.org_id, userId: opening.userId };
    },
  },
  access: { public: 'nobody is signed in yet; the token and the password of the address’ account are the proof' },
  rate: 'sign_in',
  audit: { action: 'invitation.accepted' },
  params: Nothing,
  query: Nothing,
  body: Acceptance,
  output: NewSession,
  secretReply: true,
  status: 201,
  errors: [
    'invitation.link_refused',
    'invitation.over',
    'invitation.inviter_lost_right',
    'invitation.wrong_password',
    'invitation.has_account',
    'invitation.already_member',
    'invitation.other_address',
    'identity.email_taken',
    'session.wrong_credentials',
  ],
  prepare: (tools, { input, caller }) => prepareAcceptance(tools, input.body, caller),
  replyHeaders: (_result, { opening }): Record<string, string> =>
    opening.kind === 'session' ? { 'set-cookie': opening.cookie } : {},
  replyCookies: ({ opening }) => (opening.kind === 'session' ? deviceCookies(opening) : []),
  handle: (ctx) => accept(ctx),
});

export const enterRoute = defineRoute({
  id: 'invitation.enter',
  method: 'POST',
  path: '/api/v1/invitations/enter',
  summary: 'Accept an invitation as who you are signed in as; a new session there takes the place of this one',
  scope: {
    tables: ['org', 'person'],
    // What prepare found: the organization of the invitation, which is for the caller's own address.
    resolve: ({ prepared }: Resolvable) => {
      const { found, session } = prepared as PreparedEntry;
      return { orgId: found.org_id, userId: session.userId };
    },
  },
  access: [
    {
      permission: permissions.accept,
      target: async (ctx) => (ctx.principal.kind === 'user' ? findSession(ctx.tx, ctx.principal.sessionId) : undefined),
    },
  ],
  rate: 'sign_in',
  audit: { action: 'invitation.accepted' },
  params: Nothing,
  query: Nothing,
  body: InvitationToken,
  output: EnteredSession,
  status: 201,
  errors: [
    'invitation.link_refused',
    'invitation.over',
    'invitation.inviter_lost_right',
    'invitation.other_address',
    'invitation.already_member',
  ],
  prepare: (tools, { principal, input, caller }) => prepareEntry(tools, principal, input.body.token, caller),
  replyHeaders: (_result, { session }) => ({ 'set-cookie': session.cookie }),
  handle: (ctx, _input, [left]) => enter(ctx, left),
});
