// What went wrong before the store could answer: no connection, a broken one, TLS, no answer in time.
// Texts are the same for the same failure and name the address, what to check, and for a timeout how far
// the request had come.
import { MountError } from '../errors.ts';
import { CONNECT_SECONDS } from './connecting.ts';

/** How far a request had got when it timed out. */
export type Phase = 'queued' | 'connecting' | 'handshaking' | 'waiting' | 'receiving';

const PHASES: Readonly<Record<Phase, string>> = {
  queued: 'its time was over before it could be sent',
  connecting: 'no connection came about',
  handshaking: 'connected, but the TLS handshake did not end',
  waiting: 'connected and sent, but no answer came',
  receiving: 'the answer began and did not end',
};

/** The parts of a route that messages show. */
interface Destination {
  readonly endpoint: string;
  readonly trust: string;
  readonly serverName: string;
  /** True if a store redirected the request there; `endpoint` names the store. */
  readonly isRedirected?: boolean;
}

/** A malformed answer is handled as an error; the message says what the store did. */
export class NoAnswer extends Error {}

export function malformed(operation: string, { endpoint }: Pick<Destination, 'endpoint'>, what: string): MountError {
  const fix = "check that the address is the store's own, and the store's api_addr";
  return new MountError('store-malformed-response', `${operation}: ${endpoint} ${what}; ${fix}`);
}

/** The error for a request that HTTP cannot express. */
export function uncarried(operation: string, cause: unknown): MountError {
  const what = 'its method, path or namespace holds a character that HTTP cannot carry';
  return new MountError('request-refused', `${operation}: ${what}`, { cause });
}

/** The failure is the reason of the caller's abort if that is a MountError; any other abort is a timeout. */
export function abortFailure(signal: AbortSignal, operation: string, to: Destination, phase: Phase): MountError {
  if (signal.reason instanceof MountError) return signal.reason;
  return new MountError('store-timeout', `${operation}: ${to.endpoint} did not answer in time: ${PHASES[phase]}`, {
    cause: signal.reason,
  });
}

/** System error codes of failed connections, and the message for each. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections; is the store running, and is this its port?',
  ENOENT: 'is not there; is the agent that makes the socket running, and is its folder mounted',
  EACCES: 'may not be used by the provider; check the mode of the socket',
  ENOTFOUND: 'is a name that does not resolve; check the address',
  EAI_AGAIN: 'is a name that could not be looked up; is DNS working on this node',
  EHOSTUNREACH: 'cannot be reached from this node',
  ENETUNREACH: 'cannot be reached from this node',
  EHOSTDOWN: 'cannot be reached from this node',
  EADDRNOTAVAIL: 'cannot be reached from this node',
  ETIMEDOUT: `did not take the connection within ${CONNECT_SECONDS} s; is its machine up, and do firewalls and network policies let this node through?`,
  ERR_PROXY_TUNNEL: 'could not be reached, as the proxy would not pass the connection on',
};

/** A standby redirects to its leader for some seconds after that is gone. */
function ofLeader(unreachable: string): string {
  const [what] = unreachable.split(';');
  return `${what}; if it was the leader, its store elects another; if it runs, correct its api_addr`;
}

/** Replaces a node error, whose message may quote received data, by our own. */
export function connectionFailure(error: Error, operation: string, to: Destination): MountError {
  if (error instanceof MountError) {
    if (error.reason !== 'address-refused') return error;
    const where = to.isRedirected ? `${to.endpoint}: ` : '';
    return new MountError(error.reason, `${operation}: ${where}${error.message}`);
  }
  if (error instanceof NoAnswer) return malformed(operation, to, error.message);
  const { code = '' } = error as NodeJS.ErrnoException;
  const unreachable = UNREACHABLE[code];
  if (unreachable !== undefined) {
    const text = to.isRedirected ? ofLeader(unreachable) : unreachable;
    return new MountError('store-unreachable', `${operation}: ${to.endpoint} ${text}`, { cause: error });
  }
  const tls = tlsTrouble(code, to);
  if (tls !== undefined) return new MountError('store-tls', `${operation}: ${to.endpoint}: ${tls}`, { cause: error });
  const what = code.startsWith('HPE_') ? 'answered with something that is not HTTP' : 'broke the connection off';
  const fix = code.startsWith('HPE_') ? '; check the address and the port' : ' before its answer was complete';
  return new MountError('store-connection-reset', `${operation}: ${to.endpoint} ${what}${fix}`, { cause: error });
}

const UNTRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
  'CERT_CHAIN_TOO_LONG',
]);

/** The store's certificate chain ends before any CA. */
const UNLINKED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** TLS alerts by which a server rejects a client's certificate. */
const CLIENT_CERTIFICATE_ALERT =
  /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_|HANDSHAKE_FAILURE)/;

function tlsTrouble(code: string, { trust, serverName }: Destination): string | undefined {
  if (UNTRUSTED.has(code)) {
    // A leaf with an unknown signer may still belong to the right CA, by an intermediate that the store did not send.
    const isUnlinked = UNLINKED.has(code);
    const missing = isUnlinked ? ', or a certificate between the two is missing' : '';
    const orSend = isUnlinked ? ', or let the store send its intermediate certificates with its own' : '';
    const fix = 'set vaultCACertPath or vaultCADirectory to the CA that signed it';
    return `its certificate is not signed by ${trust}${missing}; ${fix}${orSend}`;
  }
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired; renew it at the store';
  if (code === 'CERT_NOT_YET_VALID') return "its certificate is not valid yet; check the node's clock";
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `its certificate is not for ${serverName}; correct the address, or set vaultTLSServerName to a name in it`;
  if (CLIENT_CERTIFICATE_ALERT.test(code))
    return 'it turned our side of TLS away; if it asks for client certificates, set vaultTLSClientCertPath and vaultTLSClientKeyPath to one it knows';
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return 'it does not speak TLS; check the port, or write http:// if that is meant';
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('CERT_'))
    return `TLS failed (${code}); check which TLS versions and ciphers the store takes`;
  return undefined;
}
