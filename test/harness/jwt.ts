// Service account tokens as a kubelet projects them, signed with a key of our own, for the jwt login and
// for the TokenReview stand-in of the kubernetes login.
import { generateKeyPairSync, sign, verify } from 'node:crypto';

export interface TokenClaims {
  readonly namespace?: string;
  readonly account?: string;
  readonly accountUid?: string;
  /** null: a token that is not bound to a pod. */
  readonly pod?: string | null;
  readonly podUid?: string;
  readonly audience?: string;
  /** Negative: a token that has ended. */
  readonly lifeSeconds?: number;
}

export interface TokenMint {
  /** PEM, for `jwt_validation_pubkeys`. */
  readonly publicKeyPem: string;
  mintJwt(claims?: TokenClaims): string;
  /** The payload where the signature is ours and the token has not ended. */
  verifyJwt(token: string): Record<string, unknown> | undefined;
}

export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

export function createTokenMint(): TokenMint {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const header = encode({ alg: 'ES256', kid: 'test' });
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    mintJwt(claims = {}) {
      const body = `${header}.${encode(payload(claims))}`;
      const signature = sign('sha256', Buffer.from(body), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${body}.${signature.toString('base64url')}`;
    },
    verifyJwt(token) {
      const [head = '', body = '', signature = ''] = token.split('.');
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
      if (!verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) return undefined;
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
      return (claims['exp'] as number) * 1000 > Date.now() ? claims : undefined;
    },
  };
}

function payload(claims: TokenClaims): Record<string, unknown> {
  const { namespace = 'default', account = 'app', pod = 'app-0' } = claims;
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: ISSUER,
    sub: `system:serviceaccount:${namespace}:${account}`,
    aud: [claims.audience ?? 'vault'],
    iat: now - 60,
    nbf: now - 60,
    exp: now + (claims.lifeSeconds ?? 3600),
    'kubernetes.io': {
      namespace,
      serviceaccount: { name: account, uid: claims.accountUid ?? `uid-${namespace}-${account}` },
      ...(pod === null ? {} : { pod: { name: pod, uid: claims.podUid ?? `uid-${namespace}-${pod}` } }),
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
