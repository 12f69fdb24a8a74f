// The promises of the edge.
import type { InstanceControl } from '#verification/instance.ts';
import { disclosureControl } from './controls/sc2-disclosure.ts';
import { transportControl } from './controls/tr1-transport.ts';
import { hstsControl } from './controls/tr2-hsts.ts';
import { contentPolicyControl } from './controls/tr3-content-policy.ts';
import { hardeningControl } from './controls/tr4-hardening.ts';
import { corsControl } from './controls/tr5-cors.ts';
import { listeningControl } from './controls/tr6-listening.ts';
import { forwardedControl } from './controls/tr10-forwarded.ts';
import { sessionCookieControl } from './controls/se1-session-cookie.ts';
import { inputControl } from './controls/fi1-input.ts';
import { sizeControl } from './controls/rl3-sizes.ts';
import { healthControl } from './controls/ob2-health.ts';

export const httpControls: readonly InstanceControl[] = [
  disclosureControl,
  transportControl,
  hstsControl,
  contentPolicyControl,
  hardeningControl,
  corsControl,
  listeningControl,
  forwardedControl,
  sessionCookieControl,
  inputControl,
  sizeControl,
  healthControl,
];
