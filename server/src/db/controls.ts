// The promises of the database.
import type { InstanceControl } from '#verification/instance.ts';
import { databaseTlsControl } from './controls/en8-database-tls.ts';
import { wallsControl } from './controls/tn1-walls.ts';
import { rolesControl } from './controls/tn3-roles.ts';

export const databaseControls: readonly InstanceControl[] = [databaseTlsControl, wallsControl, rolesControl];
