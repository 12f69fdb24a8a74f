// The first page of a visit is read out by the browser, and its keyboard begins at the head; on later ones the focus is led.

let isFirst = true;

/** Asked once by each page that is shown. */
export function isLaterPage(): boolean {
  const isLater = !isFirst;
  isFirst = false;
  return isLater;
}
