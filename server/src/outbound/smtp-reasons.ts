// Every way in which a mail can fail to leave, as values.
import type { OutboundReason } from './reasons.ts';

/**
 * Beside the reasons of connecting — login: the server does not take our credential · deferred: not now (a status of 4xx) ·
 * rejected: it will not (5xx) · envelope: an address or a line that no mail may have.
 */
export type SmtpReason = OutboundReason | 'login' | 'deferred' | 'rejected' | 'envelope';

export interface SmtpFailure {
  readonly ok: false;
  readonly reason: SmtpReason;
  /** What the server answered, where it did. */
  readonly status?: number;
}
