// A template of Vault Secrets Operator with what it reads of its resource written out: labels and annotations are in no
// store. What it reads of the secret's metadata is kept if it can be read beside the secret.
import type { Branch, Command, List, Operand, Pipe, Statement } from '../../template/parse/node.ts';
import { quoted } from '../../template/print/quoted.ts';
import { isBareDot, isDot } from './print-template.ts';

export interface Frozen {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** True for KV version 2. */
  readonly hasMetadata: boolean;
}

/** Another template that is called, and whether with all that the first has. */
export interface Call {
  readonly name: string;
  readonly isRoot: boolean;
}

const CUSTOM = 'custom_metadata';

export class FreezingCopy {
  readonly #frozen: Frozen;
  readonly calls: Call[] = [];
  readsMetadata = false;
  hasFrozen = false;
  /** The first thing that cannot be kept. */
  problem: string | undefined;

  constructor(frozen: Frozen) {
    this.#frozen = frozen;
  }

  /** @param isRoot its dot has Secrets, Metadata and so on. */
  copy(list: List, isRoot: boolean): List {
    return list.map((node) => this.#statement(node, isRoot, isRoot));
  }

  /** @param isDollar `$` is the root, also where the dot is something else. */
  #list(list: List, isRoot: boolean, isDollar: boolean): List {
    return list.map((node) => this.#statement(node, isRoot, isDollar));
  }

  #statement(node: Statement, isRoot: boolean, isDollar: boolean): Statement {
    switch (node.type) {
      case 'text':
      case 'break':
      case 'continue':
        return node;
      case 'action':
        return { ...node, pipe: this.#pipe(node.pipe, isRoot, isDollar) };
      case 'template': {
        if (isBareDot(node.pipe)) {
          const [word] = node.pipe?.commands[0]?.words ?? [];
          this.calls.push({ name: node.name, isRoot: word?.type === 'dot' ? isRoot : isDollar });
          return node;
        }
        this.calls.push({ name: node.name, isRoot: false });
        return { ...node, pipe: node.pipe && this.#pipe(node.pipe, isRoot, isDollar) };
      }
      default:
        return this.#branch(node, isRoot, isDollar);
    }
  }

  #branch(node: Branch, isRoot: boolean, isDollar: boolean): Branch {
    const { otherwise } = node;
    return {
      ...node,
      pipe: this.#pipe(node.pipe, isRoot, isDollar),
      list: this.#list(node.list, node.type === 'if' && isRoot, isDollar),
      otherwise: otherwise && this.#list(otherwise, isRoot, isDollar),
    };
  }

  #pipe(pipe: Pipe, isRoot: boolean, isDollar: boolean): Pipe {
    const commands = pipe.commands.map((command) => ({
      ...command,
      words: command.words.map((word) => this.#word(word, isRoot, isDollar)),
    }));
    return { ...pipe, commands };
  }

  #word(word: Operand, isRoot: boolean, isDollar: boolean): Operand {
    if (word.type === 'pipe') return this.#pipe(word, isRoot, isDollar);
    if (word.type === 'chain') return { ...word, node: this.#word(word.node, isRoot, isDollar) };
    if (isDot(word) && (word.type === 'dot' ? isRoot : isDollar)) {
      this.problem ??= 'it takes all that it has by one dot; name what it takes, for example .Secrets';
      return word;
    }
    const isField = word.type === 'field' || (word.type === 'variable' && word.name === '$');
    if (!isField) return word;
    const [first = '', ...rest] = word.fields;
    if (!['Labels', 'Annotations', 'Metadata'].includes(first)) return word;
    if (!(word.type === 'field' ? isRoot : isDollar)) {
      this.problem ??= `it may read ${first} of its resource where that cannot be known; write $.${first}, or the value`;
      return word;
    }
    if (first !== 'Metadata') return this.#written(first, rest, word.position);
    if (rest[0] !== CUSTOM || !this.#frozen.hasMetadata)
      this.problem ??= `it reads Metadata; only .Metadata.${CUSTOM} of KV version 2 can be read beside a secret`;
    this.readsMetadata = true;
    return word;
  }

  #written(name: string, fields: readonly string[], position: number): Operand {
    this.hasFrozen = true;
    const values = name === 'Labels' ? this.#frozen.labels : this.#frozen.annotations;
    const text = (value: string) => ({ type: 'string', value, text: quoted(value), position }) as const;
    const [key = '', more] = fields;
    const one = more === undefined ? values.get(key) : undefined;
    if (one !== undefined) return text(one);
    const words: Operand[] = [{ type: 'identifier', name: 'dict', position }];
    for (const [label, value] of values) words.push(text(label), text(value));
    const command: Command = { type: 'command', words, position };
    const dict: Pipe = { type: 'pipe', declared: [], isAssignment: false, commands: [command], position };
    return fields.length === 0 ? dict : { type: 'chain', node: dict, fields, position };
  }
}
