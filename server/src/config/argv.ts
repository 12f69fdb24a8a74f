// Refuses secrets on the command line: every user of the machine can read it, and shells keep it.
import type { Fault } from './fault.ts';
import { looksLikeSecret } from './secret-shapes.ts';

const secretName =
  /(?:^|-)(?:password|passwd|passphrase|pass|pwd|secret|token|credentials?|api-?key|access-?key|private-?key|master-?key|encryption-?key|secret-?key|database-?url|dsn|bearer)$/;
const fix =
  'Leave the value out to be asked for it, pass - to read it from standard input, or give the path of a file. Then replace this secret: others may have seen it.';

/** Every secret among the arguments, by position and flag; never its value. Empty when there is none. */
export function refuseSecretsInArgv(argv: readonly string[]): readonly Fault[] {
  return argv.flatMap((argument, index): Fault[] => {
    const flag = secretFlagBefore(argument, argv[index - 1]) ?? secretFlagIn(argument);
    if (flag === undefined && !looksLikeSecret(argument) && !isSecretAssignment(argument)) return [];
    const key = flag === undefined ? `argument ${index + 1}` : `argument ${index + 1} (--${flag})`;
    return [{ key, problem: 'is a secret on the command line', fix }];
  });
}

/** The secret flag this argument is the value of. A secret may begin with a dash, so only `--x` and `-x` end a flag. */
function secretFlagBefore(argument: string, before: string | undefined): string | undefined {
  if (before === undefined || before.includes('=') || isSafeValue(argument)) return undefined;
  return /^--|^-[A-Za-z]$/.test(argument) ? undefined : findSecretFlag(before);
}

/** The secret flag this argument is, when its value is in it. */
function secretFlagIn(argument: string): string | undefined {
  const at = argument.indexOf('=');
  return at < 0 || isSafeValue(argument.slice(at + 1)) ? undefined : findSecretFlag(argument.slice(0, at));
}

/** The name of a flag that takes a secret, lower case and without its dashes. */
function findSecretFlag(argument: string): string | undefined {
  const name = /^--?([A-Za-z][\w.-]{0,40})$/.exec(argument)?.[1]?.toLowerCase().replaceAll(/[_.]/g, '-');
  return name !== undefined && secretName.test(name) ? name : undefined;
}

/** Standard input is no secret, and neither is nothing. */
function isSafeValue(value: string): boolean {
  return value === '-' || value === '';
}

/** NAME=value of an environment, as in `holdfast start HOLDFAST_METRICS_CREDENTIAL=…`. */
function isSecretAssignment(argument: string): boolean {
  const name = /^([A-Za-z_]\w*)=./.exec(argument)?.[1];
  return name !== undefined && secretName.test(name.toLowerCase().replaceAll('_', '-'));
}
