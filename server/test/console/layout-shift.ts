// What moved on a page: the browser's own layout shifts, and a look at where words stood before and after.
import type { Page } from 'playwright-core';

export type Shift = { readonly value: number; readonly sources: readonly string[] };

const COLLECT = `
  globalThis.seenShifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      const told = sources.map(({ node, previousRect, currentRect }) =>
        (node?.nodeName ?? '?') + ' ' + String(node?.textContent ?? '').slice(0, 40)
        + ' ' + [previousRect.x, previousRect.y, previousRect.height].map(Math.round).join()
        + ' -> ' + [currentRect.x, currentRect.y, currentRect.height].map(Math.round).join());
      globalThis.seenShifts.push({ value, sources: told });
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

/** Collects from the first paint of every page that is opened from now on, also right after an input of a person. */
export async function collectShifts(page: Page): Promise<void> {
  await page.addInitScript(COLLECT);
}

/** What moved since the page was opened, or since this was asked last. */
export async function takeShifts(page: Page): Promise<readonly Shift[]> {
  // Two frames, so that what the last reply painted is told.
  return page.evaluate<
    readonly Shift[]
  >(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
    setTimeout(() => resolve(globalThis.seenShifts.splice(0)), 0))))`);
}

export type Place = { readonly x: number; readonly y: number };

const PLACES = `(() => {
  const places = {};
  for (const element of document.querySelectorAll('h1, h2, label, th, button, a, legend')) {
    const text = (element.getAttribute('aria-label') ?? element.innerText ?? '').trim();
    const { x, y, width } = element.getBoundingClientRect();
    if (text === '' || width === 0 || element.closest('[aria-busy=true]')) continue;
    const name = element.nodeName + ' ' + text;
    (places[name] ??= []).push({ x: Math.round(x), y: Math.round(y) });
  }
  return places;
})()`;

/** Where headings, labels, heads of columns, buttons and links stand, by their words; those that stand twice are left out. */
export async function placesOf(page: Page): Promise<ReadonlyMap<string, Place>> {
  const found = await page.evaluate<Readonly<Record<string, readonly Place[]>>>(PLACES);
  const single = Object.entries(found).flatMap(([name, places]) => {
    const [place] = places;
    return place === undefined || places.length > 1 ? [] : [[name, place] as const];
  });
  return new Map(single);
}

/** What stood somewhere else before, also when the page has put another element in its place. */
export function findMoved(before: ReadonlyMap<string, Place>, after: ReadonlyMap<string, Place>): readonly string[] {
  return [...before].flatMap(([name, from]) => {
    const to = after.get(name);
    if (to === undefined || (Math.abs(to.x - from.x) <= 1 && Math.abs(to.y - from.y) <= 1)) return [];
    return [`${name}: ${String(from.x)},${String(from.y)} -> ${String(to.x)},${String(to.y)}`];
  });
}
