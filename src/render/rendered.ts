// The result of a mount: files with their modes and versions, or what failed of them.
import type { MountError } from '../errors.ts';
import type { PlanObject } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';

export interface RenderedFile {
  /** The object that the file belongs to. */
  readonly object: PlanObject;
  readonly path: string;
  /** 0 to 0o777. */
  readonly mode: number;
  readonly contents: Secret<Uint8Array>;
  /** Set if it is one of several files of its object: METHOD path#key. */
  readonly from?: string;
}

export interface RenderedVersion {
  /** The object's name. */
  readonly id: string;
  readonly version: string;
}

/** An object that failed; the error does not name the object. */
export interface ObjectFailure {
  readonly object: PlanObject;
  readonly error: MountError;
}

export interface Rendered {
  readonly files: readonly RenderedFile[];
  readonly versions: readonly RenderedVersion[];
  readonly failures: readonly ObjectFailure[];
  /** Problems to fix although the mount succeeded. */
  readonly warnings: readonly string[];
  /** The length of the answer to the driver, exactly as it will be encoded. */
  readonly sizeBytes: number;
}
