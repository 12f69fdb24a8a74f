// Every control of the product: those of the layers below, then those that modules declare. The only file that lists them all.
import { cryptoControls } from '#crypto/controls.ts';
import { databaseControls } from '#db/controls.ts';
import { httpControls } from '#http/controls.ts';
import { kernelControls } from '#kernel/controls.ts';
import { outboundControls } from '#outbound/controls.ts';
import { telemetryControls } from '#telemetry/controls.ts';
import type { InstanceControl } from '#verification/instance.ts';
import { configControls } from './config/controls.ts';
import { modules } from './modules.ts';

export const controls: readonly InstanceControl[] = [
  ...configControls,
  ...cryptoControls,
  ...databaseControls,
  ...httpControls,
  ...kernelControls,
  ...outboundControls,
  ...telemetryControls,
  ...modules.flatMap(({ controls: own }) => own ?? []),
].toSorted((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true }));
