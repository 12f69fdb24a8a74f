// The command line of Holdfast: `holdfast <command>`.
import { runCommandLine } from './cli/run.ts';

process.exitCode = await runCommandLine(process.argv.slice(2));
