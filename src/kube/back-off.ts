// How long to wait before the API server is asked again: full jitter, since all nodes lose it together.

/** An API server that restarts behind a load balancer is often back within it. */
const FIRST_CEILING_MS = 1_000;
/** What client-go's reflector waits at most: a pod's end is still seen soon after a long outage. */
const LONGEST_CEILING_MS = 30_000;

/** @param failures in a row; 0 for the pause after a success. */
export function backOffMs(failures: number, random: () => number): number {
  return random() * Math.min(LONGEST_CEILING_MS, FIRST_CEILING_MS * 2 ** Math.max(0, failures - 1));
}
