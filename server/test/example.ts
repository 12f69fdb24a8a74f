// What an example is: a valid call of a route or stream, made fresh for whoever is to make it.
import type { Credential } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { StreamingCall } from '#kernel/stream-pipeline.ts';
import type { Person } from './people.ts';
import type { World } from './world.ts';

export type Stage = {
  readonly world: World;
  /** The owner of the organization that everything happens in. */
  readonly owner: Person;
  /** Somebody who does nothing but sign in. */
  readonly visitor: Person;
  /** Address of a model provider that answers, up to its version. */
  readonly upstream: string;
};

export type Example = {
  readonly call: Partial<StreamingCall>;
  /** Parameters that name nothing, where they are no ids. */
  readonly nowhere?: Readonly<Record<string, string>>;
  /** Puts back what the matrix still needs and the call took away. */
  readonly settle?: () => Promise<unknown>;
  /** A kernel that sees the installation otherwise, for routes of the first run. */
  readonly on?: Kernel;
  /** A credential of the caller’s that this call uses up. */
  readonly credential?: Credential;
};

/** Makes what the call is about, fresh, owned by `actor` where things have owners; a member of the organization. */
export type MakeExample = (stage: Stage, actor: Person) => Example | Promise<Example>;
