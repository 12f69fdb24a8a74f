// What RB1 gives a viewer by a role and by a team, and takes away again.
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { textIn } from '#verification/account-asking.ts';
import { type Asking, change, endKey, makeKey, makeTeam, seal, statusOf } from './rb1-asking.ts';
import { PLACES } from './rb1-judge.ts';
import { AUDIT, KEYS, OURS, ROLES, TEAMS } from './rb1-twins.ts';

type Given = {
  readonly evidence: readonly Evidence[];
  /** How a viewer fared who made a team with a role that gives another right. */
  readonly teamByRole: number;
};

export async function lookAtGiven(asking: Asking, viewer: string, memberId: string): Promise<Given> {
  const wanted = { name: OURS, permissions: ['audit:read'] };
  const roleId = textIn(await change(asking, 'POST', ROLES, wanted), 'id');
  const read = (): Promise<number> => statusOf(asking, { path: AUDIT, cookie: viewer });
  const before = await read();
  await change(asking, 'PUT', `${ROLES}/${roleId}/members/${memberId}`);
  const having = await read();
  const teamByRole = (await makeTeam(asking, viewer)).status;
  await change(asking, 'DELETE', `${ROLES}/${roleId}/members/${memberId}`);
  const statuses = { 'before it was given': before, 'by who has it': having, 'after it was taken': await read() };
  return {
    evidence: [seal(asking, PLACES.role, statuses), ...(await lookAtTeam({ asking, viewer, memberId, roleId, read }))],
    teamByRole,
  };
}

type Giving = {
  readonly asking: Asking;
  readonly viewer: string;
  readonly memberId: string;
  readonly roleId: string;
  readonly read: () => Promise<number>;
};

/** A team that has the role, and to which a key of the owner is granted. */
async function lookAtTeam({ asking, viewer, memberId, roleId, read }: Giving): Promise<readonly Evidence[]> {
  const teamId = textIn(await makeTeam(asking, asking.owner), 'id');
  const keyId = textIn(await makeKey(asking, asking.owner), 'id');
  const see = (): Promise<number> => statusOf(asking, { path: `${KEYS}/${keyId}`, cookie: viewer });
  const [ofRole, place] = [`${TEAMS}/${teamId}/roles/${roleId}`, `${TEAMS}/${teamId}/members/${memberId}`];
  try {
    await change(asking, 'PUT', ofRole);
    await change(asking, 'POST', `/api/v1/objects/${keyId}/grants`, { level: 'viewer', teamId });
    const before = { read: await read(), see: await see() };
    await change(asking, 'PUT', place, {});
    const inside = { read: await read(), see: await see() };
    await change(asking, 'DELETE', ofRole);
    const lost = await read();
    await change(asking, 'PUT', ofRole);
    await change(asking, 'DELETE', place);
    const after = { read: await read(), see: await see() };
    return [
      seal(asking, PLACES.team, {
        before: before.read,
        'by who is in it': inside.read,
        'after the team lost the role': lost,
        'after leaving': after.read,
      }),
      seal(asking, PLACES.object, { before: before.see, 'by who is in it': inside.see, 'after leaving': after.see }),
    ];
  } finally {
    await endKey(asking, keyId);
  }
}
