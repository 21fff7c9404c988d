// Bounds on the YAML that is read, and the errors for exceeding them. Exceeding a bound stops parsing at once, whatever
// else is wrong with the text.
import { type Position, START } from './position.ts';

export interface YamlBounds {
  readonly bytes: number;
  /** Levels of lists and maps. */
  readonly depth: number;
  readonly depthFix: string;
  /** Values, with aliases written out. */
  readonly nodes: number;
  /** Tokens of any kind, including spaces and comments. Also the most lines. */
  readonly tokens: number;
  /** Characters of all scalars together, with aliases written out. */
  readonly chars: number;
  /** What to do about too much. */
  readonly fix: string;
}

export class YamlRefusal extends Error {
  readonly at: Position;

  constructor(at: Position, message: string) {
    super(message);
    this.at = at;
  }
}

export function tooLarge({ bytes, fix }: YamlBounds): YamlRefusal {
  return new YamlRefusal(START, `larger than ${bytes / 1024} KiB; ${fix}`);
}

export function tooManyTokens({ tokens, fix }: YamlBounds, at: Position): YamlRefusal {
  return new YamlRefusal(at, `more than ${tokens} words, marks and comments up to here; ${fix}`);
}

export function tooManyNodes({ nodes, fix }: YamlBounds, at: Position): YamlRefusal {
  return new YamlRefusal(at, `more than ${nodes} values up to here; ${fix}`);
}

export function tooDeep({ depth, depthFix }: YamlBounds, at: Position): YamlRefusal {
  return new YamlRefusal(at, `nested deeper than ${depth} levels; ${depthFix}`);
}

export function tooMuchAliased({ nodes, chars }: YamlBounds, at: Position): YamlRefusal {
  const mib = chars / 1024 / 1024;
  return new YamlRefusal(at, `aliases grow it beyond ${nodes} values or ${mib} MiB here; write less with "*"`);
}
