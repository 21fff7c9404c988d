// How long one call may take: the mount's own time, but never past the caller's deadline. The driver ignores a response
// after that deadline, so the error with the real reason must be sent before it.

/** Reserved for sending the response. If no more than this is left before the deadline, the call times out at once. */
const MARGIN_MS = 500;

/** @param deadline as grpc-js gives it: a Date, milliseconds since 1970, or Infinity if the caller set none. */
export function callTimeMs(deadline: Date | number, wallMs: number, mountTimeoutMs: number): number {
  const leftMs = Number(deadline) - wallMs;
  return Math.max(0, Math.min(mountTimeoutMs, leftMs - MARGIN_MS));
}
