// How every check ends: all faults at once, one line each, and an exit status that says what happened.

export const EXIT_FAULTS = 1;
export const EXIT_USAGE = 2;
/** The check could not look at all; neither green nor red. */
export const EXIT_COULD_NOT_RUN = 3;

/** Prints the outcome of a check and sets the exit status: 0 without faults, EXIT_FAULTS with some. */
export function reportFaults(check: string, faults: readonly string[], summary: string): void {
  if (faults.length === 0) {
    process.stdout.write(`${check}: ${summary}\n`);
    return;
  }
  process.stderr.write(
    `${check}: ${String(faults.length)} fault(s)\n${faults.map((fault) => `- ${fault}\n`).join('')}`,
  );
  process.exitCode = EXIT_FAULTS;
}
