// What each frame of a page showed, from its first paint on: its head, whether it still waits, how much there is to read.
import type { Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';

export type Frame = {
  /** Since the navigation began. */
  readonly atMs: number;
  readonly heading: string;
  readonly isBusy: boolean;
  /** Characters of the page that can be read. */
  readonly read: number;
};

const RECORD = `
  globalThis.seenFrames = [];
  const look = () => {
    const main = document.querySelector('main');
    const heading = main?.querySelector('h1')?.innerText ?? '';
    const isBusy = main?.querySelector('[aria-busy=true]') != null;
    globalThis.seenFrames.push({ atMs: performance.now(), heading, isBusy, read: main?.innerText.length ?? 0 });
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

/** Records every frame of every page that is opened from now on. */
export async function recordFrames(page: Page): Promise<void> {
  await page.addInitScript(RECORD);
}

/** Waits until a frame was recorded that has a head. */
export function untilHeaded(page: Page): Promise<void> {
  const headed = "(globalThis.seenFrames ?? []).some(({ heading }) => heading !== '')";
  return until(() => page.evaluate<boolean>(headed), 'a frame has a head');
}

/** The frames since the page was opened, or since this was asked last. */
export async function takeFrames(page: Page): Promise<readonly Frame[]> {
  return page.evaluate<readonly Frame[]>('globalThis.seenFrames.splice(0)');
}

/** What is wrong with how a page came about: it may be bare until its script runs, and from then on never again. */
export function faultsOf(frames: readonly Frame[], name: string): readonly string[] {
  const first = frames.findIndex(({ heading }) => heading !== '');
  if (first === -1) return ['no frame has a heading'];
  const begun = frames.slice(first);
  const faults: string[] = [];
  if (!begun[0]?.isBusy) faults.push('its first frame waits for nothing, though no reply can be there');
  if (begun.at(-1)?.isBusy !== false) faults.push('its last frame still waits');
  for (const { heading, isBusy, read, atMs } of begun) {
    const when = `the frame at ${atMs.toFixed(0)} ms`;
    if (heading !== name) faults.push(`${when} is headed “${heading}”`);
    if (!isBusy && read <= (begun[0]?.read ?? 0)) faults.push(`${when} waits for nothing and shows nothing`);
  }
  return faults;
}

/** When something stood there, and when all did. */
export function paceOf(frames: readonly Frame[]): string {
  const whole = (ms: number | undefined): string => `${(ms ?? Number.NaN).toFixed(0)} ms`;
  const first = frames.find(({ heading }) => heading !== '')?.atMs;
  const lastBusy = frames.findLast(({ isBusy }) => isBusy)?.atMs ?? 0;
  const all = frames.find(({ atMs, heading }) => atMs > lastBusy && heading !== '')?.atMs;
  return `head and skeleton at ${whole(first)}, all at ${whole(all)}`;
}
