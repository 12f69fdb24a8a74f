// Asks who is calling before a large body is read, so that strangers can't fill memory.
import type { Call } from '#kernel/call.ts';
import { holdToCeiling, holdToNetworks, identify } from '#kernel/gate.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Permission } from '#kernel/permissions.ts';

/**
 * Throws what the pipeline would throw for this credential: 401, or 403 when its rights could never suffice or its network is
 * shut out. The pipeline asks again; a valid credential is never counted as a failure, so asking twice costs one more look-up
 * and nothing else.
 */
export async function proveCaller(
  kernel: Kernel,
  call: Call,
  path: string,
  needed: readonly (readonly Permission[])[],
): Promise<void> {
  const principal = await identify(kernel, call, { path, isPublic: false });
  holdToNetworks(principal, call, path);
  holdToCeiling(principal, needed, false);
}
