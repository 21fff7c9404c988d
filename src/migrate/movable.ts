// A Secret or ConfigMap, or its generator, with the store's values for its keys, or with what prevents the move. It moves
// whole or stays.
import type { Secret } from '../secret.ts';
import type { Position } from '../yaml/position.ts';
import type { Connection } from './connection.ts';
import type { Input } from './input.ts';
import type { KeyFilter } from './key-filter.ts';
import type { Kind } from './kinds.ts';
import type { Labels } from './labels.ts';
import type { LeaseFields, ObjectValue, Renaming, StoreRead } from './store-value.ts';
import type { ObjectKind } from './uses.ts';

export interface MovableValue {
  readonly at: Position;
  readonly value: ObjectValue;
  readonly warnings: readonly string[];
}

/** Why a value has no place in a class. */
export interface NotMapped {
  readonly kind: Kind;
  readonly why: string;
}

export interface Obstacle extends NotMapped {
  /** Set if another resource is the cause: the store. */
  readonly input?: Input;
  readonly at: Position;
}

/** All keys of a path, without their names. */
export interface AllKeys extends Omit<StoreRead, 'key'>, LeaseFields {
  readonly renames: readonly Renaming[];
  /** Named keys take precedence over these. */
  readonly at: Position;
  /** Undefined: all that are not named. */
  readonly filter?: KeyFilter;
}

/** The request apart from its path, and how long the answer is kept. */
export type StoreRequest = Pick<StoreRead, 'method' | 'args'> & LeaseFields;

/** Keys whose names only the store knows. */
export interface UnnamedKeys {
  /** Namespace of the store; undefined: the daemon's. */
  readonly namespace: string | undefined;
  readonly path: string;
}

export function keyOfPath({ namespace, path }: UnnamedKeys): string {
  return JSON.stringify([namespace, path]);
}

/** A secret of KV version 2. */
export interface StoreWrite {
  /** As a class names it. */
  readonly path: string;
  readonly data: Secret<Readonly<Record<string, string>>>;
}

/** A secret in AWS Secrets Manager. Its keys are those that pods name. */
export interface AwsSecret {
  /** A name or an ARN. */
  readonly id: string;
  readonly version: string | undefined;
}

export interface Movable {
  /** The resource in whose place the classes stand. */
  readonly input: Input;
  /** What pods take: the resource itself, or what an operator makes of it. */
  readonly of: ObjectKind;
  readonly name: string;
  readonly connection: Connection;
  /** What a synced Secret has beside its data. */
  readonly secret: { readonly type: string; readonly labels: Labels };
  /** By key, in the order of the input. */
  readonly values: ReadonlyMap<string, MovableValue>;
  readonly all: AllKeys | undefined;
  /** Each pod has values of its own, which end with it. */
  readonly isLeased?: boolean;
  /** In place of all keys of a path: the class is one of the AWS provider. */
  readonly aws?: AwsSecret;
  /** What --resolve asks for; undefined: the path of `all`. */
  readonly unnamed?: readonly UnnamedKeys[];
  readonly obstacles: readonly Obstacle[];
  /** What has to be in the store before a pod can mount it. */
  readonly write?: StoreWrite;
  /** Tells what became of the rest of it. */
  readonly reportRest: () => void;
}
