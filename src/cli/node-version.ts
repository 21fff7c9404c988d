// A Node that is too old fails somewhere in the middle, with a stack that names no cause.

/** As `engines` of package.json. */
export const OLDEST_NODE = '24.15';

/** One sentence; undefined: this Node will do. */
export function refuseOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `this is Node ${version}, and secretmount needs ${OLDEST_NODE} or newer; install one, or put it first on the PATH`;
}
