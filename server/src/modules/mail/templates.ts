// Every mail there is, as data. Subjects are constants: nothing that anybody wrote goes into one.

/** `{name}` stands for a value; a link is a line of its own. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly label: string; readonly value: string };

export type MailTemplate = {
  readonly subject: string;
  /** Every value the blocks name. `origin` is always there. */
  readonly values: readonly string[];
  readonly blocks: readonly Block[];
};

const text = (words: string): Block => ({ kind: 'text', text: words });
const link = (label: string): Block => ({ kind: 'link', label, value: 'link' });

const NOT_YOU = 'Was it not you? Then do nothing: without this link nothing changes.';

export const mailTemplates = {
  password_reset: {
    subject: 'Set a new password',
    values: ['link', 'minutes'],
    blocks: [
      text('Somebody asked for a new password for your account at {origin}.'),
      link('Set a new password'),
      text('The link works once, for {minutes} minutes.'),
      text(NOT_YOU),
    ],
  },
  password_changed: {
    subject: 'Your password was changed',
    values: [],
    blocks: [
      text('The password of your account at {origin} was changed, and other devices were signed out.'),
      text('Was it not you? Ask for a new password on the sign-in page at once, and tell your administrator.'),
    ],
  },
  email_verification: {
    subject: 'Confirm your e-mail address',
    values: ['link', 'hours'],
    blocks: [
      text('Please confirm that this is the address of your account at {origin}.'),
      link('Confirm the address'),
      text('The link works once, for {hours} hours.'),
      text(NOT_YOU),
    ],
  },
  email_change_old: {
    subject: 'Confirm the change of your e-mail address',
    values: ['link', 'minutes', 'newEmail'],
    blocks: [
      text('The address of your account at {origin} is to become {newEmail}.'),
      link('Confirm the change'),
      text('It is changed when both addresses have confirmed. The link works once, for {minutes} minutes.'),
      text('Was it not you? Then do not confirm, change your password, and tell your administrator.'),
    ],
  },
  email_change_new: {
    subject: 'Confirm your new e-mail address',
    values: ['link', 'minutes'],
    blocks: [
      text('This address is to become that of an account at {origin}.'),
      link('Confirm the new address'),
      text('It is changed when both addresses have confirmed. The link works once, for {minutes} minutes.'),
      text(NOT_YOU),
    ],
  },
  email_changed: {
    subject: 'Your e-mail address was changed',
    values: ['newEmail'],
    blocks: [
      text('The address of your account at {origin} is now {newEmail}. Mail for the account goes there from now on.'),
      text('Was it not you? Tell your administrator at once.'),
    ],
  },
  invitation: {
    subject: 'You are invited to an organization',
    values: ['link', 'days', 'organization', 'role', 'inviter'],
    blocks: [
      text('{inviter} invites you to the organization “{organization}” at {origin}, with the role “{role}”.'),
      link('Look at the invitation'),
      text('The link works once, for {days} days, and for this address alone.'),
      text('Do you know nothing of this? Then do nothing: without this link nothing changes.'),
    ],
  },
  guest_invitation: {
    subject: 'Something is shared with you',
    values: ['link', 'days', 'organization', 'inviter', 'what', 'level'],
    blocks: [
      text(
        '{inviter} shares one thing of the organization “{organization}” at {origin} with you: {what}, with the level “{level}”. You see nothing else of it.',
      ),
      link('Look at the invitation'),
      text('The link works once, for {days} days, and for this address alone.'),
      text('Do you know nothing of this? Then do nothing: without this link nothing changes.'),
    ],
  },
  access_review_started: {
    subject: 'A review of access waits for you',
    values: ['name', 'days'],
    blocks: [
      text(
        'The review of access “{name}” of an organization at {origin} was started. You are asked to decide about it.',
      ),
      text('Sign in and look at the page of access reviews. It is due in {days} days.'),
    ],
  },
  access_review_due: {
    subject: 'A review of access is due soon',
    values: ['name', 'due'],
    blocks: [
      text(
        'The review of access “{name}” of an organization at {origin} is due on {due}, and not everything is decided.',
      ),
      text('Sign in and look at the page of access reviews.'),
    ],
  },
  access_review_closed: {
    subject: 'A review of access is over',
    values: ['name'],
    blocks: [
      text('The time of the review of access “{name}” of an organization at {origin} is over, and it was closed.'),
      text('What nobody decided about stands in its evidence, on the page of access reviews.'),
    ],
  },
  ownership_offered: {
    subject: 'An organization is offered to you',
    values: ['giver', 'days'],
    blocks: [
      text('{giver} offers you the ownership of an organization at {origin} that you are a member of.'),
      text('Sign in and look at the page of members to accept or decline. The offer ends after {days} days.'),
      text('Do you know nothing of this? Then decline, and tell your administrator.'),
    ],
  },
  new_sign_in: {
    subject: 'New sign-in to your account',
    values: ['when', 'address', 'device'],
    blocks: [
      text('Your account at {origin} was signed in to from a device that had not been used before.'),
      text('When: {when}. Where: {address}. With: {device}.'),
      text('Was it you? Then there is nothing to do.'),
      text('Was it not you? Ask for a new password on the sign-in page at once, and tell your administrator.'),
    ],
  },
  factor_added: {
    subject: 'A second factor was added to your account',
    values: [],
    blocks: [
      text('A second factor was added to your account at {origin}, and other devices were signed out.'),
      text('Was it not you? Ask for a new password on the sign-in page at once, and tell your administrator.'),
    ],
  },
  factor_removed: {
    subject: 'A second factor of your account was removed',
    values: [],
    blocks: [
      text('A second factor of your account at {origin} was removed, and other devices were signed out.'),
      text('Was it not you? Ask for a new password on the sign-in page at once, and tell your administrator.'),
    ],
  },
  factors_reset: {
    subject: 'The second factors of your account were reset',
    values: [],
    blocks: [
      text(
        'An administrator took all second factors of your account at {origin} away, and every device was signed out.',
      ),
      text(
        'You may be asked to enroll a new one when you sign in. Did you not ask for this? Tell your administrator at once.',
      ),
    ],
  },
  networks_cleared: {
    subject: 'The network rules of your organization were taken away',
    values: ['slug'],
    blocks: [
      text(
        'The operator of {origin} took the network rules of the organization {slug} away, and those of its keys: people and keys are let in from everywhere.',
      ),
      text('Did you not ask for this? Tell your operator at once, and put the rules again.'),
    ],
  },
  api_key_exposed: {
    subject: 'An API key of your organization was marked as exposed',
    values: ['name'],
    blocks: [
      text(
        'Somebody of your organization at {origin} said that the text of an API key was seen by others. The key was ended at once.',
      ),
      text('The key is called: {name}'),
      text(
        'Look at what it was used for, on its page or in the log, and make a new one for the programs that need it.',
      ),
    ],
  },
  provider_exposed: {
    subject: 'The secret of a model provider was marked as exposed',
    values: ['name'],
    blocks: [
      text('Somebody of your organization at {origin} said that the secret of a model provider was seen by others.'),
      text('The provider is called: {name}'),
      text(
        'End that secret where it was made, at the provider, and give the provider a new one. Until then calls are refused, unless whoever marked it chose to go on with it.',
      ),
    ],
  },
  api_key_leaked: {
    subject: 'An API key was found where it does not belong',
    values: ['name'],
    blocks: [
      text(
        'Somebody showed the server at {origin} the whole text of an API key that you answer for. The key was ended at once.',
      ),
      text('The key is called: {name}'),
      text(
        'Make a new one for the programs that used it, look at what the old one was used for, and remove its text from where it was found.',
      ),
    ],
  },
  api_key_leaked_before: {
    subject: 'The former text of an API key was found where it does not belong',
    values: ['name'],
    blocks: [
      text(
        'Somebody showed the server at {origin} the text that an API key had before its last rotation. That text does not work any more; the new one does.',
      ),
      text('The key is called: {name}'),
      text('Look at what it was used for, and see that every program has the new text.'),
    ],
  },
  emergency_sealed: {
    subject: 'The emergency credential of your organization was sealed anew',
    values: ['slug'],
    blocks: [
      text(
        'Somebody who manages the security of {slug} at {origin} sealed a new emergency credential, in two parts for two people. Parts that were sealed before open nothing any more.',
      ),
      text('Do you not know who keeps the parts? Ask at once, and seal anew.'),
    ],
  },
  emergency_requested: {
    subject: 'Emergency access to your organization was requested',
    values: ['slug', 'reason', 'by'],
    blocks: [
      text('Emergency access to {slug} at {origin} was requested {by}. The reason that was given: {reason}'),
      text('Did you not expect this? Sign in and end the request under Break-glass at once, and tell your operator.'),
    ],
  },
  emergency_opened: {
    subject: 'An emergency session is open in your organization',
    values: ['slug', 'reason', 'minutes'],
    blocks: [
      text(
        'An emergency session is open in {slug} at {origin}, with the rights of an owner, for {minutes} minutes. The reason that was given: {reason}',
      ),
      text('Did you not expect this? Sign in and end it under Break-glass at once, and tell your operator.'),
    ],
  },
  emergency_ended: {
    subject: 'The emergency session in your organization has ended',
    values: ['slug'],
    blocks: [
      text('The emergency session or request in {slug} at {origin} has ended.'),
      text('What was done in it is in the audit log. Write a review under Break-glass, and seal a new credential.'),
    ],
  },
  emergency_due: {
    subject: 'A review of emergency access is due',
    values: ['slug'],
    blocks: [
      text('Emergency access to {slug} at {origin} was used, and its review or a new seal is missing.'),
      text('Write the review and seal a new credential under Break-glass. You are reminded every day until then.'),
    ],
  },
} as const satisfies Readonly<Record<string, MailTemplate>>;

export type TemplateName = keyof typeof mailTemplates;
export type TemplateValues<T extends TemplateName> = Readonly<
  Record<(typeof mailTemplates)[T]['values'][number], string>
>;
