// The maker of each kind of source. A kind that only some classes need is loaded for the first such class, so that a daemon
// without one starts fast and stays small.

import type { SourceKind } from '../plan/object-table.ts';
import type { PlanObject, Source } from '../plan/plan.ts';
import { KeysMaker } from './keys.ts';
import type { MadeFile, MakerSetting, NewMaker } from './maker.ts';
import { renderedTemplate } from './template.ts';
import { TreeMaker } from './tree.ts';
import { ValueMaker } from './value.ts';

type NewMakers = { [Kind in SourceKind]?: NewMaker<Kind> };

const loaded: NewMakers = {
  value: (setting) => new ValueMaker(setting),
  keys: (setting) => new KeysMaker(setting),
  tree: (setting) => new TreeMaker(setting),
  template: () => ({ make: renderedTemplate }),
};

/** By kind; each is loaded by import(). */
const LOADERS: Partial<Record<SourceKind, (objects: readonly PlanObject[]) => Promise<NewMakers>>> = {
  expression: async () => {
    const { ExpressionMaker } = await import('./expression.ts');
    return { expression: (setting) => new ExpressionMaker(setting) };
  },
  format: async (objects) => {
    const { FormatMaker, loadWriters } = await import('./format.ts');
    await loadWriters(objects);
    return { format: (setting) => new FormatMaker(setting) };
  },
};

/** Call it before files are made of `objects`. */
export async function loadMakers(objects: readonly PlanObject[]): Promise<void> {
  const kinds = new Set(objects.map(({ source }) => source.kind));
  for (const kind of kinds) Object.assign(loaded, await LOADERS[kind]?.(objects));
}

/** Encrypting takes about as long as writing an answer of this length. */
const PKCS12_BYTES = 512 * 1024;

/** CPU work beyond going through the answers, as bytes of an answer. */
export function workOf(objects: readonly PlanObject[]): number {
  const encrypted = objects.filter(({ source }) => source.kind === 'format' && source.format === 'pkcs12');
  return PKCS12_BYTES * encrypted.length;
}

interface AnyMaker {
  make(object: PlanObject, source: Source): readonly MadeFile[];
}

/** The makers of one mount, each created for the first object of its kind. */
export class Makers {
  readonly #setting: MakerSetting;
  readonly #makers = new Map<SourceKind, AnyMaker>();

  constructor(setting: MakerSetting) {
    this.#setting = setting;
  }

  /** @throws MountError */
  make(object: PlanObject): readonly MadeFile[] {
    const { kind } = object.source;
    // A maker is found by the kind of its sources.
    const maker = this.#makers.get(kind) ?? (loaded[kind]?.(this.#setting) as AnyMaker | undefined);
    if (maker === undefined) throw new Error(`no maker was loaded for ${kind}`);
    this.#makers.set(kind, maker);
    return maker.make(object, object.source);
  }
}
