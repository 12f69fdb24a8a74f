// What waits in the outbox, and the text of one mail: for installations without a mail server, at the host alone.
import { callAdmin, NotRunning } from './admin-client.ts';
import { type Command, EXIT, type Invocation } from './command.ts';
import { loadSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

type Mail = {
  readonly id: string;
  readonly to: string;
  readonly template: string;
  readonly status: string;
  readonly queuedAt: string;
  readonly expiresAt: string;
  readonly sentAt: string | null;
  readonly attempts: number;
  readonly lastError: string | null;
};
type MailList = { readonly items: readonly Mail[]; readonly isWhole: boolean };
type OpenedMail = Mail & { readonly subject: string | null; readonly text: string | null };

const STYLES: Readonly<Record<string, 'green' | 'yellow' | 'dim'>> = {
  sent: 'green',
  retrying: 'yellow',
  expired: 'dim',
};

export const mailList: Command = {
  name: 'mail list',
  summary: 'List the mails of the outbox: what waits, was sent, or did not leave',
  details:
    'Asks the running server over its admin socket, newest first. Without HOLDFAST_SMTP_URL every mail waits here;\n`holdfast mail show ID` gives its text, to hand over by another way.',
  flags: {},
  examples: ['holdfast mail list', 'holdfast mail list --json'],
  exits: {
    [EXIT.done]: 'listed, be it nothing',
    [EXIT.failed]: 'refused; the reason is printed',
    [EXIT.unavailable]: 'no server runs on this data directory',
  },
  run: (invocation) =>
    ask(invocation, '/api/v1/mail', (body, terminal) => {
      const { items, isWhole } = body as MailList;
      if (items.length === 0) terminal.line('No mail was queued in the last 30 days.');
      for (const mail of items) showLine(mail, terminal);
      if (!isWhole) terminal.line(`The newest ${String(items.length)} are shown.`);
    }),
};

export const mailShow: Command = {
  name: 'mail show',
  summary: 'Show the text of a mail that waits, with the link in it',
  details:
    'Whoever has the link can use it once, so hand it to nobody but the person it is for. That it was shown is an event of\nthe audit log. Once a mail was sent, or its link has ended, its text is erased.',
  positional: { name: 'ID', describe: 'The id that `holdfast mail list` shows' },
  flags: {},
  examples: ['holdfast mail show mail_01kar0r3fzfx1t9y0yx9hyvd35'],
  exits: {
    [EXIT.done]: 'shown',
    [EXIT.failed]: 'there is no such mail, or its text is erased',
    [EXIT.usage]: 'no ID',
    [EXIT.unavailable]: 'no server runs on this data directory',
  },
  run: async (invocation) => {
    const [id] = invocation.positionals;
    if (id === undefined) {
      invocation.terminal.error('Say which: holdfast mail show ID. `holdfast mail list` shows the ids.');
      return EXIT.usage;
    }
    return ask(invocation, `/api/v1/mail/${encodeURIComponent(id)}`, (body, terminal) => {
      const mail = body as OpenedMail;
      showLine(mail, terminal);
      if (mail.text === null) {
        terminal.error(
          mail.status === 'sent'
            ? 'It was sent, and its text is erased.'
            : 'Its text cannot be shown any more: the link in it has ended.',
        );
        return EXIT.failed;
      }
      terminal.line();
      terminal.line(`Subject: ${mail.subject ?? ''}`);
      terminal.line();
      terminal.line(mail.text.trimEnd());
      return EXIT.done;
    });
  },
};

export const mailOpen: Command = {
  name: 'mail open',
  summary: 'Print a link to read the outbox in a browser on this machine',
  details:
    'The link works for half an hour, and the newest alone. Whoever opens it reads every mail that waits, with the links in it, so\nkeep it on this machine. Every mail that is read is an event of the audit log. On a server that other machines reach there is\nno such page: name a mail server (HOLDFAST_SMTP_URL), or use `holdfast mail list` and `holdfast mail show`.',
  flags: {},
  examples: ['holdfast mail open', 'holdfast mail open --json'],
  exits: {
    [EXIT.done]: 'the link is printed',
    [EXIT.failed]: 'other machines reach this server; what to do instead is printed',
    [EXIT.unavailable]: 'no server runs on this data directory',
  },
  run: async (invocation) => {
    const { config } = await loadSettings(invocation);
    const { terminal } = invocation;
    try {
      const { status, body } = await callAdmin(config.dataDirectory, 'POST', '/api/v1/outbox/link', {});
      terminal.result(body as object);
      if (status === 201) {
        const { link, expiresAt } = body as { readonly link: string; readonly expiresAt: string };
        terminal.line(`Open this in a browser on this machine, until ${expiresAt}:`);
        terminal.line(`  ${terminal.paint(link, 'cyan')}`);
        return EXIT.done;
      }
      const { title } = body as { readonly title?: string };
      terminal.error(title ?? 'The server refused.');
      if (status === 409) {
        terminal.error('Name a mail server (HOLDFAST_SMTP_URL), and mail leaves by itself.');
        terminal.error('Until then: `holdfast mail list` and `holdfast mail show ID`, here.');
      }
      return EXIT.failed;
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error;
      terminal.error(error.message);
      return EXIT.unavailable;
    }
  },
};

async function ask(
  invocation: Invocation,
  path: string,
  show: (body: unknown, terminal: Terminal) => number | undefined | void,
): Promise<number> {
  const { config } = await loadSettings(invocation);
  const { terminal } = invocation;
  try {
    const { status, body } = await callAdmin(config.dataDirectory, 'GET', path);
    terminal.result(body as object);
    if (status === 200) return show(body, terminal) ?? EXIT.done;
    terminal.error(
      status === 404 ? 'There is no such mail.' : ((body as { title?: string }).title ?? 'The server refused.'),
    );
    return EXIT.failed;
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error;
    terminal.error(error.message);
    return EXIT.unavailable;
  }
}

/** Nothing of a stranger's reaches the terminal but an address, which has no control characters. */
function showLine(mail: Mail, terminal: Terminal): void {
  const status = terminal.paint(mail.status.padEnd(8), STYLES[mail.status] ?? 'bold');
  terminal.line(`${mail.id}  ${status}  ${mail.queuedAt}  ${mail.template}  ${mail.to}`);
  if (mail.lastError !== null)
    terminal.line(`  ${String(mail.attempts)} tries, the last: ${mail.lastError.replaceAll('_', ' ')}`);
}
