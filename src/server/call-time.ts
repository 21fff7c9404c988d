// How long one call may take: the mount's own time, inside the caller's deadline. An answer after that deadline
// reaches nobody, so the error with the real reason must leave before it.

/** Left for the answer's way out. A deadline closer than this cannot be met; the call then gets what is left. */
const MARGIN_MS = 500;

/** @param deadline as grpc-js gives it: a Date, milliseconds since 1970, or Infinity if the caller set none. */
export function callTimeMs(deadline: Date | number, wallMs: number, mountTimeoutMs: number): number {
  const leftMs = Number(deadline) - wallMs;
  return Math.max(0, Math.min(mountTimeoutMs, leftMs - MARGIN_MS));
}
