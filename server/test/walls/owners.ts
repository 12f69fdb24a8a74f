// Who owns rows and who asks for them: two organizations, projects in them, two people, the installation, and every mix that a scope can be.
import { randomUUID } from 'node:crypto';

export type Letter = 'A' | 'B';
export type OwnerKind = 'org' | 'project' | 'person' | 'system';
/** The letter of a project is that of its organization, which has others. */
export type Owner = { readonly kind: OwnerKind; readonly letter: Letter; readonly id: string };

const NIL = '00000000-0000-0000-0000-000000000000';

export const owners = {
  orgA: { kind: 'org', letter: 'A', id: randomUUID() },
  orgB: { kind: 'org', letter: 'B', id: randomUUID() },
  projectA: { kind: 'project', letter: 'A', id: randomUUID() },
  projectB: { kind: 'project', letter: 'B', id: randomUUID() },
  otherProjectB: { kind: 'project', letter: 'B', id: randomUUID() },
  personA: { kind: 'person', letter: 'A', id: randomUUID() },
  personB: { kind: 'person', letter: 'B', id: randomUUID() },
  installation: { kind: 'system', letter: 'A', id: NIL },
} as const satisfies Readonly<Record<string, Owner>>;

/** The owners a table of each kind has rows of. */
export function ownersOf(kind: string): readonly Owner[] {
  return Object.values(owners).filter((owner) => (kind === 'stream' ? owner.kind !== 'project' : owner.kind === kind));
}

/** What a transaction says about itself; it may see what these own, and nothing else. */
export type Context = { readonly name: string; readonly of: readonly Owner[] };

export const contexts: readonly Context[] = [
  { name: 'nobody', of: [] },
  { name: 'organization A', of: [owners.orgA] },
  { name: 'organization B', of: [owners.orgB] },
  { name: 'person B', of: [owners.personB] },
  { name: 'person B in organization B', of: [owners.orgB, owners.personB] },
  { name: 'person A in organization B', of: [owners.orgB, owners.personA] },
  { name: 'project B in organization B', of: [owners.orgB, owners.projectB] },
  { name: 'another project in organization B', of: [owners.orgB, owners.otherProjectB, owners.personB] },
  { name: 'project B in organization A', of: [owners.orgA, owners.projectB] },
  { name: 'project B in no organization', of: [owners.projectB, owners.personB] },
  { name: 'the installation', of: [owners.installation] },
];

/** Whether a context holds what an owner owns; a project is nothing outside of its organization. */
export function isInside({ of }: Context, owner: Owner): boolean {
  return of.includes(owner) && (owner.kind !== 'project' || of.includes(organizationOf(owner)));
}

export function organizationOf({ letter }: Owner): Owner {
  return letter === 'A' ? owners.orgA : owners.orgB;
}

/** The settings of a context, as the begin trip of a scope makes them. */
export function settingsOf({ of }: Context): Readonly<Record<string, string>> {
  const idOf = (kind: OwnerKind): string => of.find((owner) => owner.kind === kind)?.id ?? '';
  return {
    'holdfast.org_id': idOf('org'),
    'holdfast.project_id': idOf('project'),
    'holdfast.user_id': idOf('person'),
    'holdfast.system': idOf('system') === '' ? '' : 'on',
  };
}

/** The columns that say whose a row is, with their values. */
export function tenantValues(kind: string, owner: Owner): Readonly<Record<string, string>> {
  switch (kind) {
    case 'org':
      return { org_id: owner.id };
    case 'project':
      return { org_id: organizationOf(owner).id, project_id: owner.id };
    case 'person':
      return { user_id: owner.id };
    case 'stream':
      return { stream_kind: owner.kind, stream_id: owner.id };
    default:
      return {};
  }
}
