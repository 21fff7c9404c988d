// Who keeps a connection if too many want one. Whoever connects and says nothing loses its place to whoever comes: a
// kubelet's probe speaks at once and is answered within milliseconds, so it is never the one that was silent longest.
// If the newest were refused instead, 300 silent clients would fail every probe, and the kubelet would end the daemon.
import type { Socket } from 'node:net';

export interface ConnectionBounds {
  readonly most: number;
  /** From one remote address: a pod has one, and so has the kubelet. */
  readonly mostPerAddress: number;
}

/**
 * So long a connection may be silent before its address's bound ends it: a request is read within it, also while its
 * own address dials anew thousands of times a second.
 */
const GRACE_MS = 50;

interface Open {
  readonly address: string;
  /** performance.now() of its last request, or of its start. */
  readonly spokeAt: number;
}

export class Connections {
  readonly #bounds: ConnectionBounds;
  /** The one that was silent longest first. */
  readonly #open = new Map<Socket, Open>();
  readonly #counts = new Map<string, number>();

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  /** Takes one in; if its address has too many, or all together, the one that was silent longest goes. */
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

  /** It has sent a whole request. */
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

  /** The address that has most: whoever takes the places pays with its own. */
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
