// What RB1 asks for as each role: the doors that tell one role from the next, and the traces of it that are removed.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { demandDone, listOf, textIn } from '#verification/account-asking.ts';
import { type Asked, askAs, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Web } from '#verification/instance.ts';
import { FAMILIES, PLACES } from './rb1-judge.ts';
import { AUDIT, EMERGENCY, KEYS, MEMBERS, OURS, ROLES, TEAMS } from './rb1-twins.ts';

export type Asking = {
  readonly web: Web;
  readonly tools: ProbeTools;
  /** A session of the organization's owner. */
  readonly owner: string;
};

export function ask({ web, tools }: Asking, asked: Asked): Promise<HttpReply> {
  return askAs(web, { from: web.freshAddress(), ...asked }, tools.signal);
}

export async function statusOf(asking: Asking, asked: Asked): Promise<number> {
  return (await ask(asking, asked)).status;
}

/** Statuses by the place of each door. What is made is removed. */
export async function tryDoors(asking: Asking, cookie: string): Promise<Readonly<Record<string, number>>> {
  const read = (path: string): Promise<number> => statusOf(asking, { path, cookie });
  const key = await makeKey(asking, cookie);
  await endKey(asking, textIn(key, 'id'));
  return {
    [PLACES.members]: await read(MEMBERS),
    [PLACES.keys]: key.status,
    [PLACES.log]: await read(AUDIT),
    [PLACES.teams]: (await makeTeam(asking, cookie)).status,
    [PLACES.emergency]: await read(EMERGENCY),
  };
}

export function makeKey(asking: Asking, cookie: string): Promise<HttpReply> {
  const body = { name: OURS, scopes: ['session:read'], expiresInDays: 1 };
  return ask(asking, { method: 'POST', path: KEYS, cookie, body });
}

/** One that was not made is not there. */
export async function endKey(asking: Asking, id: string): Promise<void> {
  if (id !== '') await statusOf(asking, { method: 'DELETE', path: `${KEYS}/${id}`, cookie: asking.owner });
}

let made = 0;

/** Names are taken once. */
export function makeTeam(asking: Asking, cookie: string): Promise<HttpReply> {
  const name = `${OURS} ${String((made += 1))} ${String(asking.tools.unixMs())}`;
  return ask(asking, { method: 'POST', path: TEAMS, cookie, body: { name } });
}

/** Also what a run that broke off has left. */
export async function removeOurs(asking: Asking): Promise<void> {
  const cookie = asking.owner;
  for (const path of [TEAMS, ROLES])
    for (const { id, name } of listOf(await ask(asking, { path: `${path}?limit=200`, cookie }))) {
      const isOurs = typeof name === 'string' && name.startsWith(OURS);
      if (isOurs) await statusOf(asking, { method: 'DELETE', path: `${path}/${String(id)}`, cookie });
    }
}

/** Else the client of this process would announce one. */
const NO_BODY = [['Content-Length', '0']] as const;

/** Does as the owner what the look rests on. Throws where it is refused: nothing can be seen then. */
export async function change(asking: Asking, method: 'PUT' | 'POST' | 'DELETE', path: string, body?: object) {
  const rest = body === undefined ? { headers: method === 'DELETE' ? [] : NO_BODY } : { body };
  const reply = await ask(asking, { method, path, cookie: asking.owner, ...rest });
  demandDone(reply.status, `${method} ${path}`);
  return reply;
}

export function seal(
  { web, tools }: Asking,
  at: string,
  statuses: Readonly<Record<string, number | undefined>>,
): Evidence {
  const family = FAMILIES[at];
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(web, { subject: at, at, facts: { tries } }, tools);
}
