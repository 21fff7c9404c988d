// Settings that are not in the input: the plugin or operator got them elsewhere, so they come from the command line.
import type { KeyObject } from 'node:crypto';

/** The systems that `migrate` reads, each by the name of its project. */
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
  /** Namespace for manifests without one. */
  readonly namespace: string;
  readonly isNamespaceGiven: boolean;
  /** Whether Secrets that no pod takes are written for the sync controller. */
  readonly isSyncOnly: boolean;
  /** Whether classes that work as they are get improved. */
  readonly isImproving?: boolean;
  /** Names of keys by their path (keyOfPath), as far as the store was asked. */
  readonly known: ReadonlyMap<string, readonly string[]>;
  /** For Sealed Secrets, whose manifests name no store. */
  readonly sealed: {
    /** The controller's private keys; empty: nothing can be opened. */
    readonly keys: readonly KeyObject[];
    /** Mount of KV version 2 for the values. */
    readonly mount: string;
    /** Whether the values are written there. */
    readonly isWritten: boolean;
  };
  /** Undefined: all, and the resources of systems that are not migrated are named. */
  readonly from: readonly System[] | undefined;
}
