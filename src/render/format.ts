// One file in the form of its consumer.
import { Buffer } from 'node:buffer';
import { asMountError, MountError } from '../errors.ts';
import { writeDotenv } from '../format/dotenv.ts';
import { type Block, blocksOf, joinBlocks } from '../format/pem.ts';
import { writeProperties } from '../format/properties.ts';
import { Unfit } from '../format/unfit.ts';
import { writeYaml } from '../format/yaml.ts';
import { collect, TooLong, writeGoForm } from '../json-text/go-form.ts';
import type { JsonText } from '../json-text/json-text.ts';
import type { Sink } from '../json-text/sink.ts';
import { Lazy } from '../lazy.ts';
import type { DataFormat } from '../plan/object-table.ts';
import type { DataSource, FormatSource, PemSource, Pkcs12Source, PlanObject, Read } from '../plan/plan.ts';
import { quoteName } from '../printable.ts';
import { type MadeFile, type Maker, type MakerSetting, withinAnswer } from './maker.ts';
import type { OpenAnswers } from './open-answers.ts';
import { LARGEST_ANSWER_BYTES } from './size.ts';

const WRITERS: Readonly<Record<DataFormat, (data: JsonText, mostBytes: number, sink: Sink) => void>> = {
  json: (data, _, sink) => writeGoForm(data, sink),
  yaml: (data, _, sink) => writeYaml(data, sink),
  dotenv: writeDotenv,
  properties: writeProperties,
};

const pkcs12 = new Lazy(() => import('../format/pkcs12.ts'));

/** Needed by some formats only. */
export async function loadWriters(objects: readonly PlanObject[]): Promise<void> {
  if (objects.some(({ source }) => source.kind === 'format' && source.format === 'pkcs12')) await pkcs12.load();
}

export class FormatMaker implements Maker<'format'> {
  readonly #answers: OpenAnswers;
  readonly #versionKey: Uint8Array;
  /** Several objects may name one value of an answer: it is made once, or fails once. */
  readonly #made = new Map<string, unknown>();

  constructor({ answers, versionKey }: MakerSetting) {
    this.#answers = answers;
    this.#versionKey = versionKey;
  }

  make({ name }: PlanObject, source: FormatSource): readonly MadeFile[] {
    return [{ path: name, contents: this.#contents(source) }];
  }

  #contents(source: FormatSource): Uint8Array {
    if (source.format === 'pem') return this.#join(source);
    return source.format === 'pkcs12' ? this.#encrypt(source) : this.#write(source);
  }

  #write({ read, key, format }: DataSource): Uint8Array {
    const what = key === undefined ? read.path : `key ${quoteName(key)} of ${read.path}`;
    return this.#once(['data', read.key, format, key], () => {
      const data = key === undefined ? this.#answers.open(read).secretData(read.path) : this.#value(read, key);
      return fitting(what, format, () =>
        collect(LARGEST_ANSWER_BYTES, (sink) => WRITERS[format](data, LARGEST_ANSWER_BYTES, sink)),
      );
    });
  }

  #join({ read, keys, format }: PemSource): Uint8Array {
    return this.#once(['joined', read.key, ...keys], () => {
      const parts = keys.map((key) => this.#pem(read, key).bytes);
      const length = parts.reduce((sum, bytes) => sum + bytes.length, 0);
      if (length > LARGEST_ANSWER_BYTES) throw new TooLong('the blocks are too long');
      if (length > 0) return Buffer.concat(parts, length);
      throw new MountError('format-refused', `${read.path} as ${format}: there is no block in it; name other keys`);
    });
  }

  #encrypt({ read, keys, password, alias, format }: Pkcs12Source): Uint8Array {
    const of = ['pkcs12', read.key, ...keys, '', password.read.key, password.key, alias];
    return this.#once(of, () => {
      const blocks = keys.flatMap((key) => this.#pem(read, key).blocks);
      const text = this.#value(password.read, password.key).text;
      const { writePkcs12 } = pkcs12.get();
      const wish = { password: text, alias, saltKey: this.#versionKey };
      const contents = fitting(read.path, format, () => writePkcs12(blocks, wish));
      if (contents.length > LARGEST_ANSWER_BYTES) throw new TooLong('the file is too long');
      return contents;
    });
  }

  /** Several objects may name one key, each with other keys. */
  #pem(read: Read, key: string): { readonly blocks: readonly Block[]; readonly bytes: Buffer } {
    return this.#once(['pem', read.key, key], () => {
      const blocks = fitting(read.path, 'pem', () => blocksOf(key, this.#value(read, key)));
      return { blocks, bytes: joinBlocks(blocks) };
    });
  }

  #value(read: Read, key: string): JsonText {
    return this.#answers.open(read).value(key, read.path, this.#answers.hints);
  }

  #once<T>(of: readonly (string | undefined)[], make: () => T): T {
    const id = JSON.stringify(of);
    const made = this.#made.get(id) ?? orError(make);
    this.#made.set(id, made);
    if (made instanceof MountError) throw made;
    return made as T;
  }
}

function orError<T>(make: () => T): T | MountError {
  try {
    return withinAnswer(make);
  } catch (thrown) {
    return asMountError(thrown);
  }
}

/** Turns Unfit into a MountError. @throws MountError */
function fitting<T>(what: string, format: string, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    if (!(thrown instanceof Unfit)) throw thrown;
    throw new MountError('format-refused', `${what} as ${format}: ${thrown.message}`);
  }
}
