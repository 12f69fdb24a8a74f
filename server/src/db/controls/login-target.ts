// What controls of the database's door need, and the kinds of evidence they bring.
import type { Database } from '#verification/instance.ts';

export type LoginTarget = { readonly database?: Pick<Database, 'query' | 'logIn'> };

export const KINDS = { role: 'pg.role', logins: 'pg.logins', address: 'pg.address', link: 'pg.link' } as const;
