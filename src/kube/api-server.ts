// The API server as config.ts or a kubeconfig finds it: only where things are.
import type { Secret } from '../secret.ts';

/** A text in a file, which may change there, or a given text, which never does. */
export type Source = { readonly path: string } | { readonly text: Secret<string> };

export interface ApiServer {
  readonly host: string;
  readonly port: number;
  /** A path before `/api`, without a slash at its end; empty as a rule. */
  readonly basePath: string;
  /** undefined: the system's roots. */
  readonly ca: Source | undefined;
  /** The name its certificate must carry, if that is not `host`. */
  readonly serverName: string | undefined;
  readonly skipVerify: boolean;
  /** Bearer token. */
  readonly token: Source | undefined;
  readonly certificate: { readonly cert: Source; readonly key: Source } | undefined;
  /** The namespace the provider lives in. */
  readonly namespace: string;
}
