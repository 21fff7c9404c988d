// The injector's annotations of one pod: their values, and the entry of the table that each belongs to.
import type { YamlMap } from '../../yaml/node.ts';
import type { Position } from '../../yaml/position.ts';
import { isTrue } from '../go-bool.ts';
import { ANNOTATIONS, type AnnotationText, PREFIX } from './annotation-table.ts';

export interface Annotation {
  /** With its prefix. */
  readonly fullName: string;
  readonly name: string;
  readonly value: string;
  readonly at: Position;
}

export class Annotations {
  readonly list: readonly Annotation[];
  readonly #byName: ReadonlyMap<string, Annotation>;

  constructor(map: YamlMap | undefined) {
    this.list = [...(map?.fields ?? [])].flatMap(([fullName, { at, value }]) =>
      fullName.startsWith(PREFIX)
        ? [{ fullName, name: fullName.slice(PREFIX.length), value: value.kind === 'scalar' ? value.text : '', at }]
        : [],
    );
    this.#byName = new Map(this.list.map((one) => [one.name, one]));
  }

  find(name: string): Annotation | undefined {
    return this.#byName.get(name);
  }

  /** Undefined also if it is empty. */
  text(name: string): string | undefined {
    return this.#byName.get(name)?.value || undefined;
  }

  isOn(name: string): boolean {
    return isTrue(this.text(name));
  }
}

export interface Entry {
  readonly text: AnnotationText;
  /** The name of a file or a parameter; empty: the annotation has none. */
  readonly suffix: string;
}

/** Longer names first: `agent-inject-template-file-x` is no template of `file-x`. */
const WITH_SUFFIX = Object.entries(ANNOTATIONS)
  .filter(([, { hasSuffix }]) => hasSuffix)
  .map(([name, text]) => [name.endsWith('-') ? name : `${name}-`, text] as const)
  .sort(([a], [b]) => b.length - a.length);

/** Undefined: the injector knows none of that name. */
export function entryOf(name: string): Entry | undefined {
  const whole = Object.hasOwn(ANNOTATIONS, name) ? ANNOTATIONS[name] : undefined;
  if (whole !== undefined && !whole.hasSuffix) return { text: whole, suffix: '' };
  const [prefix, text] = WITH_SUFFIX.find(([one]) => name.startsWith(one) && name.length > one.length) ?? [];
  return prefix === undefined || text === undefined ? undefined : { text, suffix: name.slice(prefix.length) };
}
