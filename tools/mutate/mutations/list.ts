// All sabotages, in one list; `node tools/mutate.ts` makes each of them and demands that its test turns red.
import type { Mutation } from '../mutation.ts';
import { apiKeyMutations } from './api-keys.ts';
import { consoleMutations } from './console.ts';
import { controlMutations } from './controls.ts';
import { databaseMutations } from './database.ts';
import { edgeMutations } from './edges.ts';
import { emergencyMutations } from './emergency.ts';
import { factorMutations } from './factors.ts';
import { grantMutations } from './grants.ts';
import { identityMutations } from './identity.ts';
import { kernelMutations } from './kernel.ts';
import { mailMutations } from './mail.ts';
import { memberMutations } from './members.ts';
import { networkMutations } from './networks.ts';
import { passkeyMutations } from './passkeys.ts';
import { revocationMutations } from './revocation.ts';
import { projectMutations } from './projects.ts';
import { reviewMutations } from './reviews.ts';
import { roleMutations } from './roles.ts';
import { webhookMutations } from './webhooks.ts';

export const mutations: readonly Mutation[] = [
  ...databaseMutations,
  ...kernelMutations,
  ...edgeMutations,
  ...controlMutations,
  ...consoleMutations,
  ...mailMutations,
  ...grantMutations,
  ...identityMutations,
  ...factorMutations,
  ...passkeyMutations,
  ...revocationMutations,
  ...memberMutations,
  ...networkMutations,
  ...projectMutations,
  ...roleMutations,
  ...apiKeyMutations,
  ...emergencyMutations,
  ...reviewMutations,
  ...webhookMutations,
];
