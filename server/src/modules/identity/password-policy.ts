// What a new password must be (ID1), asked at every place where one is set. Passwords that exist are never judged by it.
import { reveal, type Secret } from '#crypto/secret.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { isCommonPassword } from './common-passwords.ts';
import { measureStrength } from './strength.ts';

/** Whose password it is to be: what anybody knows of them is no secret. */
export type PasswordOwner = {
  readonly email: string;
  readonly name: string;
  /** What the strictest of the person's organizations demands, if one does. */
  readonly lengthMin?: number | undefined;
};

export type NewPasswordJudgement =
  | { readonly ok: true }
  /** In words that follow the name of the field. */
  | { readonly ok: false; readonly reason: 'unfit'; readonly problem: string }
  /** Nobody could judge it now: answer 429. */
  | { readonly ok: false; readonly reason: 'busy' };

export const PASSWORD_LENGTH_MIN = 12;
const SCORE_MIN = 4;
/** Shorter names are in any sentence. */
const KNOWN_LENGTH_MIN = 5;

/** Long enough, known to nobody, and either of four kinds of characters or hard to guess whatever it is made of. */
export async function checkNewPassword(password: Secret<string>, owner: PasswordOwner): Promise<NewPasswordJudgement> {
  const text = reveal(password, 'password.judge');
  const problem = findPlainProblem(text, owner);
  if (problem !== undefined) return { ok: false, reason: 'unfit', problem };
  if (countClasses(text) === CLASSES.length) return { ok: true };
  const strength = await measureStrength(password, knownOf(owner));
  if (!strength.ok) return strength;
  if (strength.score >= SCORE_MIN) return { ok: true };
  return {
    ok: false,
    reason: 'unfit',
    problem:
      'is easy to guess: add words that have nothing to do with each other, or mix lower and upper case, digits and signs',
  };
}

/** Throws `request.invalid` with the problem at the field, and `server.busy` when nobody could judge it. */
export async function demandNewPassword(
  password: Secret<string>,
  owner: PasswordOwner,
  pointer: string,
): Promise<void> {
  const judgement = await checkNewPassword(password, owner);
  if (judgement.ok) return;
  if (judgement.reason === 'busy') throw kernelErrors['server.busy']({ headers: { 'retry-after': '2' } });
  throw kernelErrors['request.invalid']({ fields: [{ pointer, message: judgement.problem }] });
}

function findPlainProblem(text: string, owner: PasswordOwner): string | undefined {
  const { length } = Array.from(text);
  if (length < PASSWORD_LENGTH_MIN) return `is shorter than ${PASSWORD_LENGTH_MIN} characters`;
  if (owner.lengthMin !== undefined && length < owner.lengthMin)
    return `is shorter than the ${owner.lengthMin} characters that your organization demands`;
  if (holdsKnown(text, owner)) return 'holds your address or your name: leave them out';
  return isCommonPassword(text) ? 'is one of those that everybody tries first' : undefined;
}

function holdsKnown(text: string, { email, name }: PasswordOwner): boolean {
  const lower = text.toLowerCase();
  return [email, email.split('@')[0] ?? '', name]
    .map((known) => known.trim().toLowerCase())
    .some((known) => lower.trim() === known || (known.length >= KNOWN_LENGTH_MIN && lower.includes(known)));
}

const CLASSES = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u] as const;

function countClasses(text: string): number {
  return CLASSES.filter((kind) => kind.test(text)).length;
}

function knownOf({ email, name }: PasswordOwner): readonly string[] {
  const parts = [email, name].flatMap((known) => [known, ...known.split(/[^\p{L}\p{N}]+/u)]);
  return [...new Set(['holdfast', ...parts])].filter((part) => part !== '');
}
