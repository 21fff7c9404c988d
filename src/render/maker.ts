// What each kind of source implements, in a file of its own (makers.ts lists them): an object becomes files.

import { MountError } from '../errors.ts';
import { TooLong } from '../json-text/go-form.ts';
import type { MatchBudget } from '../patterns.ts';
import type { SourceKind } from '../plan/object-table.ts';
import type { PlanObject, Read, Source } from '../plan/plan.ts';
import type { OpenAnswers } from './open-answers.ts';

export interface MadeFile {
  readonly path: string;
  readonly contents: Uint8Array;
  /** Set if the object has several files: METHOD path#key, for a person. */
  readonly from?: string;
}

export function describeKey({ method, path }: Pick<Read, 'method' | 'path'>, key: string): string {
  return `${method} ${path}#${key}`;
}

export type SourceOf<Kind extends SourceKind> = Extract<Source, { readonly kind: Kind }>;

/** Most files of one object: as many as a class may have objects. */
export const MOST_FILES = 1_000;

/** Makes the files of one mount. */
export interface Maker<Kind extends SourceKind> {
  /** Pure: the same answers make the same files. @returns at least one. @throws MountError key-missing if it is absent */
  make(object: PlanObject, source: SourceOf<Kind>): readonly MadeFile[];
}

export interface MakerSetting {
  readonly answers: OpenAnswers;
  readonly budget: MatchBudget;
  /** An HMAC under this key reveals nothing of the content. The key is the same for the same volume (version.ts). */
  readonly versionKey: Uint8Array;
  /** Reports a problem to fix although the mount succeeded, once per volume. */
  readonly warn: (object: PlanObject, text: string) => void;
}

export type NewMaker<Kind extends SourceKind> = (setting: MakerSetting) => Maker<Kind>;

/** Turns TooLong into a MountError. @throws MountError */
export function withinAnswer<T>(make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    if (!(thrown instanceof TooLong)) throw thrown;
    const text = 'the file alone comes to over 4 MiB, and the driver takes 4 MiB at most; mount single keys of it';
    throw new MountError('files-too-large', text);
  }
}
