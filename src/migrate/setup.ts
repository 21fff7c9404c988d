// What the input does not say, as the plugin or the operator was told it elsewhere: from the command line.
import type { KeyObject } from 'node:crypto';

/** By the names of their projects. */
export const SYSTEMS = [
  'argocd-vault-plugin',
  'external-secrets',
  'vault-agent-injector',
  'vault-secrets-operator',
  'sealed-secrets',
  'aws-secret-operator',
] as const;

export type System = (typeof SYSTEMS)[number];

export interface Setup {
  /** Undefined: the daemon's. The same for the next three. */
  readonly address: string | undefined;
  readonly storeNamespace: string | undefined;
  readonly authMount: string | undefined;
  readonly audience: string | undefined;
  readonly kvVersion: string;
  /** Of manifests that name none. */
  readonly namespace: string;
  readonly isNamespaceGiven: boolean;
  /** Whether Secrets that no pod takes are written for the sync controller. */
  readonly isSyncOnly: boolean;
  /** Whether classes that need nothing are written better. */
  readonly isImproving?: boolean;
  /** Names of keys by their path (keyOfPath), as far as the store was asked. */
  readonly known: ReadonlyMap<string, readonly string[]>;
  /** Of Sealed Secrets, whose manifests name no store. */
  readonly sealed: {
    /** Of the controller; empty: nothing can be opened. */
    readonly keys: readonly KeyObject[];
    /** Of KV version 2, where the values go. */
    readonly mount: string;
    /** Whether they are put there. */
    readonly isWritten: boolean;
  };
  /** Undefined: all, and the resources of systems that are not migrated are named. */
  readonly from: readonly System[] | undefined;
}
