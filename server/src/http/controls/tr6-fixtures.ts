// What TR6 tells apart: tables of sockets as declared, and those that only look so.
import type { Fixtures } from '@holdfast/controls/control.ts';
import { fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { observeSockets, type SocketFacts } from './tr6-socket-evidence.ts';

export const PUBLIC = 'public socket';
export const PRIVATE = 'internal socket';
export const UNDECLARED = 'further socket';

type Purpose = 'public' | 'private' | 'sidecar';
const socket = (address: string, port: number) => ({ address, port });
const held = (purpose: Purpose, address: string, port: number) => ({ address, port, purpose });

const both = (port: number) => [socket('127.0.0.1', port), socket('0:0:0:0:0:0:0:1', port)];
const loopback: SocketFacts = {
  isReadable: true,
  listeners: [...both(7420), ...both(7421), socket('127.0.0.1', 50_123)],
  bound: [
    held('public', '127.0.0.1', 7420),
    held('public', '::1', 7420),
    held('private', '127.0.0.1', 7421),
    held('private', '::1', 7421),
  ],
  exposed: false,
  declared: {
    public: { addresses: ['127.0.0.1', '::1'], port: 7420 },
    private: { addresses: ['127.0.0.1', '::1'], port: 7421 },
  },
};
const exposed: SocketFacts = {
  ...loopback,
  listeners: [socket('0.0.0.0', 7420), socket('127.0.0.1', 7421)],
  bound: [held('public', '0.0.0.0', 7420), held('private', '127.0.0.1', 7421)],
  exposed: true,
  declared: { ...loopback.declared, public: { addresses: ['0.0.0.0'], port: 7420 } },
};
const see = (facts: SocketFacts) => [fixtureEvidence(observeSockets(facts))];
const mutant = (name: string, hits: string, facts: Partial<SocketFacts>) => ({
  name,
  from: 'loopback',
  apply: () => see({ ...loopback, ...facts }),
  hits,
});
const withListener = (name: string, address: string) =>
  mutant(name, UNDECLARED, { listeners: [...loopback.listeners, socket(address, 9229)] });
/** The private socket is at this address instead, as declared, believed and listed. */
const privateAt = (address: string): Partial<SocketFacts> => ({
  listeners: [...both(7420), socket(address, 7421)],
  bound: [...loopback.bound.slice(0, 2), held('private', address, 7421)],
  declared: { ...loopback.declared, private: { addresses: [address], port: 7421 } },
});
const internal = (name: string, address: string) => mutant(name, PRIVATE, privateAt(address));

export const listeningFixtures: Fixtures = {
  good: [
    { name: 'loopback', evidence: see(loopback) },
    { name: 'exposed', evidence: see(exposed) },
    {
      name: 'no IPv6',
      evidence: see({
        ...loopback,
        listeners: [socket('127.0.0.1', 7420), socket('127.0.0.1', 7421)],
        bound: loopback.bound.filter(({ address }) => address === '127.0.0.1'),
      }),
    },
  ],
  mutants: [
    internal('an internal port on every address', '0.0.0.0'),
    internal('an internal port on every address of IPv6', '::'),
    internal('the same, as tables write it', '*'),
    internal('an internal port on the network', '10.0.0.5'),
    internal('an internal port on a mapped address of the network', '::ffff:10.0.0.5'),
    internal('an internal port on a name', 'localhost'),
    mutant('a sidecar on the network', PRIVATE, {
      listeners: [...loopback.listeners, socket('0.0.0.0', 50_051)],
      bound: [...loopback.bound, held('sidecar', '0.0.0.0', 50_051)],
    }),
    withListener('a debugger on every address', '0.0.0.0'),
    withListener('a debugger on every address of IPv6', '0:0:0:0:0:0:0:0'),
    withListener('a debugger anywhere', '*'),
    mutant('a port that another process has', PRIVATE, { listeners: both(7420) }),
    mutant('a port beside the right one', PUBLIC, { listeners: [...both(74_200), ...both(7421)] }),
    mutant('a public port on the network, undeclared', PUBLIC, {
      listeners: [socket('0.0.0.0', 7420), ...both(7421)],
      bound: [held('public', '0.0.0.0', 7420), ...loopback.bound.slice(2)],
    }),
    mutant('another port than was declared', PUBLIC, {
      declared: { ...loopback.declared, public: { addresses: ['127.0.0.1', '::1'], port: 443 } },
    }),
    mutant('a declared address that is not bound', PUBLIC, {
      declared: { ...loopback.declared, public: { addresses: ['127.0.0.1', '::1', '127.0.0.2'], port: 7420 } },
    }),
    {
      name: 'exposed, with an internal port on every address',
      from: 'exposed',
      apply: () =>
        see({
          ...exposed,
          listeners: [socket('0.0.0.0', 7420), socket('0.0.0.0', 7421)],
          bound: [held('public', '0.0.0.0', 7420), held('private', '0.0.0.0', 7421)],
        }),
      hits: PRIVATE,
    },
  ],
  notApplicable: [],
  blind: [
    { name: 'nothing listens', evidence: see({ ...loopback, listeners: [] }) },
    { name: 'nothing is bound yet', evidence: see({ ...loopback, bound: [] }) },
    { name: 'no table', evidence: see({ ...loopback, isReadable: false, listeners: [] }) },
  ],
  same: [
    {
      name: 'loopback, mapped into IPv6',
      as: 'loopback',
      evidence: see({ ...loopback, ...privateAt('::ffff:127.0.0.1') }),
    },
    {
      name: 'loopback, with its interface',
      as: 'loopback',
      evidence: see({ ...loopback, ...privateAt('127.0.0.1%lo') }),
    },
    {
      name: 'every address, spelled out',
      as: 'an internal port on every address of IPv6',
      evidence: see({ ...loopback, ...privateAt('0:0:0:0:0:0:0:0') }),
    },
  ],
};
