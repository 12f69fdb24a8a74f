// Wrong passwords in a row, counted by how they were answered.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { askAs, cookieOf } from '#verification/asking.ts';
import type { Web } from '#verification/instance.ts';

export const SESSION = '/api/v1/session';

export type Series = {
  /** Told that the password is wrong, in whatever words. */
  readonly answered: number;
  readonly throttled: number;
  /** Let in, which never may be. */
  readonly opened: number;
  /** Neither: a server that breaks. */
  readonly other: number;
  /** What the refusals say about when to come again. */
  readonly waits: readonly string[];
  /** The first answer, without what is new in each. */
  readonly answer: string;
};

export type Guesses = { readonly email: string; readonly times: number; readonly from: string | undefined };

/** All at once: what is counted must be counted before anybody looks at the password. A session that opens is ended. */
export async function guess(web: Web, { email, times, from }: Guesses, tools: ProbeTools): Promise<Series> {
  const replies = await Promise.all(
    Array.from({ length: times }, async () => {
      const body = { email, password: reveal(newToken(), 'probe.guess') };
      const reply = await askAs(web, { method: 'POST', path: SESSION, body, from }, tools.signal);
      await endSession(web, reply, tools.signal);
      return reply;
    }),
  );
  const throttled = replies.filter(({ status }) => status === 429);
  const opened = replies.filter((reply) => reply.status < 300 || cookieOf(reply) !== undefined);
  const answered = replies.filter(({ status }) => status >= 400 && status < 500 && status !== 429);
  const [first] = answered;
  return {
    answered: answered.length,
    throttled: throttled.length,
    opened: opened.length,
    other: replies.length - answered.length - throttled.length - opened.length,
    waits: throttled.flatMap((reply) => reply.valuesOf('retry-after')),
    answer: first === undefined ? '' : describeAnswer(first),
  };
}

/** Ends what a sign-in opened, if it did. */
export async function endSession(web: Web, reply: HttpReply, signal: AbortSignal): Promise<void> {
  const cookie = cookieOf(reply);
  if (cookie !== undefined) await askAs(web, { method: 'DELETE', path: SESSION, cookie }, signal);
}

export function addUp(series: readonly Series[]): Series {
  const sum = (read: (one: Series) => number): number => series.reduce((total, one) => total + read(one), 0);
  return {
    answered: sum(({ answered }) => answered),
    throttled: sum(({ throttled }) => throttled),
    opened: sum(({ opened }) => opened),
    other: sum(({ other }) => other),
    waits: series.flatMap(({ waits }) => waits),
    answer: series.find(({ answer }) => answer !== '')?.answer ?? '',
  };
}

const SHOWN_MAX = 400;
const NEW_IN_EACH = /req_[0-9a-z]{26}/g;

function describeAnswer(reply: HttpReply): string {
  const headers = ['content-type', 'www-authenticate', 'set-cookie'].flatMap((name) => reply.valuesOf(name));
  return [String(reply.status), ...headers, reply.body.replaceAll(NEW_IN_EACH, 'req_').slice(0, SHOWN_MAX)].join(' ');
}
