// Where a page may send somebody: within the console alone.

/** A path of ours: nothing that a browser takes for another host. */
export function isOwnPath(path: unknown): path is string {
  // Browsers drop tabs and line breaks inside addresses before they read them.
  return typeof path === 'string' && /^\/(?![/\\])/.test(path) && !/[\t\r\n]/.test(path);
}
