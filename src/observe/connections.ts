// Limits connections. A new connection displaces the one that was silent longest. A kubelet's probe speaks at once and is
// answered within milliseconds, so it is never that one. If new connections were refused instead, 300 silent clients would
// fail every probe, and the kubelet would kill the daemon.
import type { Socket } from 'node:net';

export interface ConnectionBounds {
  readonly most: number;
  /** Limit for one remote address, such as a pod or the kubelet. */
  readonly mostPerAddress: number;
}

/**
 * A connection may be silent for this long before its address's limit closes it. A request arrives within it, even while the
 * address reconnects thousands of times a second.
 */
const GRACE_MS = 50;

interface Open {
  readonly address: string;
  /** performance.now() of its last request, or of its start. */
  readonly spokeAt: number;
}

export class Connections {
  readonly #bounds: ConnectionBounds;
  /** The longest silent first. */
  readonly #open = new Map<Socket, Open>();
  readonly #counts = new Map<string, number>();

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  /** Adds a connection; over the limit of its address, or of all, closes the one that was silent longest. */
  add(socket: Socket): void {
    const { most, mostPerAddress } = this.#bounds;
    const address = socket.remoteAddress ?? '';
    const now = performance.now();
    if ((this.#counts.get(address) ?? 0) >= mostPerAddress) this.#endOldest(address, now - GRACE_MS);
    if (this.#open.size >= most) this.#endOldest(this.#busiest(), now);
    this.#open.set(socket, { address, spokeAt: now });
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
    socket.once('close', () => this.#forget(socket));
  }

  /** Called when it has sent a whole request. */
  spoke(socket: Socket): void {
    const open = this.#open.get(socket);
    if (open === undefined) return;
    this.#open.delete(socket);
    this.#open.set(socket, { ...open, spokeAt: performance.now() });
  }

  #endOldest(address: string, silentSince: number): void {
    for (const [socket, { address: other, spokeAt }] of this.#open) {
      if (spokeAt > silentSince) return;
      if (other !== address) continue;
      this.#forget(socket);
      socket.destroy();
      return;
    }
  }

  /** The address with the most connections: whoever fills the table pays for it. */
  #busiest(): string {
    let [busiest, most] = ['', 0];
    for (const [address, count] of this.#counts) if (count > most) [busiest, most] = [address, count];
    return busiest;
  }

  #forget(socket: Socket): void {
    const open = this.#open.get(socket);
    if (open === undefined) return;
    this.#open.delete(socket);
    const left = (this.#counts.get(open.address) ?? 1) - 1;
    if (left === 0) this.#counts.delete(open.address);
    else this.#counts.set(open.address, left);
  }
}
