// Which keys a template takes of what it is rendered over.
import type { Command, List, Operand, Pipe } from '../../template/parse/node.ts';

export interface RootFields {
  readonly names: ReadonlySet<string>;
  /** It takes all of it, by a dot. */
  readonly takesAll: boolean;
}

/** @param trees of a template and what it defines. @param main its own name. */
export function rootFields(trees: ReadonlyMap<string, List>, main: string): RootFields {
  return new Walk(trees).run(main);
}

/** Functions whose second argument is a key of the first. */
const BY_KEY = ['index', 'get', 'hasKey'];

class Walk {
  readonly #trees: ReadonlyMap<string, List>;
  readonly #names = new Set<string>();
  readonly #called = new Set<string>();
  #takesAll = false;

  constructor(trees: ReadonlyMap<string, List>) {
    this.#trees = trees;
  }

  run(main: string): RootFields {
    this.#call(main);
    return { names: this.#names, takesAll: this.#takesAll };
  }

  /** Follows a template that gets the whole root as its data. */
  #call(name: string): void {
    if (this.#called.has(name)) return;
    this.#called.add(name);
    this.#list(this.#trees.get(name) ?? [], true);
  }

  /** @param isRoot whether the dot is all of it; `$` always is. Recurses as deep as its parser allows. */
  #list(list: List, isRoot: boolean): void {
    for (const node of list) {
      if (node.type === 'action') this.#pipe(node.pipe, isRoot);
      else if (node.type === 'template') {
        const [word, ...more] = node.pipe?.commands[0]?.words ?? [];
        if (word !== undefined && more.length === 0 && node.pipe?.commands.length === 1 && isAll(word, isRoot))
          this.#call(node.name);
        else if (node.pipe !== undefined) this.#pipe(node.pipe, isRoot);
      } else if (node.type === 'if' || node.type === 'with' || node.type === 'range') {
        this.#pipe(node.pipe, isRoot);
        this.#list(node.list, isRoot && node.type === 'if');
        this.#list(node.otherwise ?? [], isRoot);
      }
    }
  }

  #pipe({ commands }: Pipe, isRoot: boolean): void {
    for (const command of commands) this.#command(command, isRoot);
  }

  #command({ words }: Command, isRoot: boolean): void {
    const [first, holder, key] = words;
    const isByKey = first?.type === 'identifier' && BY_KEY.includes(first.name);
    if (isByKey && holder !== undefined && isAll(holder, isRoot) && key?.type === 'string') {
      this.#names.add(key.value);
      for (const word of words.slice(3)) this.#word(word, isRoot);
    } else for (const word of words) this.#word(word, isRoot);
  }

  #word(word: Operand, isRoot: boolean): void {
    if (word.type === 'pipe') this.#pipe(word, isRoot);
    else if (word.type === 'chain') this.#word(word.node, isRoot);
    else if (isAll(word, isRoot)) this.#takesAll = true;
    else if ((word.type === 'field' && isRoot) || (word.type === 'variable' && word.name === '$'))
      this.#names.add(word.fields[0] ?? '');
  }
}

function isAll(word: Operand, isRoot: boolean): boolean {
  return word.type === 'dot' ? isRoot : word.type === 'variable' && word.name === '$' && word.fields.length === 0;
}
