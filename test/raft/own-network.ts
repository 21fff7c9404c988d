// A network of the suite's own, in which a node can be unplugged: packets to it vanish, as those to a machine without
// power. Each node has an address on the loopback; without it they go to a device that nobody reads.
import { execFileSync } from 'node:child_process';

const VOID = 'void0';
const hostOf = (number: number) => `10.99.0.${number}`;

export class OwnNetwork {
  private constructor() {}

  /** @throws Error in a network that others use: there `lo` is up */
  static setUp(): OwnNetwork {
    if (/[<,]UP[,>]/.test(ip('link', 'show', 'lo')))
      throw new Error('--unplug needs a network of its own: unshare -rn');
    ip('link', 'set', 'lo', 'up');
    ip('tuntap', 'add', VOID, 'mode', 'tun');
    ip('address', 'add', `${hostOf(1)}/24`, 'dev', VOID);
    ip('link', 'set', VOID, 'up');
    return new OwnNetwork();
  }

  addHost(index: number): string {
    const host = hostOf(11 + index);
    this.plug(host);
    return host;
  }

  plug(host: string): void {
    ip('address', 'add', `${host}/32`, 'dev', 'lo');
  }

  unplug(host: string): void {
    ip('address', 'delete', `${host}/32`, 'dev', 'lo');
  }
}

function ip(...args: readonly string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8' });
}
