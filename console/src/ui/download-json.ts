// Hands a document to the person as a file of their browser.

export function downloadJson(name: string, document_: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(document_, undefined, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.toLowerCase().replaceAll(/\W+/g, '-')}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
