// What a page must have for hands that shake, eyes that magnify and screens that are small: looked for in what is painted.
import type { Page } from 'playwright-core';

/** WCAG 2.2, 2.5.8: 24 by 24 pixels, but for links within a sentence; a target may be smaller that has as much room around it. */
const SMALL = `(() => {
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[aria-hidden=true]');
  const targets = [...document.querySelectorAll('a[href], button, input, select, textarea, [role=option], [role=tab]')]
    .filter((element) => seen(element) && !element.classList.contains('skip') && element.type !== 'hidden');
  // What a label belongs to is pressed by it too.
  const boxOf = (element) => {
    const label = element.labels?.[0];
    const own = element.getBoundingClientRect();
    if (!label || !['checkbox', 'radio'].includes(element.type)) return own;
    const at = label.getBoundingClientRect();
    const [x, y] = [Math.min(own.x, at.x), Math.min(own.y, at.y)];
    return new DOMRect(x, y, Math.max(own.right, at.right) - x, Math.max(own.bottom, at.bottom) - y);
  };
  const boxes = targets.map((element) => ({ element, box: boxOf(element) })).filter(({ box }) => box.width > 0);
  const isInText = (element) => element.matches('p a, li a, span a');
  return boxes.filter(({ element, box }) => {
    if (box.width >= 24 && box.height >= 24) return false;
    if (isInText(element)) return false;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    return boxes.some((other) => other.element !== element && !other.element.contains(element) && !element.contains(other.element)
      && Math.max(other.box.x - x, x - other.box.right, 0) ** 2 + Math.max(other.box.y - y, y - other.box.bottom, 0) ** 2 < 144);
  }).map(({ element, box }) => element.nodeName + ' ' + (element.getAttribute('aria-label') ?? element.innerText ?? element.name)
    + ' is ' + Math.round(box.width) + ' by ' + Math.round(box.height));
})()`;

export function findSmall(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(SMALL);
}

/** What makes the page scroll sideways; tables may, within a part of their own that the keyboard reaches. */
const WIDE = `(() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement)
      if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) return at.tabIndex >= 0 || at.querySelector('button, a, input') !== null;
    return false;
  };
  const told = document.documentElement.scrollWidth > width ? ['the page is ' + document.documentElement.scrollWidth + ' wide'] : [];
  for (const element of document.querySelectorAll('main *')) {
    const { right, width: own } = element.getBoundingClientRect();
    if (own > 1 && right > width + 1 && element.checkVisibility() && !scrolls(element)) told.push(element.nodeName + ' ' + (element.innerText ?? '').slice(0, 40) + ' ends at ' + Math.round(right));
  }
  return told;
})()`;

export function findWide(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(WIDE);
}

/** WCAG 1.4.12, as a reader's own style sheet would have it. */
export const TEXT_SPACING = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})()`;

/** Words that do not fit in what holds them. */
const CUT = `[...document.querySelectorAll('main *, header *, nav *')].filter((element) => {
  const style = getComputedStyle(element);
  if (!element.checkVisibility({ visibilityProperty: true }) || element.matches('input, textarea, select, svg, svg *')) return false;
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
  const clips = style.overflowX !== 'visible' && !['auto', 'scroll'].includes(style.overflowX);
  return own && clips && element.clientWidth > 1 && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2);
}).map((element) => element.nodeName + ' ' + element.innerText.slice(0, 40))`;

export function findCut(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(CUT);
}

const STOP = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return '';
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const told = element.nodeName + ' ' + (element.getAttribute('aria-label') ?? element.innerText ?? element.name ?? '').slice(0, 40);
  const holder = element.closest('.mantine-Input-wrapper, .mantine-Checkbox-inner, .mantine-Radio-inner, label');
  const ring = (one) => one !== null && (getComputedStyle(one).outlineStyle !== 'none' || getComputedStyle(one).boxShadow !== 'none');
  const bar = element.querySelector(':scope > .chart-reach');
  const isMarked = ring(element) || bar !== null && getComputedStyle(bar).stroke !== 'none' || element.matches('input, select, textarea') && style.borderColor !== '' || ring(holder);
  const head = document.querySelector('header').getBoundingClientRect().bottom;
  const inHead = element.closest('header, .skip, nav') !== null;
  if (!isMarked) return told + ' does not show that it has the focus';
  if (!inHead && box.bottom <= head) return told + ' is under the head';
  if (box.bottom < 0 || box.y > innerHeight || box.right < 0 || box.x > innerWidth) return told + ' is out of sight';
  return 'fine';
})()`;

/** Goes through a page by Tab, forth and back, and says which stops cannot be seen. */
export async function findHidden(page: Page, stops: number): Promise<readonly string[]> {
  const hidden: string[] = [];
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let stop = 0; stop < stops; stop += 1) {
      await page.keyboard.press(key);
      const told = await page.evaluate<string>(STOP);
      if (told !== 'fine' && told !== '') hidden.push(`${key}: ${told}`);
    }
  }
  return hidden;
}
