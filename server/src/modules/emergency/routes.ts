// Break-glass over HTTP: sealing and looking for people who manage security, opening for whoever has the parts or the host.
import { Nothing } from '#kernel/fields.ts';
import { defineRoute, type Resolvable } from '#kernel/route.ts';
import { findOrganization, lockOrganization, securityPermissions } from '#modules/organizations.ts';
import { prepareAlarm } from './alarm.ts';
import {
  CollectedSession,
  CollectSession,
  Emergency,
  OpenAtHost,
  OpenedAtHost,
  OpenedPart,
  OpenPart,
  permissions,
  Reviewed,
  ReviewNote,
  SealedParts,
  UseRef,
} from './model.ts';
import { collectSession, openAtHost, prepareAtHost, preparePart, prepareSession, showPart } from './opening.ts';
import { lockUse } from './queries.ts';
import { demandPerson, describeEmergency, endEarly, nameOrganization, prepareSeal, review, seal } from './service.ts';

/** What prepare found: the organization that a right part, a live request or the operator names. */
const resolve = ({ prepared }: Resolvable) => ({ orgId: (prepared as { readonly orgId: string }).orgId });

export const getEmergencyRoute = defineRoute({
  id: 'emergency.get',
  method: 'GET',
  path: '/api/v1/emergency',
  summary: 'Whether an emergency credential is sealed, how it was used, and what has to follow',
  scope: 'org',
  access: [{ permission: securityPermissions.manage, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Emergency,
  status: 200,
  errors: [],
  handle: (ctx) => describeEmergency(ctx),
});

export const sealRoute = defineRoute({
  id: 'emergency.seal',
  method: 'POST',
  path: '/api/v1/emergency/seal',
  summary: 'Seal an emergency credential in two parts, shown this once; one sealed before opens nothing any more',
  scope: 'org',
  access: [{ permission: securityPermissions.manage, target: (ctx) => lockOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'emergency.sealed' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: SealedParts,
  secretReply: true,
  status: 201,
  errors: ['emergency.person_needed'],
  prepare: (tools, { principal }) => prepareSeal(tools, principal),
  handle: (ctx) => seal(ctx),
});

export const openPartRoute = defineRoute({
  id: 'emergency.open',
  method: 'POST',
  path: '/api/v1/emergency/open',
  summary: 'Show one of two sealed parts: with a reason it begins a request, with the code of a request it grants it',
  scope: { tables: ['org'], resolve },
  access: { public: 'it is for when nobody can sign in; the sealed parts are the proof' },
  rate: 'sign_in',
  audit: { action: 'emergency.part_shown' },
  params: Nothing,
  query: Nothing,
  body: OpenPart,
  output: OpenedPart,
  secretReply: true,
  status: 201,
  errors: ['emergency.refused'],
  prepare: (tools, { input, caller }) => preparePart(tools, input.body, caller),
  handle: (ctx) => showPart(ctx),
});

export const collectRoute = defineRoute({
  id: 'emergency.collect',
  method: 'POST',
  path: '/api/v1/emergency/session',
  summary: 'Exchange a granted request for the emergency session, once; the session is a cookie and ends after an hour',
  scope: { tables: ['org'], resolve },
  access: { public: 'nobody is signed in yet; the granted request is the proof' },
  rate: 'write',
  audit: { action: 'emergency.opened' },
  params: Nothing,
  query: Nothing,
  body: CollectSession,
  output: CollectedSession,
  secretReply: true,
  status: 201,
  errors: ['emergency.refused', 'emergency.waiting'],
  prepare: (tools, { input, caller }) => prepareSession(tools, input.body.request, caller),
  replyHeaders: (_result, prepared) => ({ 'set-cookie': prepared.cookie }),
  handle: (ctx) => collectSession(ctx),
});

export const openAtHostRoute = defineRoute({
  id: 'emergency.open_at_host',
  method: 'POST',
  path: '/api/v1/emergency/break-glass',
  summary: 'A link to an emergency session, at the admin socket of the host, alone and as loud as with two parts',
  scope: { tables: ['org'], resolve },
  access: [{ permission: permissions.open_at_host, target: (ctx) => lockOrganization(ctx.tx) }],
  rate: 'write',
  audit: { action: 'emergency.granted_at_host' },
  params: Nothing,
  query: Nothing,
  body: OpenAtHost,
  output: OpenedAtHost,
  secretReply: true,
  status: 201,
  errors: [],
  prepare: (tools, { input: { body } }) => prepareAtHost(tools, body.organization, body.reason),
  handle: (ctx, { body }) => openAtHost(ctx, body.reason),
});

export const endUseRoute = defineRoute({
  id: 'emergency.end',
  method: 'POST',
  path: '/api/v1/emergency/uses/:useId/end',
  summary: 'End an emergency request or session at once, also one’s own',
  scope: 'org',
  access: [{ permission: securityPermissions.manage, target: (ctx, { params }) => lockUse(ctx.tx, params.useId) }],
  rate: 'write',
  audit: { action: 'emergency.ended' },
  params: UseRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: [],
  prepare: async (tools, { principal }) =>
    prepareAlarm(tools, { kind: 'ended', ...(await nameOrganization(tools, principal)) }),
  handle: (ctx, { params }, [use]) => {
    ctx.subject('emergency', params.useId);
    return endEarly(ctx, use);
  },
});

export const reviewRoute = defineRoute({
  id: 'emergency.review',
  method: 'POST',
  path: '/api/v1/emergency/uses/:useId/review',
  summary: 'Write the review that an emergency session demands, once it is over',
  scope: 'org',
  access: [{ permission: securityPermissions.manage, target: (ctx, { params }) => lockUse(ctx.tx, params.useId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'emergency.reviewed' },
  params: UseRef,
  query: Nothing,
  body: ReviewNote,
  output: Reviewed,
  status: 200,
  errors: ['emergency.person_needed', 'emergency.not_over', 'emergency.reviewed'],
  prepare: async (_tools, { principal }) => demandPerson(principal),
  handle: (ctx, { params, body }, [use]) => {
    ctx.subject('emergency', params.useId);
    return review(ctx, use, body.note);
  },
});
