// What is sent for a command of the model of handing on: ids of real things instead of names and places in lists.
import { encodeId } from '@holdfast/protocol/ids.ts';
import { GRANT_LEVELS } from '#kernel/permissions.ts';
import { type Command, pick } from './sharing-commands.ts';
import type { Model, On, To, Who } from './sharing-model.ts';

/** Real people and objects, and names that nothing has yet. */
export type Real = {
  readonly person: (who: Who) => { readonly userId: string; readonly memberId: string };
  readonly objects: Readonly<Record<On, string>>;
  readonly fresh: () => string;
};

export function requestOf(
  real: Real,
  model: Model,
  asked: Command,
): { readonly params: object; readonly body?: object } {
  return { params: paramsOf(real, model, asked), ...bodyOf(real, model, asked) };
}

function paramsOf({ person, objects }: Real, { teams, projects, roles, grants }: Model, asked: Command): object {
  return {
    ...('on' in asked ? { objectId: objects[asked.on] } : {}),
    ...('grant' in asked ? { grantId: pick(grants, asked.grant)?.id } : {}),
    ...('team' in asked ? { teamId: teams[asked.team]?.id } : {}),
    ...('project' in asked ? { projectId: projects[asked.project]?.id } : {}),
    ...('role' in asked ? { roleId: pick(roles, asked.role)?.id } : {}),
    ...('to' in asked && asked.do !== 'grant.give' ? { memberId: person(asked.to).memberId } : {}),
  };
}

function bodyOf(real: Real, model: Model, asked: Command): { readonly body?: object } {
  if (asked.do === 'grant.give') return { body: { ...levelOf(asked), ...granteeOf(real, model, asked.to) } };
  if (asked.do === 'grant.update') return { body: levelOf(asked) };
  if (asked.do === 'role.create') return { body: { name: real.fresh(), permissions: asked.names } };
  if (asked.do === 'api_key.create') return { body: keyBodyOf(real, asked) };
  if (asked.do === 'member.update') return { body: { role: asked.base } };
  if (!('isLead' in asked)) return {};
  return { body: asked.isLead === undefined ? {} : { isLead: asked.isLead } };
}

const levelOf = ({ level }: { readonly level: number }) => ({ level: GRANT_LEVELS[level - 1] });

function granteeOf({ person }: Real, { teams, projects }: Model, to: To): object {
  if (to === 'everybody') return { toEverybody: true };
  if (typeof to === 'string') return { memberId: person(to).memberId };
  return 'team' in to ? { teamId: teams[to.team]?.id } : { projectId: projects[to.project]?.id };
}

type NewKey = Extract<Command, { do: 'api_key.create' }>;

function keyBodyOf({ person, fresh }: Real, { kind, scopes, people }: NewKey): object {
  const actsFor = people.map((who) => encodeId('usr', person(who).userId));
  return { kind, name: fresh(), scopes, ...(kind === 'service' && actsFor.length > 0 ? { actsFor } : {}) };
}
