// What members may do to each other, said once more and otherwise than the product says it: ranks instead of sets of permissions.
import type { BuiltInRole } from '#kernel/permissions.ts';

/** Who does what to whom; what an act does not need of it is not looked at. */
export type Command = {
  readonly do: keyof typeof ACTS;
  readonly by: number;
  readonly to: number;
  readonly role: BuiltInRole;
  readonly stays: boolean;
};

type Member = { readonly role: BuiltInRole; readonly isActive: boolean };
type Invitation = { readonly by: number; readonly role: BuiltInRole };
type Offer = { readonly by: number; readonly to: number; readonly stays: boolean };

export type Model = {
  readonly members: ReadonlyMap<number, Member>;
  /** Open ones, by whom they are for. */
  readonly invitations: ReadonlyMap<number, Invitation>;
  readonly offer: Offer | undefined;
};

export const BEGINNING: Model = {
  members: new Map([[0, { role: 'owner', isActive: true }]]),
  invitations: new Map(),
  offer: undefined,
};

const RANK: Readonly<Record<BuiltInRole, number>> = { guest: -1, viewer: 0, member: 1, admin: 2, owner: 3 };

type Act = (model: Model, command: Omit<Command, 'do'>) => Model | undefined;

/** The model after a command that is allowed; undefined for one that must be refused. */
export function nextOf(model: Model, command: Command): Model | undefined {
  return ACTS[command.do](model, command);
}

const invite: Act = (model, { by, to, role }) => {
  const isFree = !model.invitations.has(to) && !model.members.has(to);
  if (!isFree || !gives(model, by, role)) return undefined;
  return { ...model, invitations: new Map(model.invitations).set(to, { by, role }) };
};

const cancel: Act = (model, { by, to }) => {
  const open = model.invitations.get(to);
  if (open === undefined || !gives(model, by, open.role)) return undefined;
  return { ...model, invitations: removed(model.invitations, to) };
};

const accept: Act = ({ members, invitations, offer }, { by }) => {
  const taken = invitations.get(by);
  if (taken === undefined || members.has(by)) return undefined;
  const joined = new Map(members).set(by, { role: taken.role, isActive: true });
  return { members: joined, invitations: removed(invitations, by), offer };
};

const change: Act = (model, { by, to, role }) => {
  const target = model.members.get(to);
  if (target === undefined || !gives(model, by, target.role) || !gives(model, by, role)) return undefined;
  if (role === target.role) return model;
  return isLastOwner(model, to) ? undefined : put(model, to, { ...target, role });
};

/** Somebody else, whom one covers. */
function otherOf(model: Model, by: number, to: number): Member | undefined {
  const target = model.members.get(to);
  return target !== undefined && by !== to && gives(model, by, target.role) ? target : undefined;
}

const suspend: Act = (model, { by, to }) => {
  const target = otherOf(model, by, to);
  if (target === undefined || isLastOwner(model, to)) return undefined;
  return target.isActive ? put(model, to, { ...target, isActive: false }) : model;
};

const resume: Act = (model, { by, to }) => {
  const target = otherOf(model, by, to);
  return target === undefined ? undefined : keepInvitations(model, to, { ...target, isActive: true });
};

const remove: Act = (model, { by, to }) =>
  otherOf(model, by, to) === undefined || isLastOwner(model, to) ? undefined : without(model, to);

const leave: Act = (model, { by }) => (isActive(model, by) && !isLastOwner(model, by) ? without(model, by) : undefined);

const makeOffer: Act = (model, { by, to, stays }) => {
  const isFree = model.offer === undefined && isActive(model, to) && model.members.get(to)?.role !== 'owner';
  return isFree && isActiveOwner(model, by) ? { ...model, offer: { by, to, stays } } : undefined;
};

const withdraw: Act = (model, { by }) =>
  model.offer !== undefined && isActiveOwner(model, by) ? { ...model, offer: undefined } : undefined;

const decline: Act = (model, { by }) =>
  model.offer?.to === by && isActive(model, by) ? { ...model, offer: undefined } : undefined;

const take: Act = (model, { by }) => {
  const { offer } = model;
  if (offer === undefined || offer.to !== by || !isActive(model, by)) return undefined;
  const promoted = put(model, offer.to, { role: 'owner', isActive: true });
  return offer.stays ? promoted : put(promoted, offer.by, { role: 'admin', isActive: true });
};

export const ACTS = {
  invite,
  cancel,
  accept,
  change,
  suspend,
  resume,
  remove,
  leave,
  offer: makeOffer,
  withdraw,
  decline,
  take,
} as const;

function isActiveOwner(model: Model, who: number): boolean {
  return activeOwners(model).includes(who);
}

function isActive(model: Model, who: number): boolean {
  return model.members.get(who)?.isActive === true;
}

/** Whether somebody manages members at all, and holds as much as a role: owners alone hold an owner's. */
function gives({ members }: Model, who: number, role: BuiltInRole): boolean {
  const own = members.get(who);
  return own !== undefined && own.isActive && RANK[own.role] >= RANK.admin && RANK[own.role] >= RANK[role];
}

export function activeOwners({ members }: Model): readonly number[] {
  return [...members].filter(([, { role, isActive: is }]) => role === 'owner' && is).map(([who]) => who);
}

function isLastOwner(model: Model, who: number): boolean {
  const owners = activeOwners(model);
  return owners.includes(who) && owners.length === 1;
}

/** With what ends when somebody's rights change: offers by and to them, and invitations that they could not make now. */
function put(model: Model, who: number, member: Member): Model {
  const next = { ...keepInvitations(model, who, member), offer: offerBeside(model, who) };
  const kept = [...next.invitations].filter(([, { by, role }]) => by !== who || gives(next, who, role));
  return { ...next, invitations: new Map(kept) };
}

function keepInvitations(model: Model, who: number, member: Member): Model {
  return { ...model, members: new Map(model.members).set(who, member) };
}

function without(model: Model, who: number): Model {
  const invitations = new Map([...model.invitations].filter(([, { by }]) => by !== who));
  return { members: removed(model.members, who), invitations, offer: offerBeside(model, who) };
}

function offerBeside({ offer }: Model, who: number): Offer | undefined {
  return offer?.by === who || offer?.to === who ? undefined : offer;
}

function removed<V>(map: ReadonlyMap<number, V>, key: number): ReadonlyMap<number, V> {
  return new Map([...map].filter(([each]) => each !== key));
}
