// Help for a person who is shut out, by the operator of the host: for installations whose last admin is that person.
import { callAdmin, NotRunning } from './admin-client.ts';
import { type Command, EXIT, type Invocation } from './command.ts';
import { loadSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

const exits = {
  [EXIT.done]: 'done',
  [EXIT.failed]: 'there is no such person, or the server refused; the reason is printed',
  [EXIT.usage]: 'no EMAIL',
  [EXIT.unavailable]: 'no server runs on this data directory',
};
const positional = { name: 'EMAIL', describe: 'The address of the account' };

export const peopleResetFactors: Command = {
  name: 'people reset-factors',
  summary: 'Take all second factors of a person away who lost them',
  details:
    'Authenticator apps, passkeys and recovery codes go, every session of theirs ends, and they are told by mail. They sign in\nwith the password then, and are asked to enroll anew where that is demanded. Be sure who asked you. It is an event of the audit log.',
  positional,
  flags: {},
  examples: ['holdfast people reset-factors olga@acme.example'],
  exits,
  run: (invocation) =>
    help(invocation, '/api/v1/people/reset-factors', (body, terminal, email) => {
      const { removed } = body as { readonly removed: number };
      terminal.line(
        removed === 0
          ? `${email} had no second factor. Every session was ended.`
          : `Took ${String(removed)} second factor${removed === 1 ? '' : 's'} of ${email} away. Every session was ended.`,
      );
    }),
};

export const peopleUnlock: Command = {
  name: 'people unlock',
  summary: 'End the lock of an account after too many wrong passwords',
  details:
    'Ten failures within 15 minutes, from wherever they come, lock an account: for 5 minutes, then 10, 20, 40 and 60. A device\nthat signed in before is never shut out, and a reset by mail ends the lock too. It is an event of the audit log.',
  positional,
  flags: {},
  examples: ['holdfast people unlock olga@acme.example'],
  exits,
  run: (invocation) =>
    help(invocation, '/api/v1/people/unlock', (body, terminal, email) => {
      const { wasLocked } = body as { readonly wasLocked: boolean };
      terminal.line(
        wasLocked ? `${email} can sign in again.` : `${email} was not locked. Failures so far are forgotten.`,
      );
    }),
};

export const peopleSuspend: Command = {
  name: 'people suspend',
  summary: 'Suspend an account: nobody signs in with it any more',
  details:
    'Every session of theirs ends at once and their keys rest, in every organization; what they own stays. An owner who is\nsuspended counts for nothing: see that another can act. It is an event of the audit log.',
  positional,
  flags: {},
  examples: ['holdfast people suspend olga@acme.example'],
  exits,
  run: (invocation) =>
    help(invocation, '/api/v1/people/suspend', (body, terminal, email) => {
      const { changed } = body as { readonly changed: boolean };
      terminal.line(changed ? `${email} is suspended. Every session was ended.` : `${email} was suspended already.`);
    }),
};

export const peopleResume: Command = {
  name: 'people resume',
  summary: 'Let an account in again that was suspended',
  details: 'They sign in as before, and their keys work again. It is an event of the audit log.',
  positional,
  flags: {},
  examples: ['holdfast people resume olga@acme.example'],
  exits,
  run: (invocation) =>
    help(invocation, '/api/v1/people/resume', (body, terminal, email) => {
      const { changed } = body as { readonly changed: boolean };
      terminal.line(changed ? `${email} can sign in again.` : `${email} was not suspended.`);
    }),
};

/** Does one thing for the person that the command names. */
export async function help(
  invocation: Invocation,
  path: string,
  tell: (body: unknown, terminal: Terminal, email: string) => void,
): Promise<number> {
  const { terminal } = invocation;
  const [email] = invocation.positionals;
  if (email === undefined) {
    terminal.error('Say for whom: the e-mail address of the account.');
    return EXIT.usage;
  }
  const { config } = await loadSettings(invocation);
  try {
    const { status, body } = await callAdmin(config.dataDirectory, 'POST', path, { email });
    terminal.result(body as object);
    if (status === 200) {
      tell(body, terminal, email);
      return EXIT.done;
    }
    const { title } = body as { readonly title?: string };
    terminal.error(status === 404 ? `There is no person with the address ${email}.` : (title ?? 'The server refused.'));
    return EXIT.failed;
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error;
    terminal.error(error.message);
    return EXIT.unavailable;
  }
}
