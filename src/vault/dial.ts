// Dials a new TLS connection on which the store chooses HTTP/2 or HTTP/1.1 (ALPN). It uses the agent's own lookup, proxy,
// certificates and resumed sessions.
import type https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Phase } from './failure.ts';

export interface Dialled {
  /** How far the connection has got. */
  readonly phase: Phase;
  /** Resolves once connected and verified. Rejects with the connection's error. */
  readonly connected: Promise<TLSSocket>;
  giveUp(): void;
}

export interface Dialling {
  /** The agent's options, beyond the address. */
  readonly ways: https.AgentOptions;
  readonly create: https.Agent['createConnection'];
  readonly host: string;
  readonly port: number;
  readonly isProxied: boolean;
}

export function dial({ ways, create, host, port, isProxied }: Dialling): Dialled {
  let socket: Socket | undefined;
  let isGivenUp = false;
  const connected = new Promise<TLSSocket>((resolve, reject) => {
    const onSocket = (error: Error | null, found: Socket | undefined) => {
      socket = found;
      if (isGivenUp || error !== null) found?.destroy();
      if (error !== null) return reject(error);
      if (!(found instanceof TLSSocket)) return reject(new Error('the connection has no TLS'));
      if (isGivenUp) return reject(new Error('nobody waits for it any longer'));
      whenSecure(found).then(() => resolve(found), reject);
    };
    const { timeout: _idle, ...kept } = ways;
    const options = {
      servername: isIP(host) === 0 ? host : '',
      ...kept,
      host,
      port,
      path: null,
      ALPNProtocols: ['h2', 'http/1.1'],
      _agentKey: `${host}:${port} by choice`,
    };
    // Through a proxy, `create` returns the connection to the proxy; the tunnel arrives by callback.
    const begun = create(options as object, (error, stream) => onSocket(error, stream as Socket | undefined)) as Socket;
    socket = begun;
    if (!isProxied) onSocket(null, begun);
  });
  return {
    get phase() {
      const isSecuring = socket instanceof TLSSocket && !socket.connecting;
      return isSecuring ? 'handshaking' : 'connecting';
    },
    connected,
    giveUp() {
      isGivenUp = true;
      socket?.destroy();
    },
  };
}

/** A tunnel is already secure when it arrives. */
function whenSecure(socket: TLSSocket & { readonly secureConnecting?: boolean }): Promise<void> {
  if (!socket.secureConnecting) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const onClose = () => reject(Object.assign(new Error('closed before it was secure'), { code: 'ECONNRESET' }));
    socket.once('error', reject).once('close', onClose);
    socket.once('secureConnect', () => {
      socket.off('error', reject).off('close', onClose);
      resolve();
    });
  });
}
