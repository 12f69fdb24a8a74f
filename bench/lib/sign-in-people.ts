// Who signs in, the same people everywhere.

export type BenchPerson = { readonly name: string; readonly email: string; readonly password: string };

/** Of everybody here: the product takes no password that is easily guessed. */
export const PASSWORD = 'marble-Otter-94-quiet-lantern';

/** More than sign in at once, so that nobody waits for themselves. */
const PEOPLE_OF_A_KIND = 24;

function personOf(n: number): BenchPerson {
  return { name: `Person ${n}`, email: `person${n}@bench.example`, password: PASSWORD };
}

/** Those who sign in again and again. */
export const arriving = Array.from({ length: PEOPLE_OF_A_KIND }, (_, n) => personOf(n));
/** Those who sign in once and stay: where a person has ten sessions at most, the others' end. */
export const staying = Array.from({ length: PEOPLE_OF_A_KIND }, (_, n) => personOf(PEOPLE_OF_A_KIND + n));
