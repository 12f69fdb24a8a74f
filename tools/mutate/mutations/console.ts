// Sabotages of the console: what everybody must be able to see, read and reach.
import type { Mutation } from '../mutation.ts';

export const consoleMutations: readonly Mutation[] = [
  {
    name: 'words-go-while-somebody-looks',
    file: 'console/src/ui/toasts.ts',
    find: 'if (!isHeld) begin(lastId);',
    replace: 'begin(lastId);',
    mustTurnRed: 'console/src/ui/toasts.test.ts :: nothing goes while somebody looks',
    isQuick: true,
  },
];
