// Which release this is.
import { release } from '../release.ts';
import { type Command, EXIT } from './command.ts';

export const versionCommand: Command = {
  name: 'version',
  summary: 'Show the version of Holdfast, of Node and of the schema',
  details: 'Prints what a bug report needs.',
  flags: {},
  examples: ['holdfast version', 'holdfast version --json'],
  exits: { [EXIT.done]: 'always' },
  run: async ({ terminal }) => {
    terminal.line(`holdfast ${release.version} · node ${process.versions.node} · schema ${release.schema}`);
    terminal.result({ version: release.version, node: process.versions.node, schema: release.schema });
    return EXIT.done;
  },
};
