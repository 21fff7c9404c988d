// How much YAML is read, and the refusals that say so. A bound that is passed ends the reading, whatever
// else is wrong with the text.
import { type Place, START } from './position.ts';

export interface YamlBounds {
  readonly bytes: number;
  /** Levels of lists and maps. */
  readonly depth: number;
  readonly depthCure: string;
  /** Values, with aliases written out. */
  readonly nodes: number;
  /** Of any kind, spaces and comments too; lines as well. */
  readonly tokens: number;
  /** Of all scalars together, with aliases written out. */
  readonly chars: number;
  /** What to do about too much. */
  readonly cure: string;
}

export class YamlRefusal extends Error {
  readonly at: Place;

  constructor(at: Place, message: string) {
    super(message);
    this.at = at;
  }
}

export function tooLarge({ bytes, cure }: YamlBounds): YamlRefusal {
  return new YamlRefusal(START, `larger than ${bytes / 1024} KiB, ${cure}`);
}

export function tooManyTokens({ tokens, cure }: YamlBounds, at: Place): YamlRefusal {
  return new YamlRefusal(at, `more than ${tokens} words, marks and comments up to here, ${cure}`);
}

export function tooManyNodes({ nodes, cure }: YamlBounds, at: Place): YamlRefusal {
  return new YamlRefusal(at, `more than ${nodes} values up to here, ${cure}`);
}

export function tooDeep({ depth, depthCure }: YamlBounds, at: Place): YamlRefusal {
  return new YamlRefusal(at, `nested deeper than ${depth} levels, ${depthCure}`);
}

export function tooMuchAliased({ nodes, chars }: YamlBounds, at: Place): YamlRefusal {
  const mib = chars / 1024 / 1024;
  return new YamlRefusal(at, `aliases grow it beyond ${nodes} values or ${mib} MiB here, write less with "*"`);
}
