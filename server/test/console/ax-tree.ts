// A page as a screen reader has it: the accessibility tree of the browser, and nothing of what is painted.
import assert from 'node:assert/strict';
import type { CDPSession, Page } from 'playwright-core';

export type Spoken = {
  readonly role: string;
  readonly name: string;
  readonly description: string;
  /** Of the tree: `focused`, `invalid`, `required`, `level`, `live`, … */
  readonly states: Readonly<Record<string, unknown>>;
};

export type Listener = {
  /** Everything that can be said, in the order of the page. */
  readonly hear: () => Promise<readonly Spoken[]>;
  /** What has the focus. */
  readonly hearFocus: () => Promise<Spoken>;
};

type Value = { readonly value?: unknown } | undefined;

const textOf = (value: Value): string => (typeof value?.value === 'string' ? value.value : '');

export async function openListener(page: Page): Promise<Listener> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Accessibility.enable');
  const hear = async (): Promise<readonly Spoken[]> => {
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    return nodes
      .filter(({ ignored }) => !ignored)
      .map(({ role, name, description, properties = [] }) => ({
        role: textOf(role),
        name: textOf(name),
        description: textOf(description),
        states: Object.fromEntries(properties.map((property) => [property.name, property.value.value])),
      }));
  };
  return {
    hear,
    hearFocus: async () => {
      const focused = (await hear()).filter(({ role, states }) => states['focused'] === true && role !== 'RootWebArea');
      const last = focused.at(-1);
      assert.ok(last !== undefined, 'nothing has the focus');
      return last;
    },
  };
}

const NAMED = [
  'button',
  'link',
  'textbox',
  'combobox',
  'checkbox',
  'radio',
  'spinbutton',
  'tab',
  'dialog',
  'searchbox',
  'switch',
];

/** What a page must have for whoever moves by landmarks and heads, and what no control may lack. */
export function findUnspoken(spoken: readonly Spoken[], landmarks: readonly string[]): readonly string[] {
  const count = (role: string): number => spoken.filter((node) => node.role === role).length;
  const heads = spoken.filter(({ role, states }) => role === 'heading' && states['level'] === 1);
  return [
    ...landmarks.filter((role) => count(role) !== 1).map((role) => `${String(count(role))} of ${role}`),
    ...(heads.length === 1 ? [] : [`${String(heads.length)} heads of level 1`]),
    ...spoken
      .filter(({ role, name }) => NAMED.includes(role) && name.trim() === '')
      .map(({ role }) => `${role} without a name`),
  ];
}
