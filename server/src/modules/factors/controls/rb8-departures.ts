// What RB8 tries with the membership of the probe's account: it is taken out, comes back, is suspended, and gets another role.
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import {
  type Acting,
  ask,
  demandDone,
  demandFound,
  findMemberId,
  SESSION,
  statusOf,
  textIn,
} from '#verification/account-asking.ts';
import { type Asked, cookieOf, membersOf } from '#verification/asking.ts';
import type { Tenant } from '#verification/instance.ts';
import { PLACES } from './rb8-judge.ts';
import { seal, type Told } from './rb8-sealing.ts';

const KEYS = '/api/v1/api-keys';
const MODELS = '/v1/models';
const API = '/api/v1';

/** The account in the second organization, and the owner there. */
type Joined = {
  readonly acting: Acting;
  readonly owner: Tenant;
  readonly tools: ProbeTools;
  /** What undoes what the owner made. */
  readonly made: (readonly [method: 'PUT' | 'DELETE', path: string])[];
};
type Member = { readonly cookie: string; readonly memberId: string; readonly userId: string };

/** Uses up two sessions of the account: each is left for the second organization, and ends there. */
export async function tryDepartures(
  acting: Acting,
  [first, second]: readonly [string, string],
  owner: Tenant,
  tools: ProbeTools,
): Promise<readonly Evidence[]> {
  const joined: Joined = { acting, owner, tools, made: [] };
  try {
    const [ofOwner, places] = await Promise.all([describeOwner(joined), preparePlaces(joined)]);
    const left = await tryLeaving(joined, await join(joined, first), places, ofOwner);
    const back = await tryToJoin(joined, second);
    if (back === undefined)
      return [left.evidence, ...[PLACES.back, PLACES.suspended, PLACES.handedOver].map((at) => untried(joined, at))];
    const returned = sealAll(joined, PLACES.back, { ...left.before, ...(await lookAtPlaces(joined, back, places)) });
    const suspended = await trySuspending(joined, back);
    const handedOver = await tryHandingOver(joined, back, ofOwner);
    return [left.evidence, returned, suspended, handedOver];
  } finally {
    // A project is archived before it is deleted; nothing else waits for anything.
    const undo = (asked: 'PUT' | 'DELETE') =>
      Promise.all(joined.made.filter(([method]) => method === asked).map(([, path]) => change(joined, asked, path)));
    await undo('PUT');
    await undo('DELETE');
  }
}

async function join(joined: Joined, cookie: string): Promise<Member> {
  return demandFound(await tryToJoin(joined, cookie), 'the account of the probe in the second organization');
}

/** Undefined where they are not let in: whoever never went cannot come back. */
async function tryToJoin(joined: Joined, cookie: string): Promise<Member | undefined> {
  const { acting, owner } = joined;
  const token = await acting.account.invite({ role: 'member', state: 'open', isTheirs: true });
  const entered = await ask(acting, { method: 'POST', path: `${API}/invitations/enter`, cookie, body: { token } });
  if (entered.status >= 300) return undefined;
  const own = cookieOf(entered) ?? '';
  const [memberId, userId] = await Promise.all([findMemberId(acting, owner.cookie), personOf(joined, own)]);
  return { cookie: own, memberId, userId };
}

async function personOf({ acting }: Joined, cookie: string): Promise<string> {
  const { user } = membersOf(await ask(acting, { path: SESSION, cookie }));
  const id: unknown = typeof user === 'object' && user !== null && 'id' in user ? user.id : undefined;
  return typeof id === 'string' ? id : 'unknown';
}

type OfOwner = Pick<Member, 'memberId' | 'userId'>;

async function describeOwner(joined: Joined): Promise<OfOwner> {
  const { acting, owner } = joined;
  const memberId = await findMemberId(acting, owner.cookie, owner.email);
  return { memberId, userId: await personOf(joined, owner.cookie) };
}

function change({ acting, owner }: Joined, method: string, path: string, body?: object): Promise<HttpReply> {
  const sent = body ?? (method === 'PUT' ? {} : undefined);
  return ask(acting, { method, path, cookie: owner.cookie, ...(sent === undefined ? {} : { body: sent }) });
}

async function demand(joined: Joined, method: string, path: string, body?: object): Promise<string> {
  const reply = await change(joined, method, path, body);
  demandDone(reply.status, `${method} ${path.split('/').slice(3, 4).join('')}`);
  return textIn(reply, 'id');
}

type Places = { readonly team: string; readonly project: string; readonly role: string };

/** A team with a role, a project, and a role; made by the owner, and deleted at the end. */
async function preparePlaces(joined: Joined): Promise<Places> {
  const name = (what: string): string => `probe RB8 ${what} ${reveal(newToken(), 'probe.sign_in').slice(0, 12)}`;
  const make = async (at: string, body: object): Promise<string> => {
    const path = `${API}/${at}/${await demand(joined, 'POST', `${API}/${at}`, body)}`;
    joined.made.push(['DELETE', path]);
    return path;
  };
  const [role, ofTeam, team, project] = await Promise.all([
    make('roles', { name: name('role'), permissions: ['audit:read'] }),
    make('roles', { name: name('role of a team'), permissions: ['invitation:read'] }),
    make('teams', { name: name('team') }),
    make('projects', { name: name('project') }),
  ]);
  // Only what is archived is deleted.
  joined.made.push(['PUT', `${project}/archive`]);
  await demand(joined, 'PUT', `${team}/roles/${ofTeam.slice(ofTeam.lastIndexOf('/') + 1)}`);
  return { team, project, role };
}

/** One grant, one place in a team, one in a project, one role. */
async function givePlaces(joined: Joined, { memberId }: Member, { team, project, role }: Places): Promise<void> {
  await Promise.all([
    demand(joined, 'POST', `${API}/objects/${joined.owner.keyId}/grants`, { level: 'viewer', memberId }),
    demand(joined, 'PUT', `${team}/members/${memberId}`),
    demand(joined, 'PUT', `${project}/members/${memberId}`),
    demand(joined, 'PUT', `${role}/members/${memberId}`),
  ]);
}

type Statuses = Readonly<Record<string, number>>;

/** Asked at once: none of them changes anything. */
async function all(asked: Readonly<Record<string, Promise<number>>>): Promise<Statuses> {
  const entries = Object.entries(asked).map(async ([name, status]) => [name, await status] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function lookAtPlaces(joined: Joined, { cookie }: Member, { project }: Places, when = ''): Promise<Statuses> {
  const look = (path: string): Promise<number> => statusOf(joined.acting, { path, cookie });
  return all({
    [`a grant${when}`]: look(`${KEYS}/${joined.owner.keyId}`),
    [`a project${when}`]: look(project),
    [`a role${when}`]: look(`${API}/audit?limit=1`),
    [`a team${when}`]: look(`${API}/invitations?limit=1`),
    [`themselves${when}`]: look(SESSION),
  });
}

/** What the member calls with a key of their own. */
async function makeKey({ acting }: Joined, cookie: string, scopes: readonly string[]): Promise<string> {
  const body = { name: 'probe', scopes, expiresInDays: 1 };
  const made = await ask(acting, { method: 'POST', path: KEYS, cookie, body });
  demandDone(made.status, 'a key');
  return textIn(made, 'key');
}

type OrganizationKey = { readonly call: (userId: string) => Promise<number> };

/** A key of the organization that acts for the member and for the owner. */
async function makeOrganizationKey(joined: Joined, people: readonly string[]): Promise<OrganizationKey> {
  const body = { name: 'probe RB8', kind: 'service', scopes: ['session:read'], actsFor: people, expiresInDays: 1 };
  const made = await change(joined, 'POST', KEYS, body);
  demandDone(made.status, 'a key of the organization');
  joined.made.push(['DELETE', `${KEYS}/${textIn(made, 'id')}`]);
  const asked = (userId: string): Asked => ({
    path: SESSION,
    key: textIn(made, 'key'),
    headers: [['Holdfast-On-Behalf-Of', userId]],
  });
  return { call: (userId) => statusOf(joined.acting, asked(userId)) };
}

type Left = { readonly evidence: Evidence; readonly before: Statuses };

/** Taken out, with all that a member may have, once somebody has said what becomes of the key of the organization. */
async function tryLeaving(joined: Joined, member: Member, places: Places, ofOwner: OfOwner): Promise<Left> {
  const { acting, owner } = joined;
  await givePlaces(joined, member, places);
  const [key, service] = await Promise.all([
    makeKey(joined, member.cookie, ['session:read']),
    makeOrganizationKey(joined, [ofOwner.userId, member.userId]),
  ]);
  const use = (when: string): Promise<Statuses> =>
    all({
      [`their session${when}`]: statusOf(acting, { path: SESSION, cookie: member.cookie }),
      [`their key${when}`]: statusOf(acting, { path: SESSION, key }),
      [`a key of the organization${when}`]: service.call(ofOwner.userId),
    });
  const [before, used] = await Promise.all([lookAtPlaces(joined, member, places, ' before'), use(' before')]);
  const removed = await change(joined, 'DELETE', `${API}/members/${member.memberId}?organizationKeys=revoke`);
  const statuses = {
    ...used,
    ...(await use('')),
    'the owner who took them out': await statusOf(acting, { path: SESSION, cookie: owner.cookie }),
  };
  return { evidence: sealAll(joined, PLACES.leaver, statuses, toldBy(removed)), before };
}

async function trySuspending(joined: Joined, member: Member): Promise<Evidence> {
  const { acting } = joined;
  const key = await makeKey(joined, member.cookie, ['session:read', 'models:read']);
  const path = `${API}/members/${member.memberId}/suspension`;
  const useKey = () => statusOf(acting, { path: SESSION, key });
  const useSession = () => statusOf(acting, { path: SESSION, cookie: member.cookie });
  const before = { 'their session before': await useSession(), 'their key before': await useKey() };
  const suspended = await change(joined, 'PUT', path);
  const during = { 'their key while they are suspended': await useKey() };
  demandDone((await change(joined, 'DELETE', path)).status, 'the end of a suspension');
  // That a session is refused while its member is suspended says nothing of whether it ended.
  const after = { 'their session': await useSession(), 'their key when they are let in again': await useKey() };
  return sealAll(joined, PLACES.suspended, { ...before, ...during, ...after }, toldBy(suspended));
}

/** A key of the organization rests on them: nothing happens until somebody says what becomes of it. */
async function tryHandingOver(joined: Joined, member: Member, ofOwner: OfOwner): Promise<Evidence> {
  const service = await makeOrganizationKey(joined, [ofOwner.userId, member.userId]);
  const path = `${API}/members/${member.memberId}`;
  const before = { 'their key of the organization before': await service.call(member.userId) };
  const unasked = { 'taking them out without a word about it': (await change(joined, 'DELETE', path)).status };
  const query = `organizationKeys=hand_over&handOverTo=${ofOwner.memberId}`;
  const removed = await change(joined, 'DELETE', `${path}?${query}`);
  const statuses = {
    ...before,
    ...unasked,
    'taking them out with one': removed.status,
    'a key that was handed over, for them': await service.call(member.userId),
  };
  const { acting, tools } = joined;
  const more = { handedOver: await service.call(ofOwner.userId) };
  return seal(acting, PLACES.handedOver, { statuses, told: toldBy(removed), more }, tools);
}

/** From member to viewer: the session ends, and a key reaches at once no more than its person. Uses up a session. */
export async function tryMoving(acting: Acting, cookie: string, owner: Tenant, tools: ProbeTools): Promise<Evidence> {
  const joined: Joined = { acting, owner, tools, made: [] };
  const member = await tryToJoin(joined, cookie);
  if (member === undefined) return untried(joined, PLACES.mover);
  const key = await makeKey(joined, member.cookie, ['session:read', 'models:read']);
  const use = (when: string): Promise<Statuses> =>
    all({
      [`their session${when}`]: statusOf(acting, { path: SESSION, cookie: member.cookie }),
      [`what they could do${when}`]: statusOf(acting, { path: MODELS, key }),
    });
  const before = await use(' before');
  const moved = await change(joined, 'PATCH', `${API}/members/${member.memberId}`, { role: 'viewer' });
  const still = { 'what they still may': await statusOf(acting, { path: SESSION, key }) };
  return sealAll(joined, PLACES.mover, { ...before, ...(await use('')), ...still }, toldBy(moved));
}

/** What a reply says that it ended: "apiKeys 1, sessions 1", by name. */
function toldBy(reply: HttpReply): Told {
  const { ended } = membersOf(reply);
  const told =
    typeof ended === 'object' && ended !== null
      ? Object.entries(ended as Readonly<Record<string, unknown>>)
          .filter(([, count]) => count !== 0)
          .map(([name, count]) => `${name} ${String(count)}`)
          .toSorted()
          .join(', ')
      : null;
  return { isTold: reply.status < 500, told };
}

function untried({ acting, tools }: Joined, at: string): Evidence {
  const told = { isTold: false, told: null };
  return seal(acting, at, { statuses: {}, told, more: { handedOver: 0 } }, tools);
}

function sealAll({ acting, tools }: Joined, at: string, statuses: Statuses, told?: Told): Evidence {
  return seal(acting, at, { statuses, told }, tools);
}
