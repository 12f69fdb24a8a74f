// The promises of the database.
import type { InstanceControl } from '#verification/instance.ts';
import { wallsControl } from './controls/tn1-walls.ts';

export const databaseControls: readonly InstanceControl[] = [wallsControl];
