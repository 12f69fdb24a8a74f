// The badge: the grade of the controls as an image, made anew for every request, so that it greys when nobody looks any more.
import { sealEnvelope } from '@holdfast/controls/dsse.ts';
import { renderBadge } from '@holdfast/controls/render/badge.ts';
import type { Page } from '#http/pages.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { unixMs } from '#telemetry/clock.ts';
import { reportKeyId } from './report-key.ts';

const PAYLOAD_TYPE = 'application/vnd.holdfast.badge+json';
const VALID_FOR_SECONDS = 86_400;

/** Its metadata is a DSSE envelope over what it shows, by the report key. */
export function badgePage(kernel: Kernel): Page {
  return {
    path: '/badge.svg',
    respond: async () => {
      const verification = kernel.tools.verification();
      if (verification === undefined) return undefined;
      const report = verification.verifier.latest();
      const { reportSigner } = kernel.tools.keyring;
      const { target, at, grade, score, coverage } = report;
      const signed = await sealEnvelope(
        PAYLOAD_TYPE,
        { target, at, grade, score, coverage },
        { keyId: reportKeyId(reportSigner.publicKey), sign: (message) => reportSigner.sign(message) },
      );
      return {
        status: 200,
        headers: { 'content-type': 'image/svg+xml; charset=utf-8' },
        body: renderBadge(report, { unixMs: unixMs(), validForSeconds: VALID_FOR_SECONDS, signed }),
      };
    },
  };
}
