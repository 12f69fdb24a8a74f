// Sabotages of second factors: what is taken once, what is demanded, and what a session without it may do.
import type { Mutation } from '../mutation.ts';

const FACTORS = 'server/src/modules/factors';
const SESSIONS = 'server/src/modules/sessions';

export const factorMutations: readonly Mutation[] = [
  {
    name: 'roles-of-the-organization-make-nobody-powerful',
    file: 'server/src/modules/factors/demand.ts',
    find: "roles.reachOfMember(role, granted)) ? role : 'admin'",
    replace: "roles.reachOfMember(role, granted)) ? role : 'member'",
    mustTurnRed: 'server/src/modules/factors/custom-roles.test.ts :: whoever holds more than members do needs a factor',
  },
  {
    name: 'roles-of-the-organization-keep-no-factor',
    file: 'server/src/modules/factors/removal.ts',
    find: '.map((demand) => asHeldTo(tools.roles, demand));',
    replace: '.map((demand) => ({ ...asHeldTo(tools.roles, demand), role: demand.role }));',
    mustTurnRed: 'server/src/modules/factors/custom-roles.test.ts :: keeps the last factor, as admins do',
  },
  {
    name: 'factors-are-taken-from-anybody-but-owners',
    file: 'server/src/modules/factors/reset-routes.ts',
    find: '    demandCover(actor, [await getStanding(ctx.tx, prepared.roles, member.id)]);\n',
    replace:
      "    if (actor.role === 'viewer') demandCover(actor, [await getStanding(ctx.tx, prepared.roles, member.id)]);\n",
    mustTurnRed: 'server/src/modules/factors/custom-roles.test.ts :: a member who may take factors away takes them',
  },
  {
    name: 'a-password-is-enough',
    file: `${SESSIONS}/sign-in.ts`,
    find: 'if (proofs.length === 0)',
    replace: 'if (proofs.length >= 0)',
    mustTurnRed: `${FACTORS}/factors.test.ts :: are asked for once enrolled`,
  },
  {
    name: 'a-session-without-the-factor-has-its-role',
    file: `${SESSIONS}/service.ts`,
    find: "unproven ? tools.roles.reachOf('unproven') : tools.roles.reachOfMember(found.role, found.granted)",
    replace: 'tools.roles.reachOfMember(found.role, found.granted)',
    mustTurnRed: `${FACTORS}/policy.test.ts :: shuts whoever lacks the factor into enrolling it`,
  },
  {
    name: 'exposure-demands-nothing-of-owners',
    file: `${FACTORS}/demand.ts`,
    find: "if (isExposed) return wanted === 'all' ? 'all' : 'admins';",
    replace: '',
    mustTurnRed: `${FACTORS}/policy.test.ts :: is none until somebody says otherwise`,
  },
  {
    name: 'a-password-renews-what-a-factor-must',
    file: `${SESSIONS}/proof-routes.ts`,
    find: "if ((await proofsOf(tools, userId)).length > 0) throw errors['session.password_not_enough']();",
    replace: '',
    mustTurnRed: `${FACTORS}/factors.test.ts :: are what a fresh proof is made with`,
  },
  {
    name: 'the-last-factor-may-go',
    file: `${FACTORS}/removal.ts`,
    find: 'if (unmet.length > 0) {',
    replace: 'if (unmet.length > 99) {',
    mustTurnRed: `${FACTORS}/policy.test.ts :: keeps the last factor that would do`,
  },
  {
    name: 'an-admin-resets-people-of-others',
    file: `${FACTORS}/reset-routes.ts`,
    find: "if (prepared.isElsewhere) throw errors['factor.member_elsewhere']();",
    replace: '',
    mustTurnRed: `${FACTORS}/policy.test.ts :: lets an admin reset the factors of a member who is nowhere else`,
  },
];
