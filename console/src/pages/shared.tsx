// What others granted to who is signed in: as what, by which way, until when, and where to find it.
import { Anchor, Badge } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/empty.tsx';
import { type RowOf, ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';

type Shared = RowOf<'granted_object.list'>;

/** The page on which things of a kind are. */
const PAGES: Readonly<Record<string, string>> = { provider: '/providers', api_key: '/keys' };

const columns: readonly ServerColumn<'granted_object.list'>[] = [
  { title: 'What', text: ({ object }) => object.name ?? object.id, show: (row) => <Name {...row} />, sort: 'name' },
  { title: 'Kind', text: ({ object }) => object.kind.replaceAll('_', ' ') },
  { title: 'As', text: ({ level }) => level, show: ({ level }) => <Badge>{level}</Badge> },
  { title: 'By', text: ({ by }) => by },
  {
    title: 'Until',
    text: ({ expiresAt }) => expiresAt ?? '',
    show: ({ expiresAt }) => <Time at={expiresAt} none="without end" />,
    sort: 'expiresAt',
  },
];

export function SharedWithYou() {
  return (
    <Page title="Shared with you" about="Single objects that you may use beside what your role lets you do.">
      <ServerTable
        name="Shared with you"
        operation="granted_object.list"
        columns={columns}
        rowKey={({ object, by }) => `${object.id} ${by}`}
        empty={
          <Empty title="Nothing is shared with you">
            Whoever manages a provider or a key can grant it to you, to a team of yours, or to a project you are in.
          </Empty>
        }
      />
    </Page>
  );
}

function Name({ object }: Shared) {
  const name = object.name ?? object.id;
  const to = PAGES[object.kind];
  if (to === undefined) return name;
  return <Anchor renderRoot={(props: object) => <Link {...props} to={to} />}>{name}</Anchor>;
}
