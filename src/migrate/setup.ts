// What the input does not say, as the plugin or the operator was told it elsewhere: from the command line.

/** By the names of their projects. */
export const SYSTEMS = ['argocd-vault-plugin'] as const;

export interface Setup {
  /** Undefined: the daemon's. The same for the next three. */
  readonly address: string | undefined;
  readonly storeNamespace: string | undefined;
  readonly authMount: string | undefined;
  readonly audience: string | undefined;
  readonly kvVersion: string;
  /** Of manifests that name none. */
  readonly namespace: string;
  /** Whether Secrets that no pod takes are written for the sync controller. */
  readonly isSyncOnly: boolean;
  /** Whether the systems to move are named, so that nothing is said of others. */
  readonly isOnlyFrom: boolean;
}
